-- Rollback Migration: prepare customer portal
-- Date: 2026-11-17
-- Purpose: Rollback changes from 0014_prepare_customer_portal

SET LOCAL lock_timeout = '5s';

ALTER TABLE "orders" ADD COLUMN IF NOT EXISTS "legacy_reference" text;
DROP INDEX IF EXISTS "orders_channel_idx";
ALTER TABLE "customers" DROP COLUMN IF EXISTS "portal_token";
ALTER TABLE "orders" ALTER COLUMN "channel" DROP NOT NULL;
ALTER TABLE "order_items" ALTER COLUMN "quantity" SET DATA TYPE integer;
