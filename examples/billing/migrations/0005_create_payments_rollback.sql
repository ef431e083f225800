-- Rollback Migration: create payments
-- Date: 2026-02-17
-- Purpose: Rollback changes from 0005_create_payments

SET LOCAL lock_timeout = '5s';

DROP TABLE IF EXISTS payments;
