-- Migration: add deleted at to products
-- Date: 2026-04-14
-- Purpose: Products that were ordered can never be deleted; they are hidden instead.

SET LOCAL lock_timeout = '5s';
--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN IF NOT EXISTS "deleted_at" timestamp with time zone;
--> statement-breakpoint
-- lockstep-ignore create-index-blocking: products held a few hundred rows at the time, and Drizzle cannot build concurrently.
CREATE INDEX IF NOT EXISTS "products_active_idx" ON "products" USING btree ("tenant_id","name") WHERE "deleted_at" IS NULL;
