-- Rollback Migration: validate discount codes of orders
-- Date: 2026-09-29
-- Purpose: Rollback changes from 0013_validate_discount_codes_of_orders

SET LOCAL lock_timeout = '5s';

-- A validated constraint cannot be made unvalidated: it is added anew.
ALTER TABLE "orders" DROP CONSTRAINT IF EXISTS "orders_discount_code_id_fk";
ALTER TABLE "orders" ADD CONSTRAINT "orders_discount_code_id_fk" FOREIGN KEY ("discount_code_id") REFERENCES "public"."discount_codes"("id") NOT VALID;
