-- Rollback Migration: create companies
-- Date: 2026-01-12
-- Purpose: Rollback changes from 20260112093000_create_companies

DROP TABLE IF EXISTS "companies";
