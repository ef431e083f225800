import { droppedNames } from '../sql/effects/drop-rename.ts';
import { isTimeout } from '../sql/effects/session.ts';
import { writeName } from '../sql/names.ts';
import { headSpan, statementTokens } from '../sql/spans.ts';
import { isKeyword } from '../sql/tokens.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { observeLock } from './support/evidence.ts';
import { outsideAdvice } from './support/transactions.ts';

/** DROP INDEX without CONCURRENTLY on a table that exists already. */
export const dropIndexBlocking: StatementRule = defineRule({
  id: 'drop-index-blocking',
  title: 'DROP INDEX blocks reads and writes',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  hasFix: true,
  kinds: ['DropStmt'],
  check(statement, context) {
    const { node } = statement;
    if (node['removeType'] !== 'OBJECT_INDEX' || node['concurrent'] === true) return [];
    const names = droppedNames(node);
    const index = names.find((name) => {
      const table = context.tableOfIndex(name);
      return !context.createdHere(name) && (table === null || !context.isNew(table));
    });
    if (index === undefined) return [];
    const table = context.tableOfIndex(index);
    const isPartitioned = table !== null && context.isPartitioned(table);
    // There it is the only way, so that nothing is left to say.
    if (isPartitioned && isTimeout(context.lockTimeout)) return [];
    const at = statementTokens(statement)[1]?.end ?? 0;
    const possible = !isPartitioned && context.transaction === 'none' && names.length === 1 && node['behavior'] !== 'DROP_CASCADE';
    const fix = { title: 'Drop the index CONCURRENTLY', edits: [{ span: { start: at, end: at }, text: ' CONCURRENTLY' }] };
    return [{
      message: `Dropping ${writeName(index)} takes ACCESS EXCLUSIVE on its table: reads and writes wait for it, and it waits for every running query. ${isPartitioned ? onPartitions : outsideAdvice(context, 'Use DROP INDEX CONCURRENTLY')}`,
      span: headSpan(statement),
      relation: index,
      fixes: possible && isKeyword(statementTokens(statement)[1], 'INDEX') ? [fix] : [],
    }];
  },
  observe: (_match, trace) => observeLock({ relation: null }, trace, 'ACCESS EXCLUSIVE'),
  docs: {
    what: 'An index of a table that exists before the migration is dropped without CONCURRENTLY.',
    why: 'DROP INDEX takes ACCESS EXCLUSIVE on the index and on its table. The drop itself is quick, but it first waits for every query that uses the table, and all queries that come later queue behind it: one long report is enough to stop the application.',
    instead: 'DROP INDEX CONCURRENTLY takes SHARE UPDATE EXCLUSIVE only. It drops one index at a time, takes no CASCADE and cannot run inside a transaction block. Where the tool allows nothing else, set a short lock_timeout and try again when it fails.',
  },
  examples: {
    bad: [
      { title: 'In a migration that runs outside a transaction', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);', sql: 'DROP INDEX IF EXISTS orders_note_idx;', config: { plainTransaction: 'autocommit' } },
      { title: 'In a down', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'DROP INDEX IF EXISTS orders_note_idx;', side: 'down', otherSide: 'CREATE INDEX orders_note_idx ON orders (note);' },
      { title: 'Of a partitioned table', setup: 'CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);\nCREATE INDEX events_at_idx ON events (at);', sql: 'DROP INDEX IF EXISTS events_at_idx;', config: { plainTransaction: 'autocommit', runnerLockTimeout: null, rules: { 'lock-timeout-missing': 'off' } } },
    ],
    good: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);', sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_note_idx;', config: { plainTransaction: 'autocommit' } },
      { title: 'The up created the table as well', sql: 'DROP INDEX IF EXISTS orders_note_idx;\nDROP TABLE IF EXISTS orders;', side: 'down', otherSide: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);' },
    ],
  },
});

/** The index of a partitioned table goes with those of its partitions, in one transaction (manual, DROP INDEX). */
const onPartitions = 'The table is partitioned, so CONCURRENTLY is not possible: set a short lock_timeout, and try again when it fails.';
