-- Migration: add owner to deals
-- Date: 2026-06-08
-- Purpose: Every deal gets a person who answers for it; old deals have none yet.

SET LOCAL lock_timeout = '5s';

-- AlterTable
ALTER TABLE "deals" ADD COLUMN IF NOT EXISTS "owner" TEXT;

-- An amount below zero was a typing mistake each time. Old rows are checked by the next migration.
ALTER TABLE "deals" ADD CONSTRAINT "deals_amount_check" CHECK ("amount" >= 0) NOT VALID;
