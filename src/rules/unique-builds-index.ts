import type { Fix } from '../model/edit.ts';
import type { AstNode, Statement } from '../model/statement.ts';
import { columnConstraint } from '../sql/effects/columns.ts';
import { quoteIdentifier, writeName, type QualifiedName } from '../sql/names.ts';
import { child, text, words } from '../sql/walk.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { alterCommands, alterHead, commandSpan, isOnlyCommand, type AlterCommand } from './support/commands.ts';
import { observeLock } from './support/evidence.ts';
import { constraintName } from './support/names.ts';
import { outsideAdvice, runsOneByOne } from './support/transactions.ts';

/** ADD UNIQUE or PRIMARY KEY that builds its index under ACCESS EXCLUSIVE. */
export const uniqueBuildsIndex: StatementRule = defineRule({
  id: 'unique-builds-index',
  title: 'UNIQUE and PRIMARY KEY build an index under their lock',
  severity: 'warning',
  category: 'constraints and indexes',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return alterCommands(statement).flatMap((command) => {
      const key = builtKey(command);
      const isPartitioned = context.isPartitioned(command.table);
      // ONLY a partitioned table builds nothing: it has no rows of its own.
      if (key === null || context.isNew(command.table) || (isPartitioned && child(statement.node, 'relation')?.['inh'] !== true)) return [];
      const word = isPrimary(key) ? 'PRIMARY KEY' : 'UNIQUE';
      return [{
        message: `Reads and writes of ${writeName(command.table)} wait until the index of the ${word} is built. ${isPartitioned ? onPartitions(command.table, word) : onTable(context, word)}`,
        span: commandSpan(statement, command),
        relation: command.table,
        fixes: command.subtype === 'AT_AddConstraint' && !isPartitioned ? fixes(statement, command, context) : [],
      }];
    });
  },
  observe: (match, trace) => observeLock(match, trace, 'ACCESS EXCLUSIVE'),
  docs: {
    what: 'A UNIQUE or PRIMARY KEY constraint, by itself or on a new column, is added to a table that exists before the migration, and PostgreSQL has to build its index.',
    why: 'ADD UNIQUE and ADD PRIMARY KEY take ACCESS EXCLUSIVE and build the index before they let go: reads and writes wait for the whole build, much longer than for a CREATE INDEX of the same columns, which at least lets reads go on.',
    instead: 'Build the index with CREATE UNIQUE INDEX CONCURRENTLY, which needs a migration outside a transaction, then take it over with ADD CONSTRAINT … UNIQUE USING INDEX. For a PRIMARY KEY make the columns NOT NULL first, else the take-over reads the table.',
  },
  examples: {
    bad: [
      { title: 'In a migration that runs outside a transaction', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);', sql: 'ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);', config: { plainTransaction: 'autocommit' } },
      { title: 'A primary key without a name', setup: 'CREATE TABLE customers (id bigint NOT NULL, email text);', sql: 'ALTER TABLE customers ADD PRIMARY KEY (id);', config: { plainTransaction: 'autocommit' } },
      { title: 'In a transaction', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);', sql: 'ALTER TABLE customers ADD UNIQUE (email);' },
      { title: 'Alone in a Prisma migration, which a second statement would turn into a transaction', layout: 'prisma', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);', sql: 'ALTER TABLE customers ADD UNIQUE (email);' },
      { title: 'A partitioned table', setup: 'CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);\nCREATE TABLE events_2026 PARTITION OF events DEFAULT;', sql: 'ALTER TABLE events ADD UNIQUE (id, at);', config: { plainTransaction: 'autocommit' } },
    ],
    good: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);', sql: 'CREATE UNIQUE INDEX CONCURRENTLY customers_email_key ON customers (email);\nALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE USING INDEX customers_email_key;', config: { plainTransaction: 'autocommit' } },
      { title: 'The table is created in the same file', sql: 'CREATE TABLE customers (id bigint, email text);\nALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);' },
    ],
  },
});

function onTable(context: StatementContext, word: string): string {
  const alone = context.canAddStatements ? '' : ', alone in a migration of its own';
  return `${outsideAdvice(context, `Use CREATE UNIQUE INDEX CONCURRENTLY first${alone}`)} Then ADD ${word} USING INDEX is instant.`;
}

/** USING INDEX is not supported on partitioned tables; this is the way around (manual 5.12.2.2). */
function onPartitions(table: QualifiedName, word: string): string {
  return `It is partitioned, so USING INDEX is not possible: add the ${word} to ONLY ${writeName(table)} and, USING an INDEX built CONCURRENTLY, to each partition, then ATTACH the indexes of these.`;
}

/** The UNIQUE or PRIMARY KEY whose index the command builds, or null. */
function builtKey(command: AlterCommand): AstNode | null {
  const { definition } = command;
  if (command.subtype === 'AT_AddColumn') return columnConstraint(definition, 'CONSTR_UNIQUE') ?? columnConstraint(definition, 'CONSTR_PRIMARY');
  const isKey = ['CONSTR_UNIQUE', 'CONSTR_PRIMARY'].includes(text(definition, 'contype') ?? '');
  return command.subtype === 'AT_AddConstraint' && isKey && text(definition, 'indexname') === null ? definition : null;
}

function isPrimary(key: AstNode): boolean {
  return text(key, 'contype') === 'CONSTR_PRIMARY';
}

/** What a plain index cannot express: such constraints get no fix. */
const special = ['including', 'options', 'indexspace', 'without_overlaps', 'deferrable', 'initdeferred'];

function fixes(statement: Statement, command: AlterCommand, context: StatementContext): readonly Fix[] {
  const key = command.definition;
  const columns = words(key['keys']);
  const name = text(key, 'conname') ?? constraintName(command.table, isPrimary(key) ? [] : columns, isPrimary(key) ? 'pkey' : 'key');
  if (!runsOneByOne(context) || name === null || !isOnlyCommand(statement) || special.some((field) => key[field] !== undefined)) return [];
  const index = quoteIdentifier(name);
  const nulls = key['nulls_not_distinct'] === true ? ' NULLS NOT DISTINCT' : '';
  const build = `CREATE UNIQUE INDEX CONCURRENTLY ${index} ON ${writeName(command.table)} (${columns.map(quoteIdentifier).join(', ')})${nulls}`;
  const take = `${alterHead(statement)} ADD CONSTRAINT ${index} ${isPrimary(key) ? 'PRIMARY KEY' : 'UNIQUE'} USING INDEX ${index}`;
  return [{ title: 'Build the index CONCURRENTLY, then take it over', edits: [{ span: { start: 0, end: statement.text.length }, text: `${build}${context.between}${take}` }] }];
}
