-- Rollback Migration: add tags to products
-- Date: 2026-08-18
-- Purpose: Rollback changes from 0011_add_tags_to_products

SET LOCAL lock_timeout = '5s';

ALTER TABLE "products" DROP COLUMN IF EXISTS "tags";
