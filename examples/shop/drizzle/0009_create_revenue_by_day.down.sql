-- Rollback Migration: create revenue by day
-- Date: 2026-06-09
-- Purpose: Rollback changes from 0009_create_revenue_by_day

SET LOCAL lock_timeout = '5s';

DROP VIEW IF EXISTS "revenue_by_day";
