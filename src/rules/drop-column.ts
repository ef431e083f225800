import { quoteIdentifier, writeName } from '../sql/names.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan } from './support/commands.ts';

/** DROP COLUMN, unless it undoes the ADD COLUMN of the other script. */
export const dropColumn: StatementRule = defineRule({
  id: 'drop-column',
  title: 'DROP COLUMN loses data',
  severity: 'error',
  category: 'destructive and breaking',
  scope: 'statement',
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return alterCommands(statement).flatMap((command) => {
      const column = command.subtype === 'AT_DropColumn' ? command.name : null;
      if (column === null || context.isNew(command.table)) return [];
      if (context.side === 'down' && context.columnAddedByOtherSide(command.table, column)) return [];
      const cascade = command.node['behavior'] === 'DROP_CASCADE' ? ' CASCADE takes the views, foreign keys and generated columns that use it along without naming them.' : '';
      return [{
        message: `The values of ${writeName(command.table)}.${quoteIdentifier(column)} are lost, no down brings them back, and code that still names the column fails at once.${cascade} Stop using it first; drop it in a later release, with a backup at hand.`,
        span: commandSpan(statement, command),
        relation: command.table,
      }];
    });
  },
  docs: {
    what: 'A column of a table that exists before the migration is dropped. In a down that undoes the ADD COLUMN of its up that is right, and nothing is said.',
    why: 'The values are gone for good: a down can add the column again, but not fill it. Until every instance of the application runs the new code, each query that names the column fails, and so do those of an ORM that selects all the columns it knows.',
    instead: 'First deploy code that neither reads nor writes the column (make it nullable or give it a default, so that INSERT works without it). Drop it in a later migration, and keep a copy of the values, for instance in a table of their own.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, phone text);', sql: 'ALTER TABLE customers DROP COLUMN IF EXISTS phone;' },
      { title: 'A down that does more than undo', side: 'down', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, phone text);', sql: 'ALTER TABLE customers DROP COLUMN IF EXISTS phone;', otherSide: 'ALTER TABLE customers ADD COLUMN email text;' },
    ],
    good: [
      { title: 'A down that undoes its up', side: 'down', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'ALTER TABLE customers DROP COLUMN IF EXISTS phone;', otherSide: 'ALTER TABLE customers ADD COLUMN phone text;' },
      { title: 'The column stays until nothing uses it', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, phone text NOT NULL);', sql: 'ALTER TABLE customers ALTER COLUMN phone DROP NOT NULL;' },
    ],
  },
});
