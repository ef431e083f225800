-- Migration: require due date after issue
-- Date: 2026-05-12
-- Purpose: A due date before the day of issue made reminders go out at once. Old rows are checked by 0008.

SET LOCAL lock_timeout = '5s';

ALTER TABLE invoices
  ADD CONSTRAINT invoices_due_on_check CHECK (due_on >= issued_on) NOT VALID;
