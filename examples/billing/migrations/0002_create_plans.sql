-- Migration: create plans
-- Date: 2026-01-13
-- Purpose: What can be subscribed to. Prices are in the smallest unit of the currency.

CREATE TYPE billing_interval AS ENUM ('month', 'year');

CREATE TABLE IF NOT EXISTS plans (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code        text             NOT NULL UNIQUE,
  title       text             NOT NULL,
  interval    billing_interval NOT NULL DEFAULT 'month',
  price_minor bigint           NOT NULL CHECK (price_minor >= 0),
  currency    text             NOT NULL DEFAULT 'EUR',
  features    jsonb            NOT NULL DEFAULT '{}',
  retired_at  timestamptz
);

CREATE INDEX IF NOT EXISTS plans_features_idx ON plans USING gin (features);
