-- Rollback Migration: add index email contacts
-- Date: 2026-04-27
-- Purpose: Rollback changes from 20260427091000_add_index_email_contacts

DROP INDEX CONCURRENTLY IF EXISTS "contacts_email_idx";
