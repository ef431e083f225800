-- Rollback Migration: create subscriptions
-- Date: 2026-01-20
-- Purpose: Rollback changes from 0003_create_subscriptions

SET LOCAL lock_timeout = '5s';

DROP TABLE IF EXISTS subscriptions;
