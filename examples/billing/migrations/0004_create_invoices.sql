-- Migration: create invoices
-- Date: 2026-02-03
-- Purpose: Invoices and their lines. An issued invoice is never changed, so its lines go only with it.

SET LOCAL lock_timeout = '5s';

CREATE TYPE invoice_status AS ENUM ('draft', 'issued', 'paid', 'void');

CREATE TABLE IF NOT EXISTS invoices (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id bigint         NOT NULL REFERENCES accounts (id),
  number     text           NOT NULL UNIQUE,
  status     invoice_status NOT NULL DEFAULT 'draft',
  issued_on  date,
  due_on     date,
  created_at timestamptz    NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS invoice_lines (
  invoice_id   bigint NOT NULL REFERENCES invoices (id) ON DELETE CASCADE,
  position     bigint NOT NULL,
  description  text   NOT NULL,
  quantity     bigint NOT NULL DEFAULT 1,
  amount_minor bigint NOT NULL,
  PRIMARY KEY (invoice_id, position)
);

CREATE INDEX IF NOT EXISTS invoices_account_id_idx ON invoices (account_id);
CREATE INDEX IF NOT EXISTS invoices_open_idx ON invoices (due_on) WHERE status = 'issued';
