-- Migration: touch updated at on change
-- Date: 2026-05-05
-- Purpose: Caches and feeds ask what changed since; a trigger keeps the answer right for every writer.

SET LOCAL lock_timeout = '5s';
--> statement-breakpoint
ALTER TABLE "orders" ADD COLUMN IF NOT EXISTS "updated_at" timestamp with time zone DEFAULT now() NOT NULL;
--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN IF NOT EXISTS "updated_at" timestamp with time zone DEFAULT now() NOT NULL;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION "touch_updated_at"() RETURNS trigger
	LANGUAGE plpgsql
	SET search_path = ''
AS $$
BEGIN
	NEW.updated_at := now();
	RETURN NEW;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER "orders_touch_updated_at" BEFORE UPDATE ON "orders"
	FOR EACH ROW EXECUTE FUNCTION "touch_updated_at"();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER "products_touch_updated_at" BEFORE UPDATE ON "products"
	FOR EACH ROW EXECUTE FUNCTION "touch_updated_at"();
