-- Migration: add tags to products
-- Date: 2026-08-18
-- Purpose: Free tags, searched with @> through a GIN index.

SET LOCAL lock_timeout = '5s';
--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN IF NOT EXISTS "tags" text[] DEFAULT '{}' NOT NULL;
--> statement-breakpoint
-- lockstep-ignore create-index-blocking: the column is new and empty, so the build takes milliseconds; Drizzle cannot build concurrently.
CREATE INDEX IF NOT EXISTS "products_tags_idx" ON "products" USING gin ("tags");
