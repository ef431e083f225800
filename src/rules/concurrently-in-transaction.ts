import type { Statement } from '../model/statement.ts';
import { effects } from '../sql/effects.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { observeFailure } from './support/evidence.ts';
import { opener, wayOut } from './support/transactions.ts';

/** A statement that PostgreSQL refuses in a transaction block, in a script that runs in one. */
export const concurrentlyInTransaction: StatementRule = defineRule({
  id: 'concurrently-in-transaction',
  title: 'It cannot run inside a transaction',
  severity: 'error',
  category: 'transactions',
  scope: 'statement',
  kinds: [
    'IndexStmt', 'DropStmt', 'ReindexStmt', 'VacuumStmt', 'ClusterStmt', 'AlterTableStmt', 'CreatedbStmt', 'DropdbStmt', 'AlterDatabaseStmt',
    'CreateTableSpaceStmt', 'DropTableSpaceStmt', 'CreateSubscriptionStmt', 'AlterSystemStmt', 'DiscardStmt', 'TransactionStmt',
  ],
  check(statement, context) {
    if (context.transaction === 'none') return [];
    const outsideOnly = refused(statement, context);
    if (outsideOnly === null) return [];
    const way = wayOut(context);
    const begin = context.openedAt;
    return [{
      message: `${outsideOnly} fails here: it cannot run inside a transaction, and ${opener(context)}. ${way.charAt(0).toUpperCase()}${way.slice(1)}.`,
      span: headSpan(statement),
      related: begin === null ? [] : [{ span: begin, message: 'The transaction begins here.' }],
    }];
  },
  observe: (_match, trace) => observeFailure(trace, ['25001']),
  docs: {
    what: 'CREATE INDEX, DROP INDEX, REINDEX or DETACH PARTITION with CONCURRENTLY, VACUUM, ALTER SYSTEM, CREATE DATABASE and their like stand in a script that runs inside a transaction: because the migration tool opens one, because the file has BEGIN, or because the tool sends several statements as one message, which PostgreSQL wraps in a transaction.',
    why: 'These statements commit several times on their way or touch what no transaction covers, so PostgreSQL refuses them inside a transaction block (SQLSTATE 25001). The migration fails on every database.',
    instead: "Let this migration run outside a transaction, in the tool's own way; the message names it. Keep such a statement alone in its migration, so that nothing else is left half done when it fails. With a tool that has no such way, run the statement by hand before the deployment and let the migration find it done (IF NOT EXISTS, IF EXISTS).",
  },
  examples: {
    bad: [
      { title: 'Drizzle runs all migrations in one transaction and has no way around it', layout: 'drizzle', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);', fails: '25001' },
      { title: 'Prisma sends the file as one message', layout: 'prisma', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'ALTER TABLE orders ADD COLUMN total bigint;\nCREATE INDEX CONCURRENTLY orders_total_idx ON orders (total);', fails: '25001' },
      { title: 'A BEGIN in the file', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'BEGIN;\nVACUUM orders;\nCOMMIT;', config: { plainTransaction: 'autocommit' }, fails: '25001' },
      { title: 'REINDEX of a partitioned table works on one partition after the other', setup: 'CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);\nCREATE INDEX events_at_idx ON events (at);', sql: 'REINDEX INDEX events_at_idx;', fails: '25001' },
    ],
    good: [
      { title: 'Alone in a Prisma migration', layout: 'prisma', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);' },
      { title: 'A runner that sends statement by statement', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);\nVACUUM orders;', config: { plainTransaction: 'autocommit' } },
    ],
  },
});

/** What it is that cannot run in a transaction; null when it can, as far as it is known. */
function refused(statement: Statement, context: StatementContext): string | null {
  const { outsideOnly, outsideWhenPartitioned, locks } = effects(statement);
  if (outsideOnly !== null || outsideWhenPartitioned === null) return outsideOnly;
  return locks.some(({ relation }) => context.isPartitioned(context.tableOfIndex(relation) ?? relation)) ? outsideWhenPartitioned : null;
}
