import { defineRule, type StatementRule } from './define-rule.ts';
import { builtKeys, type BuiltKey } from './support/built-key.ts';
import { observeLock } from './support/evidence.ts';

/** ADD UNIQUE that builds its index under ACCESS EXCLUSIVE. */
export const uniqueBuildsIndex: StatementRule = defineRule({
  id: 'unique-builds-index',
  title: 'UNIQUE builds an index under its lock',
  severity: 'warning',
  category: 'constraints and indexes',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterTableStmt'],
  check: (statement, context) => builtKeys(statement, unique, context, () => ''),
  observe: (match, trace) => observeLock(match, trace, 'ACCESS EXCLUSIVE'),
  docs: {
    what: 'A UNIQUE constraint, by itself or on a new column, is added to a table that exists before the migration, and PostgreSQL has to build its index.',
    why: 'ADD UNIQUE takes ACCESS EXCLUSIVE and builds the index before it lets go: reads and writes wait for the whole build, much longer than for a CREATE INDEX of the same columns, which at least lets reads go on.',
    instead: 'Build the index with CREATE UNIQUE INDEX CONCURRENTLY, which needs a migration outside a transaction, then take it over with ADD CONSTRAINT … UNIQUE USING INDEX.',
  },
  examples: {
    bad: [
      { title: 'In a migration that runs outside a transaction', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);', sql: 'ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);', config: { plainTransaction: 'autocommit' } },
      { title: 'In a transaction', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);', sql: 'ALTER TABLE customers ADD UNIQUE (email);' },
      { title: 'Alone in a Prisma migration, which a second statement would turn into a transaction', layout: 'prisma', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);', sql: 'ALTER TABLE customers ADD UNIQUE (email);' },
      { title: 'A partitioned table', setup: 'CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);\nCREATE TABLE events_2026 PARTITION OF events DEFAULT;', sql: 'ALTER TABLE events ADD UNIQUE (id, at);', config: { plainTransaction: 'autocommit' } },
    ],
    good: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);', sql: 'CREATE UNIQUE INDEX CONCURRENTLY customers_email_key ON customers (email);\nALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE USING INDEX customers_email_key;', config: { plainTransaction: 'autocommit' } },
      { title: 'The table is created in the same file', sql: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);\nALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);' },
    ],
  },
});

const unique: BuiltKey = { word: 'UNIQUE', contype: 'CONSTR_UNIQUE' };
