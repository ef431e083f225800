-- Rollback Migration: create activities
-- Date: 2026-03-09
-- Purpose: Rollback changes from 20260309083000_create_activities

SET LOCAL lock_timeout = '5s';

DROP TABLE IF EXISTS "activities";
