-- Rollback Migration: create users
-- Date: 2026-02-03
-- Purpose: Rollback changes from 0001_create_users

SET LOCAL lock_timeout = '5s';

DROP TABLE IF EXISTS "users";
DROP TYPE IF EXISTS "user_role";
