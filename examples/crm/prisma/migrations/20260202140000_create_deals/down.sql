-- Rollback Migration: create deals
-- Date: 2026-02-02
-- Purpose: Rollback changes from 20260202140000_create_deals

SET LOCAL lock_timeout = '5s';

DROP TABLE IF EXISTS "deals";
DROP TYPE IF EXISTS "deal_stage";
