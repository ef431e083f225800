-- Rollback Migration: create discount codes
-- Date: 2026-09-22
-- Purpose: Rollback changes from 0012_create_discount_codes

SET LOCAL lock_timeout = '5s';

ALTER TABLE "orders" DROP CONSTRAINT IF EXISTS "orders_discount_code_id_fk";
ALTER TABLE "orders" DROP COLUMN IF EXISTS "discount_code_id";
DROP TABLE IF EXISTS "discount_codes";
