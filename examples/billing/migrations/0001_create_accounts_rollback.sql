-- Rollback Migration: create accounts
-- Date: 2026-01-13
-- Purpose: Rollback changes from 0001_create_accounts

DROP TABLE IF EXISTS accounts;
