import { relationName, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { child } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { observeLock } from './support/evidence.ts';

/** CLUSTER. */
export const clusterTable: StatementRule = defineRule({
  id: 'cluster-table',
  title: 'CLUSTER writes the whole table anew',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  kinds: ['ClusterStmt'],
  check(statement, context) {
    const relation = child(statement.node, 'relation');
    const table = relation === null ? null : relationName(relation);
    if (table !== null && context.isNew(table)) return [];
    return [{
      message: `CLUSTER writes ${table === null ? 'every table that was clustered before' : writeName(table)} anew in the order of an index, under ACCESS EXCLUSIVE: reads and writes wait until it is done. Use pg_repack, which does it beside the traffic, or leave the order alone.`,
      span: headSpan(statement),
      ...(table === null ? {} : { relation: table }),
    }];
  },
  observe: (match, trace) => observeLock(match, trace, 'ACCESS EXCLUSIVE'),
  docs: {
    what: 'CLUSTER of a table that exists before the migration, or of all tables that were clustered before.',
    why: 'It writes the table in the order of the index, and all its indexes, while it holds ACCESS EXCLUSIVE: reads and writes wait from the first page to the last, and the disk needs room for a second copy. The order is not kept afterwards: new rows go where there is room (manual, CLUSTER).',
    instead: 'Let pg_repack write the table in the order of the index, beside the traffic. Often an index that covers the query, or partitions by time, gives the same without an order that fades. ALTER TABLE … CLUSTER ON only notes the index, and is no hazard.',
  },
  examples: {
    bad: [{ setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, at date);\nCREATE INDEX orders_at_idx ON orders (at);', sql: 'CLUSTER orders USING orders_at_idx;' }],
    good: [
      { title: 'It only notes the index', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, at date);\nCREATE INDEX orders_at_idx ON orders (at);', sql: 'ALTER TABLE orders CLUSTER ON orders_at_idx;' },
      { title: 'A table of the same script', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, at date);\nCREATE INDEX orders_at_idx ON orders (at);\nCLUSTER orders USING orders_at_idx;' },
    ],
  },
});
