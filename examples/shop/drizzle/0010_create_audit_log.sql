-- Migration: create audit log
-- Date: 2026-07-07
-- Purpose: Who asks why an order was cancelled gets an answer: each change of status is recorded.

SET LOCAL lock_timeout = '5s';
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	"tenant_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"details" jsonb NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit_log" ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE "audit_log" ADD CONSTRAINT "audit_log_tenant_id_tenants_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenants"("id");
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_log_tenant_id_recorded_at_idx" ON "audit_log" USING btree ("tenant_id","recorded_at");
--> statement-breakpoint
CREATE POLICY "audit_log_by_tenant" ON "audit_log" FOR ALL
	USING ("tenant_id" = (SELECT current_setting('app.tenant_id')::uuid))
	WITH CHECK ("tenant_id" = (SELECT current_setting('app.tenant_id')::uuid));
--> statement-breakpoint
CREATE OR REPLACE FUNCTION "record_order_status"() RETURNS trigger
	LANGUAGE plpgsql
	SET search_path = ''
AS $$
BEGIN
	INSERT INTO public.audit_log (tenant_id, subject, details)
	VALUES (NEW.tenant_id, 'order status', jsonb_build_object('order', NEW.id, 'from', OLD.status, 'to', NEW.status));
	RETURN NULL;
END;
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER "orders_record_status" AFTER UPDATE OF "status" ON "orders"
	FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)
	EXECUTE FUNCTION "record_order_status"();
