-- Rollback Migration: touch updated at on change
-- Date: 2026-05-05
-- Purpose: Rollback changes from 0008_touch_updated_at_on_change

SET LOCAL lock_timeout = '5s';

DROP TRIGGER IF EXISTS "products_touch_updated_at" ON "products";
DROP TRIGGER IF EXISTS "orders_touch_updated_at" ON "orders";
DROP FUNCTION IF EXISTS "touch_updated_at"();

ALTER TABLE "products" DROP COLUMN IF EXISTS "updated_at";
ALTER TABLE "orders" DROP COLUMN IF EXISTS "updated_at";
