-- Migration: create orders
-- Date: 2026-02-24
-- Purpose: Orders with their status; the partial index serves the list of open orders.

SET LOCAL lock_timeout = '5s';
--> statement-breakpoint
CREATE TYPE "public"."order_status" AS ENUM('pending', 'paid', 'shipped', 'delivered', 'cancelled');
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "orders" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"customer_id" uuid NOT NULL,
	"status" "order_status" DEFAULT 'pending' NOT NULL,
	"total_cents" bigint DEFAULT 0 NOT NULL,
	"legacy_reference" text,
	"channel" text,
	"placed_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "orders" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id");
--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_customer_id_customers_id_fk" FOREIGN KEY ("customer_id") REFERENCES "public"."customers"("id");
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "orders_customer_id_idx" ON "orders" USING btree ("customer_id");
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "orders_open_idx" ON "orders" USING btree ("tenant_id","placed_at") WHERE "status" IN ('pending', 'paid');
--> statement-breakpoint
CREATE POLICY "orders_by_tenant" ON "orders" FOR ALL
	USING ("tenant_id" = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK ("tenant_id" = (SELECT current_setting('app.tenant_id')::uuid));
