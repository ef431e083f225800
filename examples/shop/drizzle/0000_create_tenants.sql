-- Migration: create tenants
-- Date: 2026-02-03
-- Purpose: The shop serves many tenants from one database; everything else hangs on this table.

CREATE TABLE IF NOT EXISTS "tenants" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tenants_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
ALTER TABLE "tenants" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY "tenants_own_row" ON "tenants" FOR SELECT
	USING ("id" = (SELECT current_setting('app.tenant_id')::uuid));
