-- Migration: prepare customer portal
-- Date: 2026-11-17
-- Purpose: Customers follow their orders through a secret link, and buy by weight.

SET LOCAL lock_timeout = '5s';
--> statement-breakpoint
ALTER TABLE "order_items" ALTER COLUMN "quantity" SET DATA TYPE numeric(12, 3);
--> statement-breakpoint
UPDATE "orders" SET "channel" = 'web' WHERE "channel" IS NULL;
--> statement-breakpoint
ALTER TABLE "orders" ALTER COLUMN "channel" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "customers" ADD COLUMN IF NOT EXISTS "portal_token" uuid DEFAULT gen_random_uuid() NOT NULL;
--> statement-breakpoint
CREATE INDEX "orders_channel_idx" ON "orders" USING btree ("tenant_id","channel");
--> statement-breakpoint
ALTER TABLE "orders" DROP COLUMN IF EXISTS "legacy_reference";
