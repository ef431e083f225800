-- Rollback Migration: create products
-- Date: 2026-02-10
-- Purpose: Rollback changes from 0002_create_products

SET LOCAL lock_timeout = '5s';

DROP TABLE IF EXISTS "products";
