import type { Statement } from '../model/statement.ts';
import { droppedNames } from '../sql/effects/drop-rename.ts';
import { effects } from '../sql/effects.ts';
import { quoteIdentifier, writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';

/** What a policy forbids that lets a schema only grow. */
export const additiveOnly: StatementRule = defineRule({
  id: 'additive-only',
  title: 'It takes away or changes what is there',
  severity: 'error',
  category: 'destructive and breaking',
  scope: 'statement',
  optional: true,
  sides: ['up'],
  kinds: ['AlterTableStmt', 'DropStmt', 'RenameStmt', 'AlterObjectSchemaStmt'],
  check(statement, context) {
    const taken = [...removed(statement, context), ...changed(statement, context)];
    return taken.map(({ what, relation }) => ({
      message: `${what}, and this project only adds ("additive-only"). Add what is to take its place, and leave this where it is; with an approval, say so in a lockstep-ignore.`,
      span: headSpan(statement),
      ...(relation === null ? {} : { relation }),
    }));
  },
  docs: {
    what: 'An up drops, renames or moves anything that exists before it, or gives a column another type, be the change free or not. Off until the configuration turns it on, by itself or with the preset `additive-only`. What the same migration made may go again, and so may what a down undoes.',
    why: 'Where several versions of an application run against one database, or where nobody can say who reads a table, every removal is somebody’s outage. Such teams let a schema only grow, and take things away in another process, after an approval.',
    instead: 'Add a new column, table or type, move the writers and then the readers over, and leave the old one. Where the removal was approved, write `-- lockstep-ignore additive-only: who approved it, and where` above it.',
  },
  examples: {
    bad: [
      { title: 'A change that is free for PostgreSQL changes what code reads all the same', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, name varchar(80));', sql: 'ALTER TABLE customers ALTER COLUMN name TYPE text;', config: { rules: { 'additive-only': 'error' } } },
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE VIEW all_customers AS SELECT id FROM customers;', sql: 'DROP VIEW IF EXISTS all_customers;', config: { rules: { 'additive-only': 'error' } } },
      { setup: "CREATE TYPE mood AS ENUM ('sad', 'happy');", sql: 'DROP TYPE IF EXISTS mood;', config: { rules: { 'additive-only': 'error' } } },
    ],
    good: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'ALTER TABLE customers ADD COLUMN full_name text;', config: { rules: { 'additive-only': 'error' } } },
      { title: 'A down that undoes its up', side: 'down', sql: 'DROP VIEW IF EXISTS all_customers;', otherSide: 'CREATE VIEW all_customers AS SELECT 1 AS id;', config: { rules: { 'additive-only': 'error' } } },
    ],
  },
});

interface Taken {
  readonly what: string;
  readonly relation: QualifiedName | null;
}

function removed(statement: Statement, context: StatementContext): readonly Taken[] {
  const { columnsDropped, dropped } = effects(statement);
  const columns = columnsDropped.filter(({ table }) => !context.isNew(table)).map(({ table, column }) => ({ what: `It drops ${writeName(table)}.${quoteIdentifier(column)}`, relation: table }));
  if (statement.kind !== 'DropStmt') return columns;
  const relations = new Set(dropped.map(writeName));
  const gone = droppedNames(statement.node).filter((name) => !context.createdHere(name));
  return [...columns, ...gone.map((name) => ({ what: `It drops ${writeName(name)}`, relation: relations.has(writeName(name)) ? name : null }))];
}

function changed(statement: Statement, context: StatementContext): readonly Taken[] {
  const { columnsRetyped, columnsRenamed, renamed } = effects(statement);
  return [
    ...columnsRetyped.filter(({ table }) => !context.isNew(table)).map(({ table, column }) => ({ what: `It gives ${writeName(table)}.${quoteIdentifier(column)} another type`, relation: table })),
    ...columnsRenamed.filter(({ table }) => !context.isNew(table)).map(({ table, column }) => ({ what: `It renames ${writeName(table)}.${quoteIdentifier(column)}`, relation: table })),
    ...renamed.filter(({ from }) => !context.isNew(from)).map(({ from }) => ({ what: `It renames or moves ${writeName(from)}`, relation: from })),
  ];
}
