-- Rollback Migration: create order items
-- Date: 2026-03-03
-- Purpose: Rollback changes from 0005_create_order_items

SET LOCAL lock_timeout = '5s';

DROP TABLE IF EXISTS "order_items";
