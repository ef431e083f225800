import { text } from '../sql/walk.ts';
import { writeName } from '../sql/names.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan, type AlterCommand } from './support/commands.ts';

/** REPLICA IDENTITY FULL. */
export const replicaIdentityFull: StatementRule = defineRule({
  id: 'replica-identity-full',
  title: 'REPLICA IDENTITY FULL logs whole rows',
  severity: 'information',
  category: 'locks and rewrites',
  scope: 'statement',
  sides: ['up'],
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    const commands = alterCommands(statement).filter((each) => each.subtype === 'AT_ReplicaIdentity' && identityType(each) === 'f');
    return commands.map((command) => ({
      message: `From now on every UPDATE and DELETE of ${writeName(command.table)} writes the whole old row into the WAL, and a subscriber without a fitting index looks for it in the whole table. ${advice(command, context)}`,
      span: commandSpan(statement, command),
      relation: command.table,
    }));
  },
  docs: {
    what: 'ALTER TABLE … REPLICA IDENTITY FULL, of a new table as well as of an old one.',
    why: 'Logical replication has to say which row an UPDATE or DELETE touched. With FULL it writes all old values of the row into the WAL, also those that did not change and those that lie in TOAST; a subscriber without a fitting index looks for the row in the whole table, once for each row (manual 29.1, Publication).',
    instead: 'Give the table a primary key, which is used by default, or name a UNIQUE index over NOT NULL columns with REPLICA IDENTITY USING INDEX. FULL is right where a reader of the changes needs all old values.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'ALTER TABLE orders REPLICA IDENTITY FULL;' },
      { title: 'Without a key', setup: 'CREATE TABLE readings (at timestamptz NOT NULL, value int);', sql: 'ALTER TABLE readings REPLICA IDENTITY FULL;' },
    ],
    good: [
      { title: 'The primary key', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'ALTER TABLE orders REPLICA IDENTITY DEFAULT;' },
      { title: 'A unique index', setup: 'CREATE TABLE orders (number text NOT NULL);\nCREATE UNIQUE INDEX orders_number_key ON orders (number);', sql: 'ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_number_key;' },
    ],
  },
});

function identityType(command: AlterCommand): string | null {
  return text(command.definition, 'identity_type');
}

function advice(command: AlterCommand, context: StatementContext): string {
  const known = context.table(command.table);
  if (known?.constraints.some((each) => each.kind === 'primary key') === true) return 'It has a primary key, which is the default: leave this out, unless readers of the changes need all old values.';
  return 'Add a primary key, or name a UNIQUE index over NOT NULL columns with REPLICA IDENTITY USING INDEX.';
}
