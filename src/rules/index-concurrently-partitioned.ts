import type { Statement } from '../model/statement.ts';
import { droppedNames } from '../sql/effects/drop-rename.ts';
import { relationName, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { child } from '../sql/walk.ts';
import { defineRule, type Match, type StatementContext, type StatementRule } from './define-rule.ts';
import { observeFailure } from './support/evidence.ts';
import { partitionIndexFix } from './support/partition-indexes.ts';

/** CREATE or DROP INDEX CONCURRENTLY on a partitioned table. */
export const indexConcurrentlyPartitioned: StatementRule = defineRule({
  id: 'index-concurrently-partitioned',
  title: 'CONCURRENTLY fails on a partitioned table',
  severity: 'error',
  category: 'locks and rewrites',
  scope: 'statement',
  hasFix: true,
  kinds: ['IndexStmt', 'DropStmt'],
  check(statement, context) {
    if (statement.node['concurrent'] !== true) return [];
    return statement.kind === 'IndexStmt' ? checkCreate(statement, context) : checkDrop(statement, context);
  },
  observe: (_match, trace) => observeFailure(trace, ['0A000']),
  docs: {
    what: 'CREATE INDEX CONCURRENTLY on a table that the history creates with PARTITION BY, or DROP INDEX CONCURRENTLY of its index.',
    why: 'PostgreSQL refuses both (SQLSTATE 0A000): an index of a partitioned table is made and dropped together with those of all partitions, in one transaction (manual, CREATE INDEX and DROP INDEX).',
    instead: 'Create the index ON ONLY the partitioned table, which builds nothing and leaves it INVALID; build one CONCURRENTLY on each partition; then ALTER INDEX … ATTACH PARTITION each of them: the last one makes the index above valid. An index of a partitioned table can only be dropped as a whole, under ACCESS EXCLUSIVE, so do that with a short lock_timeout.',
  },
  examples: {
    bad: [
      { title: 'The fix attaches one for each partition that the history knows', setup: "CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);\nCREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');\nCREATE TABLE events_rest PARTITION OF events DEFAULT;", sql: 'CREATE INDEX CONCURRENTLY events_at_idx ON events (at);', config: { plainTransaction: 'autocommit' }, fails: '0A000' },
      { title: 'Dropping one', setup: 'CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);\nCREATE INDEX events_at_idx ON events (at);', sql: 'DROP INDEX CONCURRENTLY IF EXISTS events_at_idx;', config: { plainTransaction: 'autocommit' }, fails: '0A000' },
    ],
    good: [
      { title: 'Built on the partition, and attached', setup: 'CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);\nCREATE TABLE events_rest PARTITION OF events DEFAULT;', sql: 'CREATE INDEX events_at_idx ON ONLY events (at);\nCREATE INDEX CONCURRENTLY events_rest_at_idx ON events_rest (at);\nALTER INDEX events_at_idx ATTACH PARTITION events_rest_at_idx;', config: { plainTransaction: 'autocommit' } },
      { title: 'A table without partitions', setup: 'CREATE TABLE events (id bigint, at date);', sql: 'CREATE INDEX CONCURRENTLY events_at_idx ON events (at);', config: { plainTransaction: 'autocommit' } },
    ],
  },
});

function checkCreate(statement: Statement, context: StatementContext): readonly Match[] {
  const relation = child(statement.node, 'relation');
  if (relation === null || !context.isPartitioned(relationName(relation))) return [];
  const table = relationName(relation);
  const fixes = partitionIndexFix(statement, table, context);
  return [{
    message: `This fails: ${writeName(table)} is partitioned, and its index cannot be created CONCURRENTLY. Create it ON ONLY ${writeName(table)}, build one CONCURRENTLY on each partition, then ALTER INDEX … ATTACH PARTITION these.`,
    span: headSpan(statement),
    relation: table,
    fixes,
  }];
}

function checkDrop(statement: Statement, context: StatementContext): readonly Match[] {
  if (statement.node['removeType'] !== 'OBJECT_INDEX') return [];
  const index = droppedNames(statement.node).find((name) => {
    const table = context.tableOfIndex(name);
    return table !== null && context.isPartitioned(table);
  });
  if (index === undefined) return [];
  return [{
    message: `This fails: ${writeName(index)} belongs to a partitioned table, and goes together with those of all partitions. Drop it without CONCURRENTLY, under a short lock_timeout.`,
    span: headSpan(statement),
    relation: index,
  }];
}
