import { quoteIdentifier, writeName } from '../sql/names.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan } from './support/commands.ts';

/** DROP NOT NULL on a table that running code reads. */
export const dropNotNull: StatementRule = defineRule({
  id: 'drop-not-null',
  title: 'DROP NOT NULL lets nulls in that code may not expect',
  severity: 'information',
  category: 'destructive and breaking',
  scope: 'statement',
  optional: true,
  sides: ['up'],
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return alterCommands(statement).flatMap((command) => {
      if (command.subtype !== 'AT_DropNotNull' || command.name === null || context.isNew(command.table)) return [];
      const known = context.table(command.table)?.columns.find((each) => each.name === command.name);
      // An incomplete story does not tell whether it was NOT NULL; then it is assumed, because somebody drops it.
      if (known !== undefined && !known.notNull && context.table(command.table)?.isComplete === true) return [];
      return [{
        message: `From now on ${writeName(command.table)}.${quoteIdentifier(command.name)} can be null, and code that reads it was written when it could not. Deploy code that copes with nulls first. Going back needs every null filled again.`,
        span: commandSpan(statement, command),
        relation: command.table,
      }];
    });
  },
  docs: {
    what: 'DROP NOT NULL on a column of a table that exists before the migration, unless the history knows that the column can be null already. Off until the configuration turns it on, because it is also the first step of dropping a column well.',
    why: 'The change is instant, but code that reads the column took for granted that there is a value: comparisons and sums become null, and types without a null break. A down can set NOT NULL again only after every null was filled.',
    instead: 'Deploy code that copes with nulls before this migration. Where the column is on its way out, deploy code that does not read it any more.',
  },
  examples: {
    bad: [{ setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, phone text NOT NULL);', sql: 'ALTER TABLE customers ALTER COLUMN phone DROP NOT NULL;', config: { rules: { 'drop-not-null': 'information' } } }],
    good: [
      { title: 'A down that undoes its up', side: 'down', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, phone text);', sql: 'ALTER TABLE customers ALTER COLUMN phone DROP NOT NULL;', otherSide: 'ALTER TABLE customers ALTER COLUMN phone SET NOT NULL;', config: { rules: { 'drop-not-null': 'information' } } },
      { title: 'The column could be null already', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, phone text);', sql: 'ALTER TABLE customers ALTER COLUMN phone DROP NOT NULL;', config: { rules: { 'drop-not-null': 'information' } } },
    ],
  },
});
