import type { Fix } from '../model/edit.ts';
import type { Statement } from '../model/statement.ts';
import { writeType } from '../sql/effects/types.ts';
import { effects, type Effects } from '../sql/effects.ts';
import { quoteIdentifier, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';

type Rename = Effects['columnsRenamed'][number];

/** RENAME COLUMN on a table that running code uses. */
export const renameColumn: StatementRule = defineRule({
  id: 'rename-column',
  title: 'RENAME COLUMN breaks running code',
  severity: 'warning',
  category: 'destructive and breaking',
  scope: 'statement',
  hasFix: true,
  sides: ['up'],
  kinds: ['RenameStmt'],
  check(statement, context) {
    if (statement.node['relationType'] !== 'OBJECT_TABLE') return [];
    return effects(statement).columnsRenamed.filter((each) => !context.isNew(each.table)).map((each) => ({
      message: `Code that still says ${writeName(each.table)}.${quoteIdentifier(each.column)} fails the moment this commits, and code that says ${quoteIdentifier(each.to)} fails until then. Add ${quoteIdentifier(each.to)} beside it, write both, backfill, read the new one, and drop the old one in a later release.`,
      span: headSpan(statement),
      relation: each.table,
      fixes: fixes(statement, each, context),
    }));
  },
  docs: {
    what: 'A column of a table that exists before the migration is renamed. A down that renames it back is taken as it is.',
    why: 'The rename itself is instant, but the old code and the new code cannot both work: between the migration and the last restarted instance one of them fails on every query that names the column.',
    instead: 'Expand and contract: add a column of the new name, deploy code that writes both, backfill the old rows in batches, deploy code that reads the new one, and drop the old one in a later migration. Where only reading code has to go on, a view that has both names is a bridge.',
  },
  examples: {
    bad: [{ setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, name varchar(80));', sql: 'ALTER TABLE customers RENAME COLUMN name TO full_name;', fixLeaves: 'writing both columns, the backfill, and dropping the old one' }],
    good: [
      { title: 'The first step of expand and contract', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, name varchar(80));', sql: 'ALTER TABLE customers ADD COLUMN full_name varchar(80);' },
      { title: 'The table is created in the same file', sql: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);\nALTER TABLE customers RENAME COLUMN name TO full_name;' },
    ],
  },
});

/** The first step of expand and contract, where the history tells the column's type. */
function fixes(statement: Statement, { table, column, to }: Rename, context: StatementContext): readonly Fix[] {
  const type = context.columnType(table, column);
  if (type === null) return [];
  const expand = `ALTER TABLE ${writeName(table)} ADD COLUMN ${quoteIdentifier(to)} ${writeType(type)}`;
  return [{ title: `Add ${quoteIdentifier(to)} beside ${quoteIdentifier(column)} instead (expand and contract)`, edits: [{ span: { start: 0, end: statement.text.length }, text: expand }] }];
}
