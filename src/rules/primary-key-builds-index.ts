import { quoteIdentifier } from '../sql/names.ts';
import { words } from '../sql/walk.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { builtKeys, type BuiltKey } from './support/built-key.ts';
import type { AlterCommand } from './support/commands.ts';
import { observeLock } from './support/evidence.ts';
import { nullableColumns } from './support/nullable.ts';

/** ADD PRIMARY KEY that builds its index under ACCESS EXCLUSIVE. */
export const primaryKeyBuildsIndex: StatementRule = defineRule({
  id: 'primary-key-builds-index',
  title: 'PRIMARY KEY builds an index under its lock',
  severity: 'warning',
  category: 'constraints and indexes',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterTableStmt'],
  check: (statement, context) => builtKeys(statement, primary, context, (command) => notNullFirst(command, context)),
  observe: (match, trace) => observeLock(match, trace, 'ACCESS EXCLUSIVE'),
  docs: {
    what: 'A PRIMARY KEY, by itself or on a new column, is added to a table that exists before the migration, and PostgreSQL has to build its index.',
    why: 'ADD PRIMARY KEY takes ACCESS EXCLUSIVE and builds the index before it lets go: reads and writes wait for the whole build. Where the columns are not NOT NULL yet, every row is tested for that as well.',
    instead: 'Make the columns NOT NULL first (CHECK NOT VALID, VALIDATE, SET NOT NULL), else the take-over reads the table. Build the index with CREATE UNIQUE INDEX CONCURRENTLY, which needs a migration outside a transaction, then take it over with ADD CONSTRAINT … PRIMARY KEY USING INDEX, which is instant.',
  },
  examples: {
    bad: [
      { title: 'In a migration that runs outside a transaction', setup: 'CREATE TABLE customers (id bigint NOT NULL, email text);', sql: 'ALTER TABLE customers ADD PRIMARY KEY (id);', config: { plainTransaction: 'autocommit' } },
      { title: 'Columns that may hold a null yet', setup: 'CREATE TABLE customers (id bigint, email text);', sql: 'ALTER TABLE customers ADD CONSTRAINT customers_pkey PRIMARY KEY (id);', config: { plainTransaction: 'autocommit' } },
      { title: 'In a transaction', setup: 'CREATE TABLE customers (id bigint NOT NULL, email text);', sql: 'ALTER TABLE customers ADD PRIMARY KEY (id);' },
    ],
    good: [
      { setup: 'CREATE TABLE customers (id bigint NOT NULL, email text);', sql: 'CREATE UNIQUE INDEX CONCURRENTLY customers_pkey ON customers (id);\nALTER TABLE customers ADD CONSTRAINT customers_pkey PRIMARY KEY USING INDEX customers_pkey;', config: { plainTransaction: 'autocommit' } },
      { title: 'The table is created in the same file', sql: 'CREATE TABLE customers (id bigint, email text);\nALTER TABLE customers ADD PRIMARY KEY (id);' },
    ],
  },
});

const primary: BuiltKey = { word: 'PRIMARY KEY', contype: 'CONSTR_PRIMARY' };

/** What USING INDEX needs to be instant. */
function notNullFirst(command: AlterCommand, context: StatementContext): string {
  const nullable = command.subtype === 'AT_AddConstraint' ? nullableColumns(command.table, words(command.definition['keys']), context) : [];
  return nullable.length === 0 ? '' : `Make ${nullable.map(quoteIdentifier).join(', ')} NOT NULL first, by a CHECK that is validated. `;
}
