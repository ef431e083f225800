-- Migration: validate discount codes of orders
-- Date: 2026-09-29
-- Purpose: Checks the rows that were there before the foreign key, without blocking writes.

SET LOCAL lock_timeout = '5s';
--> statement-breakpoint
ALTER TABLE "orders" VALIDATE CONSTRAINT "orders_discount_code_id_fk";
