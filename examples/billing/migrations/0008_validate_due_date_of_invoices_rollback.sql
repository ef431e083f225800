-- Rollback Migration: validate due date of invoices
-- Date: 2026-05-19
-- Purpose: Rollback changes from 0008_validate_due_date_of_invoices

SET LOCAL lock_timeout = '5s';

-- A validated constraint cannot be made unvalidated: it is added anew.
ALTER TABLE invoices DROP CONSTRAINT IF EXISTS invoices_due_on_check;
ALTER TABLE invoices
  ADD CONSTRAINT invoices_due_on_check CHECK (due_on >= issued_on) NOT VALID;
