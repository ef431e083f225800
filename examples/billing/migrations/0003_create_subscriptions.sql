-- Migration: create subscriptions
-- Date: 2026-01-20
-- Purpose: Which account has which plan. The partial index keeps one running subscription per account and plan.

SET LOCAL lock_timeout = '5s';

CREATE TABLE IF NOT EXISTS subscriptions (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id bigint      NOT NULL REFERENCES accounts (id),
  plan_id    bigint      NOT NULL REFERENCES plans (id),
  seats      bigint      NOT NULL DEFAULT 1 CHECK (seats > 0),
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at   timestamptz
);

CREATE UNIQUE INDEX IF NOT EXISTS subscriptions_running_key ON subscriptions (account_id, plan_id) WHERE ended_at IS NULL;
CREATE INDEX IF NOT EXISTS subscriptions_plan_id_idx ON subscriptions (plan_id);
