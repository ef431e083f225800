import { quoteIdentifier, writeName } from '../sql/names.ts';
import { child } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan } from './support/commands.ts';

/** SET DEFAULT where there is one already. */
export const changeDefault: StatementRule = defineRule({
  id: 'change-default',
  title: 'SET DEFAULT changes what running code gets',
  severity: 'information',
  category: 'destructive and breaking',
  scope: 'statement',
  optional: true,
  sides: ['up'],
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return alterCommands(statement).flatMap((command) => {
      if (command.subtype !== 'AT_ColumnDefault' || child(command.node, 'def') === null || context.isNew(command.table)) return [];
      const known = context.table(command.table)?.columns.find((each) => each.name === command.name);
      if (known?.filled !== 'default') return [];
      return [{
        message: `The default of ${writeName(command.table)}.${quoteIdentifier(known.name)} changes the moment this commits, also for running code that leaves the column out and counts on the old value. Deploy code that names the value first. Rows that are there keep theirs.`,
        span: commandSpan(statement, command),
        relation: command.table,
      }];
    });
  },
  docs: {
    what: 'SET DEFAULT on a column that, by the history, has a default already. Off until the configuration turns it on. A first default is never found: it changes nothing for code that names the column.',
    why: 'The change is instant and touches no row, but running code that leaves the column out of its INSERT gets the new value from that moment on, while other instances may still write the old one themselves.',
    instead: 'Deploy code that writes the value itself, then change the default, then let the code rely on it.',
  },
  examples: {
    bad: [{ setup: "CREATE TABLE orders (id bigint PRIMARY KEY, state text NOT NULL DEFAULT 'open');", sql: "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'draft';", config: { rules: { 'change-default': 'information' } } }],
    good: [
      { title: 'The first default of a column', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, state text);', sql: "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'open';", config: { rules: { 'change-default': 'information' } } },
      { title: 'A down that undoes its up', side: 'down', setup: "CREATE TABLE orders (id bigint PRIMARY KEY, state text DEFAULT 'open');", sql: "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'open';", otherSide: "ALTER TABLE orders ALTER COLUMN state SET DEFAULT 'draft';", config: { rules: { 'change-default': 'information' } } },
    ],
  },
});
