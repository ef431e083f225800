-- Rollback Migration: add closed at to accounts
-- Date: 2026-04-07
-- Purpose: Rollback changes from 0006_add_closed_at_to_accounts

SET LOCAL lock_timeout = '5s';

-- Closed accounts look open again; their subscriptions stay ended.
ALTER TABLE accounts DROP COLUMN IF EXISTS closed_at;
