/** What the templates are tried on: ordinary tables, names that need quotes, a schema of its own, a partitioned table, rows. */
export const structure = `
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TYPE order_state AS ENUM ('open', 'paid', 'void');
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id uuid NOT NULL CONSTRAINT customers_tenant_id_fkey REFERENCES tenants (id),
  name varchar(80) NOT NULL,
  email text,
  score integer NOT NULL DEFAULT 0,
  profile jsonb NOT NULL DEFAULT '{}',
  tags text[],
  active boolean NOT NULL DEFAULT true
);
CREATE INDEX customers_tenant_id_idx ON customers (tenant_id);
CREATE INDEX customers_email_idx ON customers (lower(email), name) WHERE active;
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL,
  state order_state NOT NULL DEFAULT 'open',
  note text,
  total numeric(10,2) NOT NULL DEFAULT 0,
  placed_at timestamp with time zone NOT NULL DEFAULT now()
);
CREATE SCHEMA "Sales";
CREATE TYPE "Sales"."Mood" AS ENUM ('good', 'it''s bad');
CREATE TABLE "Sales"."Order" (
  "Order" integer NOT NULL,
  "Line No" integer NOT NULL,
  "user" text NOT NULL,
  "Full Name" text,
  "moods" "Sales"."Mood"[] NOT NULL DEFAULT '{good}',
  batch_from integer,
  PRIMARY KEY ("Order", "Line No")
);
CREATE TABLE events (at date NOT NULL, id bigint NOT NULL, kind text, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE secrets (id bigint PRIMARY KEY, tenant_id uuid NOT NULL, words text);
ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE secrets FORCE ROW LEVEL SECURITY;
CREATE POLICY secrets_of_tenant ON secrets USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid));
CREATE TABLE log (line text);`;

export const rows = `
INSERT INTO tenants VALUES ('11111111-1111-4111-8111-111111111111', 'One'), ('22222222-2222-4222-8222-222222222222', 'Two');
INSERT INTO customers (tenant_id, name, email, score, profile, tags) SELECT '11111111-1111-4111-8111-111111111111', 'Ann Number ' || n, CASE WHEN n % 3 > 0 THEN 'Ann' || n || '@Example.com' END, n, '{"a": 1}', ARRAY['x', n::text] FROM generate_series(1, 7) n;
INSERT INTO orders (customer_id, state, note, total) SELECT 1 + n % 7, 'paid', 'note ' || n, n FROM generate_series(1, 12) n;
INSERT INTO "Sales"."Order" SELECT n / 3, n % 3, 'user ' || n, 'First Last ' || n, '{good,"it''s bad"}', n FROM generate_series(1, 8) n;
INSERT INTO events SELECT date '2026-03-01' + n, n, 'seen' FROM generate_series(1, 5) n;
INSERT INTO secrets VALUES (1, '11111111-1111-4111-8111-111111111111', 'a'), (2, '22222222-2222-4222-8222-222222222222', NULL);
INSERT INTO log VALUES ('a'), ('b');`;
