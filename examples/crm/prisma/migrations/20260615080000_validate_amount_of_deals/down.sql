-- Rollback Migration: validate amount of deals
-- Date: 2026-06-15
-- Purpose: Rollback changes from 20260615080000_validate_amount_of_deals

SET LOCAL lock_timeout = '5s';

-- A validated constraint cannot be made unvalidated: it is added anew.
ALTER TABLE "deals" DROP CONSTRAINT IF EXISTS "deals_amount_check";
ALTER TABLE "deals" ADD CONSTRAINT "deals_amount_check" CHECK ("amount" >= 0) NOT VALID;
