-- Rollback Migration: add owner to deals
-- Date: 2026-06-08
-- Purpose: Rollback changes from 20260608100000_add_owner_to_deals

SET LOCAL lock_timeout = '5s';

ALTER TABLE "deals" DROP CONSTRAINT IF EXISTS "deals_amount_check";
ALTER TABLE "deals" DROP COLUMN IF EXISTS "owner";
