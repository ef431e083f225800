import { relationName, writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan, statementTokens } from '../sql/spans.ts';
import { isKeyword } from '../sql/tokens.ts';
import { child } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { observeLock } from './support/evidence.ts';
import { partitionIndexFix } from './support/partition-indexes.ts';
import { outsideAdvice } from './support/transactions.ts';

/** CREATE INDEX without CONCURRENTLY on a table that exists already. */
export const createIndexBlocking: StatementRule = defineRule({
  id: 'create-index-blocking',
  title: 'CREATE INDEX blocks writes',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  hasFix: true,
  kinds: ['IndexStmt'],
  check(statement, context) {
    const relation = child(statement.node, 'relation');
    if (relation === null || statement.node['concurrent'] === true) return [];
    const table = relationName(relation);
    const isPartitioned = context.isPartitioned(table);
    // ON ONLY a partitioned table builds nothing: it has no rows of its own.
    if (context.isNew(table) || (isPartitioned && relation['inh'] !== true)) return [];
    const at = statementTokens(statement).find((token) => isKeyword(token, 'INDEX'))?.end ?? 0;
    const fix = { title: 'Build the index CONCURRENTLY', edits: [{ span: { start: at, end: at }, text: ' CONCURRENTLY' }] };
    return [{
      message: `Writes to ${writeName(table)} wait until the index is built: CREATE INDEX holds a SHARE lock on it. ${isPartitioned ? onPartitions(table) : outsideAdvice(context, 'Use CREATE INDEX CONCURRENTLY')}`,
      span: headSpan(statement),
      relation: table,
      fixes: isPartitioned ? partitionIndexFix(statement, table, context) : context.transaction === 'none' && relation['inh'] === true ? [fix] : [],
    }];
  },
  observe: (match, trace) => observeLock(match, trace, 'SHARE'),
  docs: {
    what: 'An index is created without CONCURRENTLY on a table that exists before the migration.',
    why: 'CREATE INDEX takes a SHARE lock on the table and keeps it until the transaction ends. Reads go on; every INSERT, UPDATE and DELETE waits for the whole build, which takes minutes on a large table, and whatever waits keeps a connection of the pool busy.',
    instead: 'Build it with CREATE INDEX CONCURRENTLY, which only takes SHARE UPDATE EXCLUSIVE and lets writes go on. It reads the table twice, cannot run inside a transaction block, and leaves an INVALID index behind when it fails: drop that one with DROP INDEX CONCURRENTLY before trying again. On a partitioned table CONCURRENTLY is not possible: create the index ON ONLY the parent, build one concurrently on each partition, then attach them.',
  },
  examples: {
    bad: [
      { title: 'In a migration that runs outside a transaction', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);', sql: 'CREATE INDEX orders_customer_id_idx ON orders (customer_id);', config: { plainTransaction: 'autocommit' } },
      { title: 'In a transaction the fix would fail, so there is none', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, number text NOT NULL);', sql: 'CREATE UNIQUE INDEX orders_number_key ON orders (number);' },
      { title: 'A partitioned table', setup: 'CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);\nCREATE TABLE events_2026 PARTITION OF events DEFAULT;', sql: 'CREATE INDEX events_at_idx ON events (at);', config: { plainTransaction: 'autocommit' } },
    ],
    good: [
      { title: 'On the parent of partitions only', setup: 'CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);', sql: 'CREATE INDEX events_at_idx ON ONLY events (at);' },
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);', sql: 'CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);', config: { plainTransaction: 'autocommit' } },
      { title: 'The table is created in the same file', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);\nCREATE INDEX orders_customer_id_idx ON orders (customer_id);' },
    ],
  },
});

/** CONCURRENTLY is not possible on a partitioned table (manual, CREATE INDEX). */
function onPartitions(table: QualifiedName): string {
  return `It is partitioned, so CONCURRENTLY is not possible: create the index ON ONLY ${writeName(table)}, build one CONCURRENTLY on each partition, then ATTACH these.`;
}
