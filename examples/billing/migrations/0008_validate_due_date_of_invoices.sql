-- Migration: validate due date of invoices
-- Date: 2026-05-19
-- Purpose: Checks the invoices that were there before 0007, without blocking writes.

SET LOCAL lock_timeout = '5s';

ALTER TABLE invoices VALIDATE CONSTRAINT invoices_due_on_check;
