-- Migration: create users
-- Date: 2026-02-03
-- Purpose: People who run a tenant’s shop. An address is unique within its tenant, whatever its case.

SET LOCAL lock_timeout = '5s';
--> statement-breakpoint
CREATE TYPE "public"."user_role" AS ENUM('owner', 'staff', 'viewer');
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "users" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"tenant_id" uuid NOT NULL,
	"email" text NOT NULL,
	"display_name" text NOT NULL,
	"role" "user_role" DEFAULT 'staff' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "users" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id");
--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "users_tenant_id_email_key" ON "users" USING btree ("tenant_id",lower("email"));
--> statement-breakpoint
CREATE POLICY "users_by_tenant" ON "users" FOR ALL
	USING ("tenant_id" = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK ("tenant_id" = (SELECT current_setting('app.tenant_id')::uuid));
