import { writeType } from '../sql/effects/types.ts';
import { viewColumns } from '../sql/effects/views.ts';
import type { KnownColumn } from '../sql/known-table.ts';
import { quoteIdentifier, relationName, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { child } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { observeFailure } from './support/evidence.ts';

/** CREATE OR REPLACE VIEW with other columns than the view has. */
export const replaceViewBreaks: StatementRule = defineRule({
  id: 'replace-view-breaks',
  title: 'CREATE OR REPLACE VIEW cannot change columns',
  severity: 'error',
  category: 'destructive and breaking',
  scope: 'statement',
  kinds: ['ViewStmt'],
  check(statement, context) {
    const view = child(statement.node, 'view');
    const known = view === null || statement.node['replace'] !== true ? null : context.table(relationName(view));
    const { columns } = viewColumns(statement.node);
    if (view === null || known?.kind !== 'view' || !known.isComplete || columns === undefined) return [];
    const problem = difference(known.columns, columns);
    if (problem === null) return [];
    return [{
      message: `This fails: ${problem}. OR REPLACE can add columns at the end and nothing else. Write DROP VIEW IF EXISTS ${writeName(relationName(view))} and CREATE VIEW in one transaction, and make the views that read it and its privileges again.`,
      span: headSpan(statement),
      relation: relationName(view),
    }];
  },
  observe: (_match, trace) => observeFailure(trace, ['42P16']),
  docs: {
    what: 'CREATE OR REPLACE VIEW that drops, renames, reorders or retypes a column of the view as the history knows it. Often it is the down that fails: the up added a column with OR REPLACE, and the down cannot take it away like that.',
    why: 'PostgreSQL refuses it (SQLSTATE 42P16): the new query must give the same columns in the same order with the same types, and may add others at the end only (manual, CREATE VIEW), because other views and prepared statements count on them.',
    instead: 'DROP VIEW and CREATE VIEW in one transaction, with its privileges, and the views that read it before and after. Or leave the old columns in their places and add the new one at the end.',
  },
  examples: {
    bad: [
      { title: 'A column less', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint, state text);\nCREATE VIEW open_orders AS SELECT id, total, state FROM orders;', sql: 'CREATE OR REPLACE VIEW open_orders AS SELECT id, total FROM orders;', fails: '42P16' },
      { title: 'A down that takes a column away', side: 'down', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);\nCREATE VIEW open_orders AS SELECT id FROM orders;', sql: 'CREATE OR REPLACE VIEW open_orders AS SELECT id FROM orders;', otherSide: 'CREATE OR REPLACE VIEW open_orders AS SELECT id, total FROM orders;', fails: '42P16' },
      { title: 'Another type', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);\nCREATE VIEW totals AS SELECT id, total::text AS total FROM orders;', sql: 'CREATE OR REPLACE VIEW totals AS SELECT id, total::numeric AS total FROM orders;', fails: '42P16' },
    ],
    good: [
      { title: 'A column more, at the end', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);\nCREATE VIEW open_orders AS SELECT id FROM orders;', sql: 'CREATE OR REPLACE VIEW open_orders AS SELECT id, total FROM orders;' },
      { title: 'Dropped and made again', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);\nCREATE VIEW open_orders AS SELECT id, total FROM orders;', sql: 'DROP VIEW IF EXISTS open_orders;\nCREATE VIEW open_orders AS SELECT total, id FROM orders;' },
    ],
  },
});

/** What PostgreSQL refuses first, as the end of a sentence. */
function difference(old: readonly KnownColumn[], now: readonly KnownColumn[]): string | null {
  for (const [index, column] of old.entries()) {
    const name = quoteIdentifier(column.name);
    const next = now[index];
    if (next === undefined) return `the view has ${String(old.length)} columns and the new query gives ${String(now.length)}`;
    if (next.name !== column.name) return `column ${String(index + 1)} of the view is ${name}, and the new query gives ${quoteIdentifier(next.name)}`;
    if (column.type !== null && next.type !== null && writeType(column.type) !== writeType(next.type)) return `${name} is ${writeType(column.type)}, and the new query gives ${writeType(next.type)}`;
  }
  return null;
}
