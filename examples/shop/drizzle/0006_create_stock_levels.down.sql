-- Rollback Migration: create stock levels
-- Date: 2026-03-24
-- Purpose: Rollback changes from 0006_create_stock_levels

SET LOCAL lock_timeout = '5s';

DROP TABLE IF EXISTS "stock_levels";
