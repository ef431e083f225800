-- Migration: create account balances
-- Date: 2026-09-15
-- Purpose: What each account still owes, for the dunning run.

CREATE OR REPLACE VIEW account_balances AS
SELECT
  invoices.account_id,
  sum(lines.amount_minor) - coalesce(sum(paid.amount_minor), 0) AS open_minor
FROM invoices
JOIN LATERAL (
  SELECT sum(quantity * amount_minor) AS amount_minor FROM invoice_lines WHERE invoice_id = invoices.id
) AS lines ON true
LEFT JOIN LATERAL (
  SELECT sum(amount_minor) AS amount_minor FROM payments WHERE invoice_id = invoices.id
) AS paid ON true
WHERE invoices.status = 'issued'
GROUP BY invoices.account_id;
