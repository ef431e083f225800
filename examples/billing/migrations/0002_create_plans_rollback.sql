-- Rollback Migration: create plans
-- Date: 2026-01-13
-- Purpose: Rollback changes from 0002_create_plans

DROP TABLE IF EXISTS plans;
DROP TYPE IF EXISTS billing_interval;
