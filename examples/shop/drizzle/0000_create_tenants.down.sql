-- Rollback Migration: create tenants
-- Date: 2026-02-03
-- Purpose: Rollback changes from 0000_create_tenants

DROP TABLE IF EXISTS "tenants";
