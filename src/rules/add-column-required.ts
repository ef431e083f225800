import type { Fix } from '../model/edit.ts';
import type { Statement } from '../model/statement.ts';
import { columnConstraint, defaultOf } from '../sql/effects/columns.ts';
import { columnType, isSerial } from '../sql/effects/types.ts';
import { quoteIdentifier, writeName } from '../sql/names.ts';
import { child, text } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan, type AlterCommand } from './support/commands.ts';
import { constraintEdit } from './support/columns.ts';
import { observeFailure } from './support/evidence.ts';

/** ADD COLUMN NOT NULL without a default on a table that exists already. */
export const addColumnRequired: StatementRule = defineRule({
  id: 'add-column-required',
  title: 'A required column without a default',
  severity: 'error',
  category: 'destructive and breaking',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return alterCommands(statement).filter((command) => isRequired(command) && !context.isNew(command.table)).map((command) => ({
      message: `This fails as soon as ${writeName(command.table)} has a row: ${quoteIdentifier(text(command.definition, 'colname') ?? '')} is NOT NULL and has no default to fill the rows with. Give it a constant default, or add it nullable, backfill it, and SET NOT NULL later.`,
      span: commandSpan(statement, command),
      relation: command.table,
      fixes: nullableFix(statement, command),
    }));
  },
  observe: (_match, trace) => observeFailure(trace, ['23502']),
  docs: {
    what: 'A column is added with NOT NULL (or as PRIMARY KEY) and without a default to a table that exists before the migration.',
    why: 'PostgreSQL has nothing to put into the rows that are there, so the statement fails with SQLSTATE 23502 on every table that is not empty. It passes on the empty table of a fresh development database, which is why it is found out in production.',
    instead: 'A constant default costs nothing since PostgreSQL 11: the value is kept in the catalog, and no row is touched. Without a sensible constant take three steps: add the column nullable, backfill it in batches while the application writes it, then SET NOT NULL with a CHECK that was validated before.',
  },
  examples: {
    bad: [
      { setup: "CREATE TABLE customers (id bigint PRIMARY KEY);\nINSERT INTO customers VALUES (1);", sql: 'ALTER TABLE customers ADD COLUMN email text NOT NULL;', fails: '23502' },
      { title: 'Among other commands', setup: "CREATE TABLE customers (id bigint PRIMARY KEY);\nINSERT INTO customers VALUES (1);", sql: 'ALTER TABLE customers ADD COLUMN city text, ADD COLUMN email varchar(320) NOT NULL DEFAULT NULL;', fails: '23502' },
    ],
    good: [
      { title: 'A constant default', setup: "CREATE TABLE customers (id bigint PRIMARY KEY);\nINSERT INTO customers VALUES (1);", sql: "ALTER TABLE customers ADD COLUMN plan text NOT NULL DEFAULT 'free';" },
      { title: 'The first of three steps', setup: "CREATE TABLE customers (id bigint PRIMARY KEY);\nINSERT INTO customers VALUES (1);", sql: 'ALTER TABLE customers ADD COLUMN email text;' },
    ],
  },
});

function isRequired(command: AlterCommand): boolean {
  if (command.subtype !== 'AT_AddColumn') return false;
  const { definition } = command;
  const typeName = child(definition, 'typeName');
  const fillsItself = columnConstraint(definition, 'CONSTR_IDENTITY') !== null || columnConstraint(definition, 'CONSTR_GENERATED') !== null || (typeName !== null && isSerial(columnType(typeName)));
  const required = columnConstraint(definition, 'CONSTR_NOTNULL') !== null || columnConstraint(definition, 'CONSTR_PRIMARY') !== null;
  return required && !fillsItself && defaultOf(definition) === null;
}

function nullableFix(statement: Statement, command: AlterCommand): readonly Fix[] {
  if (columnConstraint(command.definition, 'CONSTR_PRIMARY') !== null) return [];
  const edit = constraintEdit(statement, command, 'CONSTR_NOTNULL');
  return edit === null ? [] : [{ title: 'Add it nullable; backfill it, then SET NOT NULL', edits: [edit] }];
}
