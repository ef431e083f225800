-- Rollback Migration: add deleted at to products
-- Date: 2026-04-14
-- Purpose: Rollback changes from 0007_add_deleted_at_to_products

SET LOCAL lock_timeout = '5s';

-- Hidden products become visible again.
ALTER TABLE "products" DROP COLUMN IF EXISTS "deleted_at";
