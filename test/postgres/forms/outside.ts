import type { Form } from './form.ts';

/** Forms that cannot run in a transaction: what they ask for is seen while another session holds the table `on`. */
export const outsideForms: readonly (Form & { readonly on: string })[] = [
  { sql: 'CREATE INDEX CONCURRENTLY i ON t (note)', on: 't' },
  { sql: 'CREATE UNIQUE INDEX CONCURRENTLY i ON t (id, note)', on: 't' },
  { sql: 'DROP INDEX CONCURRENTLY t_name_idx', on: 't' },
  { sql: 'REINDEX INDEX CONCURRENTLY t_name_idx', on: 't' },
  { sql: 'REINDEX TABLE CONCURRENTLY t', on: 't' },
  { sql: 'REINDEX (CONCURRENTLY, VERBOSE) TABLE t', on: 't' },
  { sql: 'VACUUM t', on: 't' },
  { sql: 'VACUUM (ANALYZE) t', on: 't' },
  { sql: 'VACUUM (FULL) t', on: 't' },
  { sql: 'VACUUM FULL t', on: 't' },
  { sql: 'ALTER TABLE measures DETACH PARTITION measures_2025 CONCURRENTLY', on: 'measures' },
];

/** Forms whose only claim is that they fail in a transaction; they are not run outside of one. */
export const refusedForms: readonly Form[] = [
  { sql: 'VACUUM' },
  { sql: 'CLUSTER' },
  { sql: 'REINDEX SCHEMA public' },
  { sql: 'REINDEX DATABASE postgres' },
  { sql: 'REINDEX SYSTEM postgres' },
  { sql: 'REINDEX SCHEMA CONCURRENTLY public' },
  { sql: 'CREATE DATABASE fresh' },
  { sql: 'DROP DATABASE template1' },
  { sql: 'ALTER DATABASE template1 SET TABLESPACE pg_default' },
  { sql: "CREATE TABLESPACE fresh LOCATION ''" },
  { sql: 'DROP TABLESPACE forms_space' },
  { sql: "ALTER SYSTEM SET work_mem = '8MB'" },
  { sql: 'DISCARD ALL' },
  { sql: "COMMIT PREPARED 'nothing'" },
  { sql: "ROLLBACK PREPARED 'nothing'" },
  { sql: "CREATE SUBSCRIPTION fresh CONNECTION 'host=127.0.0.1 port=1' PUBLICATION news" },
];

/** Forms that fail in a transaction because the table is partitioned. */
export const partitionedForms: readonly Form[] = [
  { sql: 'REINDEX TABLE logs' },
  { sql: 'REINDEX INDEX logs_at_idx' },
  { sql: 'CLUSTER logs USING logs_at_idx', from: 15 },
];
