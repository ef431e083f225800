-- Migration: create stock levels
-- Date: 2026-03-24
-- Purpose: One row for each product; the partial index serves the list of what runs low.

SET LOCAL lock_timeout = '5s';
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "stock_levels" (
	"product_id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"on_hand" integer DEFAULT 0 NOT NULL,
	"reserved" integer DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stock_levels_reserved_check" CHECK ("reserved" >= 0)
);
--> statement-breakpoint
ALTER TABLE "stock_levels" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "stock_levels" ADD CONSTRAINT "stock_levels_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id");
--> statement-breakpoint
ALTER TABLE "stock_levels" ADD CONSTRAINT "stock_levels_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id");
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "stock_levels_low_idx" ON "stock_levels" USING btree ("tenant_id") WHERE "on_hand" < 5;
--> statement-breakpoint
CREATE POLICY "stock_levels_by_tenant" ON "stock_levels" FOR ALL
	USING ("tenant_id" = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK ("tenant_id" = (SELECT current_setting('app.tenant_id')::uuid));
