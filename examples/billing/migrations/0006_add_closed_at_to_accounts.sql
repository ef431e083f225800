-- Migration: add closed at to accounts
-- Date: 2026-04-07
-- Purpose: Accounts are closed, not deleted: their invoices must be kept for ten years.

SET LOCAL lock_timeout = '5s';

ALTER TABLE accounts ADD COLUMN IF NOT EXISTS closed_at timestamptz;

-- lockstep-ignore create-index-blocking: accounts has some thousand rows; the build takes a few milliseconds.
CREATE INDEX IF NOT EXISTS accounts_open_idx ON accounts (name) WHERE closed_at IS NULL;
