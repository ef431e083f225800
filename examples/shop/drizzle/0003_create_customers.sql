-- Migration: create customers
-- Date: 2026-02-17
-- Purpose: People who buy. They are not users: they never sign in to the back office.

SET LOCAL lock_timeout = '5s';
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "customers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"email" text NOT NULL,
	"full_name" text NOT NULL,
	"address" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"accepts_marketing" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "customers" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "customers" ADD CONSTRAINT "customers_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id");
--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "customers_tenant_id_email_key" ON "customers" USING btree ("tenant_id",lower("email"));
--> statement-breakpoint
CREATE POLICY "customers_by_tenant" ON "customers" FOR ALL
	USING ("tenant_id" = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK ("tenant_id" = (SELECT current_setting('app.tenant_id')::uuid));
