-- Migration: validate amount of deals
-- Date: 2026-06-15
-- Purpose: Checks the deals that were there before, without blocking writes.

SET LOCAL lock_timeout = '5s';

ALTER TABLE "deals" VALIDATE CONSTRAINT "deals_amount_check";
