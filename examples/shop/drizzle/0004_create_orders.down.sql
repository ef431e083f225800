-- Rollback Migration: create orders
-- Date: 2026-02-24
-- Purpose: Rollback changes from 0004_create_orders

SET LOCAL lock_timeout = '5s';

DROP TABLE IF EXISTS "orders";
DROP TYPE IF EXISTS "order_status";
