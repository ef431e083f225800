import type { KnownTable } from '../sql/known-table.ts';
import { relationName, writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan, statementTokens } from '../sql/spans.ts';
import { isKeyword } from '../sql/tokens.ts';
import { child } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { observeLock } from './support/evidence.ts';

/** REFRESH MATERIALIZED VIEW without CONCURRENTLY. */
export const refreshMatviewBlocking: StatementRule = defineRule({
  id: 'refresh-matview-blocking',
  title: 'REFRESH keeps readers out while it computes',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  hasFix: true,
  kinds: ['RefreshMatViewStmt'],
  check(statement, context) {
    const relation = child(statement.node, 'relation');
    if (relation === null || statement.node['concurrent'] === true || statement.node['skipData'] === true) return [];
    const view = relationName(relation);
    const known = context.table(view);
    // What holds no rows yet has no readers, and CONCURRENTLY refuses it.
    if (context.isNew(view) || known?.populated === false) return [];
    const isUnique = hasUniqueIndex(known);
    const at = statementTokens(statement).find((token) => isKeyword(token, 'VIEW'))?.end ?? 0;
    return [{
      message: `Nobody can read ${writeName(view)} while its query runs: REFRESH holds ACCESS EXCLUSIVE on it. ${advice(view, known)}`,
      span: headSpan(statement),
      relation: view,
      fixes: isUnique ? [{ title: 'Refresh it CONCURRENTLY', edits: [{ span: { start: at, end: at }, text: ' CONCURRENTLY' }] }] : [],
    }];
  },
  observe: (match, trace) => observeLock(match, trace, 'ACCESS EXCLUSIVE'),
  docs: {
    what: 'REFRESH MATERIALIZED VIEW without CONCURRENTLY of a view that exists, and holds rows, before the migration.',
    why: 'REFRESH takes ACCESS EXCLUSIVE on the view before it runs the query, and keeps it to the end of the transaction: every reader waits for as long as the query takes.',
    instead: 'REFRESH MATERIALIZED VIEW CONCURRENTLY computes beside the readers and changes only the rows that differ, under EXCLUSIVE. It needs a UNIQUE index over columns, without WHERE, and a view that was filled before (manual, REFRESH MATERIALIZED VIEW).',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);\nCREATE MATERIALIZED VIEW totals AS SELECT id, total FROM orders;\nCREATE UNIQUE INDEX totals_id_key ON totals (id);', sql: 'REFRESH MATERIALIZED VIEW totals;' },
      { title: 'Without a unique index CONCURRENTLY would fail, so there is no fix', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);\nCREATE MATERIALIZED VIEW totals AS SELECT id, total FROM orders;', sql: 'REFRESH MATERIALIZED VIEW totals;' },
    ],
    good: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);\nCREATE MATERIALIZED VIEW totals AS SELECT id, total FROM orders;\nCREATE UNIQUE INDEX totals_id_key ON totals (id);', sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY totals;' },
      { title: 'The first rows of a view WITH NO DATA', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);\nCREATE MATERIALIZED VIEW totals AS SELECT id, total FROM orders WITH NO DATA;', sql: 'REFRESH MATERIALIZED VIEW totals;' },
    ],
  },
});

function hasUniqueIndex(known: KnownTable | null): boolean {
  return known?.indexes.some((each) => each.unique && !each.partial && each.columns.every((column) => column !== null)) ?? false;
}

function advice(view: QualifiedName, known: KnownTable | null): string {
  if (hasUniqueIndex(known)) return 'CONCURRENTLY lets readers go on, and the view has the UNIQUE index that it needs.';
  if (known === null) return 'Use CONCURRENTLY, which lets readers go on and needs a UNIQUE index over columns, without WHERE.';
  return `Give ${writeName(view)} a UNIQUE index over columns, without WHERE, then use CONCURRENTLY, which lets readers go on.`;
}
