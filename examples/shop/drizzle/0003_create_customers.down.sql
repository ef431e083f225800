-- Rollback Migration: create customers
-- Date: 2026-02-17
-- Purpose: Rollback changes from 0003_create_customers

SET LOCAL lock_timeout = '5s';

DROP TABLE IF EXISTS "customers";
