-- Rollback Migration: require due date after issue
-- Date: 2026-05-12
-- Purpose: Rollback changes from 0007_require_due_date_after_issue

SET LOCAL lock_timeout = '5s';

ALTER TABLE invoices DROP CONSTRAINT IF EXISTS invoices_due_on_check;
