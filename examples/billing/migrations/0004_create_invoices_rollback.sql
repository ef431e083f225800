-- Rollback Migration: create invoices
-- Date: 2026-02-03
-- Purpose: Rollback changes from 0004_create_invoices

SET LOCAL lock_timeout = '5s';

DROP TABLE IF EXISTS invoice_lines;
DROP TABLE IF EXISTS invoices;
DROP TYPE IF EXISTS invoice_status;
