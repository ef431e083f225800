-- Rollback Migration: create audit log
-- Date: 2026-07-07
-- Purpose: Rollback changes from 0010_create_audit_log

SET LOCAL lock_timeout = '5s';

DROP TRIGGER IF EXISTS "orders_record_status" ON "orders";
DROP FUNCTION IF EXISTS "record_order_status"();
DROP TABLE IF EXISTS "audit_log";
