import type { Fix } from '../model/edit.ts';
import type { Statement } from '../model/statement.ts';
import { quoteIdentifier, writeName } from '../sql/names.ts';
import { text, words } from '../sql/walk.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { alterCommands, alterHead, commandSpan, isOnlyCommand, type AlterCommand } from './support/commands.ts';
import { observeScan } from './support/evidence.ts';
import { constraintName } from './support/names.ts';
import { notValidFix } from './support/not-valid.ts';
import { runsOneByOne } from './support/transactions.ts';

/** SET NOT NULL that has to read the whole table under its lock. */
export const setNotNullScan: StatementRule = defineRule({
  id: 'set-not-null-scan',
  title: 'SET NOT NULL reads the whole table under its lock',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    const commands = alterCommands(statement).filter((each) => testedColumn(each) !== null && !context.isNew(each.table));
    return commands.filter((each) => !context.provenNotNull(each.table, testedColumn(each) ?? '')).map((command) => ({
      message: `Every row of ${writeName(command.table)} is read for nulls while reads and writes wait. ${advice(command, context)}`,
      span: commandSpan(statement, command),
      relation: command.table,
      fixes: command.subtype === 'AT_SetNotNull' ? fixes(statement, command, context) : notValidFix(statement, command, automaticName(command), context),
    }));
  },
  observe: observeScan,
  docs: {
    what: 'SET NOT NULL, or from PostgreSQL 18 on ADD NOT NULL without NOT VALID, on a column of a table that exists before the migration, without a valid CHECK that already proves that the column holds no null.',
    why: 'PostgreSQL reads the whole table to look for nulls, under ACCESS EXCLUSIVE: reads and writes wait. Since PostgreSQL 12 it skips the reading when a valid CHECK (column IS NOT NULL) exists.',
    instead: 'Add CHECK (column IS NOT NULL) NOT VALID, which is instant; VALIDATE it, which lets reads and writes go on; then SET NOT NULL, which now is instant; then drop the CHECK. The VALIDATE has to run in another transaction than the ADD, else it reads under the lock that the ADD still holds. On PostgreSQL 18 NOT NULL itself can be NOT VALID.',
  },
  examples: {
    bad: [
      { title: 'In a migration that runs outside a transaction', setup: "CREATE TABLE customers (id bigint PRIMARY KEY, email text);\nINSERT INTO customers VALUES (1, 'a@example.com');", sql: 'ALTER TABLE customers ALTER COLUMN email SET NOT NULL;', config: { plainTransaction: 'autocommit' } },
      { title: 'In a transaction one migration is not enough, so there is no fix', setup: "CREATE TABLE customers (id bigint PRIMARY KEY, email text);\nINSERT INTO customers VALUES (1, 'a@example.com');", sql: 'ALTER TABLE customers ALTER COLUMN email SET NOT NULL;' },
      { title: 'Alone in a Prisma migration, which a second statement would turn into a transaction', layout: 'prisma', setup: "CREATE TABLE customers (id bigint PRIMARY KEY, email text);\nINSERT INTO customers VALUES (1, 'a@example.com');", sql: 'ALTER TABLE customers ALTER COLUMN email SET NOT NULL;' },
    ],
    good: [
      { title: 'An earlier migration validated the CHECK', setup: "CREATE TABLE customers (id bigint PRIMARY KEY, email text);\nINSERT INTO customers VALUES (1, 'a@example.com');\nALTER TABLE customers ADD CONSTRAINT customers_email_present CHECK (email IS NOT NULL) NOT VALID;\nALTER TABLE customers VALIDATE CONSTRAINT customers_email_present;", sql: 'ALTER TABLE customers ALTER COLUMN email SET NOT NULL;' },
      { title: 'The table is created in the same file', sql: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);\nALTER TABLE customers ALTER COLUMN email SET NOT NULL;' },
    ],
  },
});

/** PostgreSQL 18 is the first whose NOT NULL can be NOT VALID (manual, ALTER TABLE). */
const firstWithNotValid = 18;

/** The column of SET NOT NULL, or of ADD NOT NULL that is not NOT VALID; null for any other command. */
function testedColumn(command: AlterCommand): string | null {
  if (command.subtype === 'AT_SetNotNull') return command.name;
  const { definition } = command;
  const adds = command.subtype === 'AT_AddConstraint' && text(definition, 'contype') === 'CONSTR_NOTNULL' && definition['skip_validation'] !== true;
  return adds ? (words(definition['keys'])[0] ?? null) : null;
}

function automaticName(command: AlterCommand): string | null {
  return constraintName(command.table, [testedColumn(command) ?? ''], 'not_null');
}

function advice(command: AlterCommand, context: StatementContext): string {
  const column = quoteIdentifier(testedColumn(command) ?? '');
  const constraint = context.config.postgres >= firstWithNotValid ? `NOT NULL ${column} NOT VALID` : `CHECK (${column} IS NOT NULL) NOT VALID`;
  const last = context.config.postgres >= firstWithNotValid ? 'VALIDATE it' : 'VALIDATE it and SET NOT NULL';
  return runsOneByOne(context) ? `Add ${constraint} first, then ${last}.` : `Add ${constraint} in this migration, and ${last} in a later one: in one transaction the lock stays.`;
}

function fixes(statement: Statement, command: AlterCommand, context: StatementContext): readonly Fix[] {
  const name = automaticName(command);
  if (!runsOneByOne(context) || name === null || !isOnlyCommand(statement)) return [];
  const [head, constraint, column] = [alterHead(statement), quoteIdentifier(name), quoteIdentifier(command.name ?? '')];
  const all = { start: 0, end: statement.text.length };
  const validate = `${context.between}${head} VALIDATE CONSTRAINT ${constraint}`;
  if (context.config.postgres >= firstWithNotValid) {
    return [{ title: 'Add NOT NULL as NOT VALID, then VALIDATE it', edits: [{ span: all, text: `${head} ADD CONSTRAINT ${constraint} NOT NULL ${column} NOT VALID${validate}` }] }];
  }
  const before = `${head} ADD CONSTRAINT ${constraint} CHECK (${column} IS NOT NULL) NOT VALID${validate}${context.between}`;
  const after = `${context.between}${head} DROP CONSTRAINT IF EXISTS ${constraint}`;
  return [{ title: 'Prove it with a CHECK that is validated first', edits: [{ span: { start: 0, end: 0 }, text: before }, { span: { start: all.end, end: all.end }, text: after }] }];
}
