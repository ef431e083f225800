-- Migration: create discount codes
-- Date: 2026-09-22
-- Purpose: Discount codes by tenant. The foreign key on orders is validated by the next migration.

SET LOCAL lock_timeout = '5s';
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "discount_codes" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"code" text NOT NULL,
	"percent_off" integer NOT NULL,
	"ends_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "discount_codes_percent_off_check" CHECK ("percent_off" > 0 AND "percent_off" <= 100)
);
--> statement-breakpoint
ALTER TABLE "discount_codes" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN IF NOT EXISTS "discount_code_id" uuid;
--> statement-breakpoint
ALTER TABLE "discount_codes" ADD CONSTRAINT "discount_codes_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id");
--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "discount_codes_tenant_id_code_key" ON "discount_codes" USING btree ("tenant_id",upper("code"));
--> statement-breakpoint
-- lockstep-ignore foreign-key-missing-index: discount codes end, and are never deleted
ALTER TABLE "orders" ADD CONSTRAINT "orders_discount_code_id_fk" FOREIGN KEY ("discount_code_id") REFERENCES "public"."discount_codes"("id") NOT VALID;
--> statement-breakpoint
CREATE POLICY "discount_codes_by_tenant" ON "discount_codes" FOR ALL
	USING ("tenant_id" = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK ("tenant_id" = (SELECT current_setting('app.tenant_id')::uuid));
