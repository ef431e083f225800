import type { Fix } from '../model/edit.ts';
import type { Statement } from '../model/statement.ts';
import { quoteIdentifier, writeName } from '../sql/names.ts';
import { text } from '../sql/walk.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { alterCommands, alterHead, commandSpan, isOnlyCommand, type AlterCommand } from './support/commands.ts';
import { observeScan } from './support/evidence.ts';
import { notNullSteps, nullableColumns } from './support/nullable.ts';
import { runsOneByOne } from './support/transactions.ts';

/** PRIMARY KEY USING INDEX on columns that may hold a null. */
export const primaryKeyNullableIndex: StatementRule = defineRule({
  id: 'primary-key-nullable-index',
  title: 'PRIMARY KEY USING INDEX on nullable columns',
  severity: 'warning',
  category: 'constraints and indexes',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return alterCommands(statement).flatMap((command) => {
      const columns = nullableKey(command, context);
      return columns.length === 0 || context.isNew(command.table) ? [] : [{
        message: `Every row of ${writeName(command.table)} is read while reads and writes wait, because ${columns.map(quoteIdentifier).join(' and ')} may hold a null: PRIMARY KEY makes it NOT NULL. ${runsOneByOne(context) ? 'Make it NOT NULL first, by a CHECK that is validated.' : 'Make it NOT NULL in earlier migrations, by a CHECK that is validated.'}`,
        span: commandSpan(statement, command),
        relation: command.table,
        fixes: fixes(statement, command, columns, context),
      }];
    });
  },
  observe: observeScan,
  docs: {
    what: 'ADD PRIMARY KEY USING INDEX takes over an index of a table that exists before the migration, and the history says that a column of it is nullable. Without the history nothing is said.',
    why: 'USING INDEX saves the build, but a primary key is NOT NULL as well: PostgreSQL reads the whole table to look for nulls, under the ACCESS EXCLUSIVE lock of the ALTER (manual, ALTER TABLE, ADD table_constraint_using_index).',
    instead: 'Prove it before: ADD CHECK (column IS NOT NULL) NOT VALID, VALIDATE it, SET NOT NULL, then take the index over, then drop the CHECK. On PostgreSQL 18 NOT NULL itself can be NOT VALID. Each step has to be a transaction of its own.',
  },
  examples: {
    bad: [
      { title: 'In a migration that runs outside a transaction', setup: "CREATE TABLE customers (id bigint, email text);\nCREATE UNIQUE INDEX customers_pkey ON customers (id);\nINSERT INTO customers VALUES (1, 'a@example.com');", sql: 'ALTER TABLE customers ADD CONSTRAINT customers_pkey PRIMARY KEY USING INDEX customers_pkey;', config: { plainTransaction: 'autocommit' } },
      { title: 'In a transaction', setup: "CREATE TABLE customers (id bigint, email text);\nCREATE UNIQUE INDEX customers_pkey ON customers (id);\nINSERT INTO customers VALUES (1, 'a@example.com');", sql: 'ALTER TABLE customers ADD CONSTRAINT customers_pkey PRIMARY KEY USING INDEX customers_pkey;' },
    ],
    good: [
      { title: 'A validated CHECK proves it', setup: 'CREATE TABLE customers (id bigint, email text);\nCREATE UNIQUE INDEX customers_pkey ON customers (id);\nALTER TABLE customers ADD CONSTRAINT customers_id_present CHECK (id IS NOT NULL) NOT VALID;\nALTER TABLE customers VALIDATE CONSTRAINT customers_id_present;', sql: 'ALTER TABLE customers ADD CONSTRAINT customers_pkey PRIMARY KEY USING INDEX customers_pkey;' },
    ],
  },
});

function nullableKey(command: AlterCommand, context: StatementContext): readonly string[] {
  const index = text(command.definition, 'contype') === 'CONSTR_PRIMARY' ? text(command.definition, 'indexname') : null;
  const known = index === null ? undefined : context.table(command.table)?.indexes.find(({ name }) => name === index);
  return nullableColumns(command.table, (known?.columns ?? []).filter((name) => name !== null), context);
}

function fixes(statement: Statement, command: AlterCommand, columns: readonly string[], context: StatementContext): readonly Fix[] {
  const steps = columns.map((column) => notNullSteps(alterHead(statement), command.table, column, context)).filter((each) => each !== null);
  if (!runsOneByOne(context) || !isOnlyCommand(statement) || steps.length < columns.length) return [];
  const end = statement.text.length;
  const after = steps.map((step) => step.after).join('');
  return [{
    title: 'Make it NOT NULL first, by what is validated',
    edits: [{ span: { start: 0, end: 0 }, text: steps.map((step) => step.before).join('') }, ...(after === '' ? [] : [{ span: { start: end, end }, text: after }])],
  }];
}
