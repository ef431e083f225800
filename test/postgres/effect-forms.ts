/** One form of a statement that runs on real servers. `depends` says how the claim "it depends" turns out here. */
export interface Form {
  readonly sql: string;
  /** First major that has the form. */
  readonly from?: number;
  readonly rewrites?: boolean;
  readonly scans?: boolean;
  /** It gives the table new files because it empties it: no rewrite of rows. */
  readonly empties?: true;
}

/** A small schema with rows in every table, so that rewrites and scans have something to do. */
export const base = `
  CREATE TABLE parent (id bigint PRIMARY KEY, name text);
  INSERT INTO parent SELECT n, 'p' || n FROM generate_series(1, 20) AS n;
  CREATE TABLE t (id bigint PRIMARY KEY, parent_id bigint, name varchar(20), note text, amount numeric(8, 2), quantity integer, at timestamp);
  INSERT INTO t SELECT n, n, 'n' || n, 'x', n, n, now() FROM generate_series(1, 20) AS n;
  CREATE INDEX t_name_idx ON t (name);
  CREATE UNIQUE INDEX t_quantity_key ON t (quantity);
  ALTER TABLE t ADD CONSTRAINT t_amount_check CHECK (amount > 0) NOT VALID;
  ALTER TABLE t ADD CONSTRAINT t_note_present CHECK (note IS NOT NULL);
  CREATE TABLE child (id bigint PRIMARY KEY, parent_id bigint CONSTRAINT child_parent_fkey REFERENCES parent, extra text);
  INSERT INTO child SELECT n, n, 'e' FROM generate_series(1, 20) AS n;
  CREATE TABLE later (id bigint, parent_id bigint);
  INSERT INTO later SELECT n, n FROM generate_series(1, 20) AS n;
  ALTER TABLE later ADD CONSTRAINT later_parent_fkey FOREIGN KEY (parent_id) REFERENCES parent NOT VALID;
  CREATE TABLE measures (at date NOT NULL, value int) PARTITION BY RANGE (at);
  CREATE TABLE measures_2025 PARTITION OF measures FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
  CREATE TABLE measures_2026 (at date NOT NULL, value int);
  INSERT INTO measures_2026 VALUES ('2026-02-02', 1);
  CREATE VIEW v AS SELECT id, parent_id FROM t;
  CREATE MATERIALIZED VIEW mv AS SELECT id, parent_id FROM t;
  CREATE UNIQUE INDEX mv_id_key ON mv (id);
  CREATE SEQUENCE s;
  CREATE TYPE mood AS ENUM ('good', 'bad');
  CREATE DOMAIN positive AS bigint CHECK (VALUE > 0);
  CREATE DOMAIN plain AS bigint;
  CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION one() RETURNS bigint LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN 1; END';
  CREATE FUNCTION two() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 2::bigint';
  CREATE TRIGGER existing BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
  CREATE POLICY open ON t USING (true);
  CREATE STATISTICS t_stats ON name, note FROM t;
  CREATE SCHEMA other;
  CREATE ROLE reader_of_forms;
`;

export const forms: readonly Form[] = [
  // Columns.
  { sql: 'ALTER TABLE t ADD COLUMN c text' },
  { sql: "ALTER TABLE t ADD COLUMN c text NOT NULL DEFAULT 'x'" },
  { sql: 'ALTER TABLE t ADD COLUMN c timestamptz NOT NULL DEFAULT now()' },
  { sql: 'ALTER TABLE t ADD COLUMN c timestamptz DEFAULT CURRENT_TIMESTAMP' },
  { sql: 'ALTER TABLE t ADD COLUMN c timestamptz DEFAULT clock_timestamp()' },
  { sql: 'ALTER TABLE t ADD COLUMN c double precision DEFAULT 1 + random()' },
  { sql: 'ALTER TABLE t ADD COLUMN c uuid NOT NULL DEFAULT gen_random_uuid()' },
  { sql: 'ALTER TABLE t ADD COLUMN c bigint DEFAULT one()', rewrites: true },
  { sql: 'ALTER TABLE t ADD COLUMN c bigint DEFAULT two()', rewrites: false },
  { sql: 'ALTER TABLE t ADD COLUMN c bigserial' },
  { sql: 'ALTER TABLE t ADD COLUMN c bigint GENERATED ALWAYS AS IDENTITY' },
  { sql: 'ALTER TABLE t ADD COLUMN c bigint GENERATED ALWAYS AS (id * 2) STORED' },
  { sql: 'ALTER TABLE t ADD COLUMN c bigint GENERATED ALWAYS AS (id * 2) VIRTUAL', from: 18 },
  { sql: 'ALTER TABLE t ADD COLUMN c mood', rewrites: false },
  { sql: 'ALTER TABLE t ADD COLUMN c positive', rewrites: true },
  { sql: 'ALTER TABLE t ADD COLUMN c plain', rewrites: false },
  { sql: 'ALTER TABLE t ADD COLUMN c int CHECK (c > 0)' },
  { sql: 'ALTER TABLE t ADD COLUMN c int UNIQUE' },
  { sql: 'ALTER TABLE t ADD COLUMN c bigint REFERENCES parent' },
  { sql: 'ALTER TABLE t ADD COLUMN c bigint DEFAULT 1 REFERENCES parent' },
  { sql: 'ALTER TABLE t DROP COLUMN name' },
  { sql: 'ALTER TABLE child DROP COLUMN parent_id' },
  { sql: 'ALTER TABLE t ALTER COLUMN name TYPE varchar(40)', rewrites: false },
  { sql: 'ALTER TABLE t ALTER COLUMN name TYPE text', rewrites: false },
  { sql: 'ALTER TABLE t ALTER COLUMN name TYPE varchar(10)', rewrites: true },
  { sql: 'ALTER TABLE t ALTER COLUMN note TYPE varchar', rewrites: false },
  { sql: 'ALTER TABLE t ALTER COLUMN note TYPE varchar(10)', rewrites: true },
  { sql: 'ALTER TABLE t ALTER COLUMN note TYPE text USING upper(note)', rewrites: true },
  { sql: 'ALTER TABLE t ALTER COLUMN name TYPE text USING name::text', rewrites: false },
  { sql: 'ALTER TABLE t ALTER COLUMN quantity TYPE bigint', rewrites: true },
  { sql: 'ALTER TABLE t ALTER COLUMN amount TYPE numeric(12, 2)', rewrites: false },
  { sql: 'ALTER TABLE t ALTER COLUMN amount TYPE numeric', rewrites: false },
  { sql: 'ALTER TABLE t ALTER COLUMN amount TYPE numeric(12, 4)', rewrites: true },
  { sql: 'ALTER TABLE t ALTER COLUMN name SET NOT NULL', scans: true },
  { sql: 'ALTER TABLE t ALTER COLUMN note SET NOT NULL', scans: false },
  { sql: 'ALTER TABLE t ALTER COLUMN name DROP NOT NULL' },
  { sql: "ALTER TABLE t ALTER COLUMN name SET DEFAULT 'x'" },
  { sql: 'ALTER TABLE t ALTER COLUMN name SET STATISTICS 500' },
  { sql: 'ALTER TABLE t ALTER COLUMN name SET STORAGE EXTERNAL' },
  { sql: 'ALTER TABLE t ALTER COLUMN name SET (n_distinct = 5)' },
  { sql: 'ALTER TABLE t RENAME COLUMN name TO title' },
  { sql: 'ALTER TABLE t ADD COLUMN c text, ALTER COLUMN name SET STATISTICS 500' },
  // Constraints.
  { sql: 'ALTER TABLE t ADD CHECK (quantity > 0)' },
  { sql: 'ALTER TABLE t ADD CHECK (quantity > 0) NOT VALID' },
  { sql: 'ALTER TABLE t VALIDATE CONSTRAINT t_amount_check' },
  { sql: 'ALTER TABLE t ADD CONSTRAINT nn NOT NULL name', from: 18 },
  { sql: 'ALTER TABLE t ADD CONSTRAINT nn NOT NULL name NOT VALID', from: 18 },
  { sql: 'ALTER TABLE t ADD UNIQUE (name)' },
  { sql: 'ALTER TABLE later ADD PRIMARY KEY (id)' },
  { sql: 'ALTER TABLE t ADD CONSTRAINT t_quantity_key UNIQUE USING INDEX t_quantity_key' },
  { sql: 'ALTER TABLE t ADD EXCLUDE (name WITH =)' },
  { sql: 'ALTER TABLE t ADD FOREIGN KEY (parent_id) REFERENCES parent' },
  { sql: 'ALTER TABLE t ADD FOREIGN KEY (parent_id) REFERENCES parent NOT VALID' },
  { sql: 'ALTER TABLE later VALIDATE CONSTRAINT later_parent_fkey' },
  { sql: 'ALTER TABLE child DROP CONSTRAINT child_parent_fkey' },
  { sql: 'ALTER TABLE t RENAME CONSTRAINT t_amount_check TO amount_positive' },
  // Tables.
  { sql: 'CREATE TABLE fresh (id bigint PRIMARY KEY, parent_id bigint REFERENCES parent)' },
  { sql: 'CREATE TABLE fresh (id bigint, up bigint, FOREIGN KEY (up) REFERENCES parent, PRIMARY KEY (id))' },
  { sql: 'CREATE TABLE fresh (LIKE t INCLUDING ALL)' },
  { sql: 'CREATE TABLE fresh () INHERITS (t)' },
  { sql: 'CREATE TABLE fresh AS SELECT * FROM t' },
  { sql: "CREATE TABLE measures_2027 PARTITION OF measures FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')", scans: false },
  { sql: "ALTER TABLE measures ATTACH PARTITION measures_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')", scans: true },
  { sql: 'ALTER TABLE measures DETACH PARTITION measures_2025' },
  { sql: 'DROP TABLE later' },
  { sql: 'DROP TABLE child' },
  { sql: 'DROP TABLE t CASCADE' },
  { sql: 'TRUNCATE child', empties: true },
  { sql: 'TRUNCATE parent CASCADE', empties: true },
  { sql: 'ALTER TABLE t RENAME TO u' },
  { sql: 'ALTER TABLE t SET SCHEMA other' },
  { sql: 'ALTER TABLE t OWNER TO reader_of_forms' },
  { sql: 'ALTER TABLE t SET (fillfactor = 70)' },
  { sql: 'ALTER TABLE t SET (autovacuum_enabled = false)' },
  { sql: 'ALTER TABLE t SET UNLOGGED', rewrites: true },
  { sql: 'ALTER TABLE t SET LOGGED', rewrites: false },
  { sql: 'ALTER TABLE t REPLICA IDENTITY FULL' },
  { sql: 'ALTER TABLE t CLUSTER ON t_name_idx' },
  { sql: 'CLUSTER t USING t_name_idx' },
  { sql: 'LOCK TABLE t IN SHARE ROW EXCLUSIVE MODE' },
  { sql: 'LOCK TABLE t, child' },
  { sql: "COMMENT ON TABLE t IS 'x'" },
  { sql: "COMMENT ON COLUMN t.name IS 'x'" },
  { sql: "COMMENT ON CONSTRAINT t_amount_check ON t IS 'x'" },
  { sql: "COMMENT ON TRIGGER existing ON t IS 'x'" },
  { sql: "COMMENT ON POLICY open ON t IS 'x'" },
  { sql: 'GRANT SELECT ON t TO reader_of_forms' },
  { sql: 'CREATE STATISTICS more ON id, note FROM t' },
  { sql: 'DROP STATISTICS t_stats' },
  { sql: 'ANALYZE t' },
  // Indexes.
  { sql: 'CREATE INDEX i ON t (note)' },
  { sql: 'CREATE UNIQUE INDEX IF NOT EXISTS i ON ONLY t (id, note) WHERE id > 3' },
  { sql: 'DROP INDEX t_name_idx' },
  { sql: 'ALTER INDEX t_name_idx RENAME TO other_idx' },
  { sql: 'ALTER INDEX t_name_idx SET (fillfactor = 70)' },
  { sql: "COMMENT ON INDEX t_name_idx IS 'x'" },
  { sql: 'REINDEX INDEX t_name_idx' },
  { sql: 'REINDEX TABLE t' },
  // Triggers, rules and policies.
  { sql: 'CREATE TRIGGER fresh AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()' },
  { sql: 'DROP TRIGGER existing ON t' },
  { sql: 'ALTER TABLE t DISABLE TRIGGER existing' },
  { sql: 'ALTER TABLE t ENABLE TRIGGER USER' },
  { sql: 'CREATE RULE quiet AS ON DELETE TO child DO INSTEAD NOTHING' },
  { sql: 'CREATE POLICY fresh ON t USING (id > 0)' },
  { sql: 'ALTER POLICY open ON t USING (id > 0)' },
  { sql: 'DROP POLICY open ON t' },
  { sql: 'ALTER TABLE t ENABLE ROW LEVEL SECURITY' },
  { sql: 'ALTER TABLE t FORCE ROW LEVEL SECURITY' },
  // Views, sequences, types.
  { sql: 'CREATE VIEW w AS SELECT t.id FROM t JOIN child ON child.id = t.id' },
  { sql: 'CREATE OR REPLACE VIEW v AS SELECT id, parent_id, note FROM t' },
  { sql: 'DROP VIEW v' },
  { sql: 'CREATE MATERIALIZED VIEW w AS WITH c AS (SELECT * FROM child) SELECT id FROM c' },
  { sql: 'REFRESH MATERIALIZED VIEW mv' },
  { sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY mv' },
  { sql: 'DROP MATERIALIZED VIEW mv' },
  { sql: 'CREATE SEQUENCE fresh' },
  { sql: 'ALTER SEQUENCE s INCREMENT BY 10' },
  { sql: 'DROP SEQUENCE s' },
  { sql: "ALTER TYPE mood ADD VALUE 'fair'" },
  { sql: 'CREATE PUBLICATION p FOR TABLE t', from: 15 },
  // Rows.
  { sql: "INSERT INTO t (id, note) VALUES (100, 'x')" },
  { sql: "INSERT INTO t (id, note) SELECT id + 100, 'x' FROM child" },
  { sql: "UPDATE t SET note = 'y' FROM child WHERE child.id = t.id" },
  { sql: 'DELETE FROM t USING child WHERE child.id = t.id' },
  { sql: 'SELECT * FROM t WHERE id IN (SELECT id FROM child)' },
  { sql: 'SELECT * FROM later FOR UPDATE' },
];

/** Forms that cannot run in a transaction: what they ask for is seen while another session holds the table. */
export const outsideForms: readonly Form[] = [
  { sql: 'CREATE INDEX CONCURRENTLY i ON t (note)' },
  { sql: 'DROP INDEX CONCURRENTLY t_name_idx' },
  { sql: 'REINDEX INDEX CONCURRENTLY t_name_idx' },
  { sql: 'REINDEX TABLE CONCURRENTLY t' },
  { sql: 'VACUUM t' },
  { sql: 'VACUUM (FULL) t' },
  { sql: 'ALTER TABLE measures DETACH PARTITION measures_2025 CONCURRENTLY' },
];
