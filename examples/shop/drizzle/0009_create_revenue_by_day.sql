-- Migration: create revenue by day
-- Date: 2026-06-09
-- Purpose: The dashboard’s figures. As security invoker the view obeys the policies of orders.

SET LOCAL lock_timeout = '5s';
--> statement-breakpoint
CREATE OR REPLACE VIEW "public"."revenue_by_day" WITH (security_invoker = true) AS (
	SELECT "tenant_id", date_trunc('day', "placed_at") AS "day", count(*) AS "orders", sum("total_cents") AS "revenue_cents"
	FROM "orders"
	WHERE "status" <> 'cancelled'
	GROUP BY 1, 2
);
