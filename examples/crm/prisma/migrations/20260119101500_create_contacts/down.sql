-- Rollback Migration: create contacts
-- Date: 2026-01-19
-- Purpose: Rollback changes from 20260119101500_create_contacts

SET LOCAL lock_timeout = '5s';

DROP TABLE IF EXISTS "contacts";
