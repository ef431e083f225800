import type { Fix } from '../model/edit.ts';
import type { Statement } from '../model/statement.ts';
import { effects, type Effects } from '../sql/effects.ts';
import { nameKey, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { text } from '../sql/walk.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';

type Rename = Effects['renamed'][number];

/** RENAME TO or SET SCHEMA of a relation that running code names. */
export const renameTable: StatementRule = defineRule({
  id: 'rename-table',
  title: 'Renaming a table breaks running code',
  severity: 'warning',
  category: 'destructive and breaking',
  scope: 'statement',
  hasFix: true,
  sides: ['up'],
  kinds: ['RenameStmt', 'AlterObjectSchemaStmt'],
  check(statement, context) {
    const type = text(statement.node, statement.kind === 'RenameStmt' ? 'renameType' : 'objectType') ?? '';
    if (!relations.has(type)) return [];
    // A view, or a table, under the old name keeps running code alive.
    const broken = effects(statement).renamed.filter(({ from }) => !context.isNew(from) && !context.namedLater(nameKey(from)));
    return broken.map((each) => ({
      message: `Code that still says ${writeName(each.from)} fails the moment this commits, and code that says ${writeName(each.to)} fails until then. In the same transaction create a view ${writeName(each.from)} that reads ${writeName(each.to)}, and drop it in a later release.`,
      span: headSpan(statement),
      relation: each.from,
      fixes: type === 'OBJECT_TABLE' ? fixes(statement, each, context) : [],
    }));
  },
  docs: {
    what: 'A table, view or materialized view that exists before the migration gets another name or schema, and no later statement of the migration creates anything under the old name. A down that renames it back is taken as it is.',
    why: 'The rename itself is instant, but old and new code cannot both work: between the migration and the last restarted instance one of them fails on every query.',
    instead: 'In the same transaction create a view under the old name. A view of a whole table is updatable (manual, CREATE VIEW), so old code goes on reading and writing; with security_invoker (PostgreSQL 15) the policies of the table hold for whoever asks. Grant on it what was granted on the table, and drop it in a later migration. The template **Rename a table without an outage** writes all of it. Where the table is on its way out and no code uses it, say so with a `lockstep-ignore`.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);', sql: 'ALTER TABLE customers RENAME TO clients;', fixChanges: 'the view under the old name' },
      { title: 'Into another schema', setup: 'CREATE SCHEMA sales;\nCREATE TABLE customers (id bigint PRIMARY KEY, name text);', sql: 'ALTER TABLE public.customers SET SCHEMA sales;', fixChanges: 'the view under the old name' },
    ],
    good: [
      { title: 'With a view as a bridge', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);', sql: 'ALTER TABLE customers RENAME TO clients;\nCREATE VIEW customers AS SELECT id, name FROM clients;' },
      { title: 'A new table takes the place', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'CREATE TABLE clients (id bigint PRIMARY KEY);\nALTER TABLE clients RENAME TO people;' },
    ],
  },
});

const relations = new Set(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE']);

/** The first whose views can read with the rights of whoever asks (manual, CREATE VIEW). */
const firstWithInvoker = 15;

/** Outside a transaction there would be a moment without the view. A view of PostgreSQL 14 goes around the policies of its table. */
function fixes(statement: Statement, { from, to }: Rename, context: StatementContext): readonly Fix[] {
  const isInvoker = context.config.postgres >= firstWithInvoker;
  const known = context.table(from);
  const goesAround = !isInvoker && (known?.isComplete !== true || known.rowSecurity);
  if (context.transaction === 'none' || goesAround) return [];
  const end = statement.text.length;
  const view = `${context.between}CREATE VIEW ${writeName(from)}${isInvoker ? ' WITH (security_invoker = true)' : ''} AS SELECT * FROM ${writeName(to)}`;
  return [{ title: 'Keep the old name as a view', edits: [{ span: { start: end, end }, text: view }] }];
}
