-- Rollback Migration: create account balances
-- Date: 2026-09-15
-- Purpose: Rollback changes from 0009_create_account_balances

DROP VIEW IF EXISTS account_balances;
