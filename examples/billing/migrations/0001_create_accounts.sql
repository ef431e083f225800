-- Migration: create accounts
-- Date: 2026-01-13
-- Purpose: Who is billed. Everything else in this schema belongs to an account.

CREATE TABLE IF NOT EXISTS accounts (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          text        NOT NULL,
  billing_email text        NOT NULL,
  country       text        NOT NULL,
  vat_number    text,
  created_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT accounts_country_check CHECK (length(country) = 2)
);

CREATE INDEX IF NOT EXISTS accounts_billing_email_idx ON accounts (lower(billing_email));

COMMENT ON COLUMN accounts.country IS 'ISO 3166-1 alpha-2; decides the tax rate.';
