-- Migration: create payments
-- Date: 2026-02-17
-- Purpose: Money that came in, with the provider’s own record for disputes.

SET LOCAL lock_timeout = '5s';

CREATE TABLE IF NOT EXISTS payments (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  invoice_id      bigint      NOT NULL REFERENCES invoices (id),
  amount_minor    bigint      NOT NULL CHECK (amount_minor > 0),
  received_at     timestamptz NOT NULL DEFAULT now(),
  provider        text        NOT NULL,
  provider_record jsonb       NOT NULL DEFAULT '{}'
);

CREATE INDEX IF NOT EXISTS payments_invoice_id_idx ON payments (invoice_id);
CREATE INDEX IF NOT EXISTS payments_provider_record_idx ON payments USING gin (provider_record jsonb_path_ops);
