import { quoteIdentifier, writeName } from '../sql/names.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan } from './support/commands.ts';
import { observeRewrite } from './support/evidence.ts';

/** SET ACCESS METHOD. */
export const setAccessMethod: StatementRule = defineRule({
  id: 'set-access-method',
  title: 'SET ACCESS METHOD writes the table anew',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  postgres: { from: 15 },
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    // For a partitioned table it only says what new partitions get.
    const commands = alterCommands(statement).filter((each) => each.subtype === 'AT_SetAccessMethod' && !context.isNew(each.table) && !context.isPartitioned(each.table));
    return commands.map((command) => ({
      message: `All of ${writeName(command.table)} and its indexes are written anew while reads and writes wait, unless it uses ${command.name === null ? 'the default access method' : quoteIdentifier(command.name)} already. Make a new table USING it, copy in batches and swap the names.`,
      span: commandSpan(statement, command),
      relation: command.table,
    }));
  },
  observe: observeRewrite,
  docs: {
    what: 'ALTER TABLE … SET ACCESS METHOD of a table that exists before the migration.',
    why: 'Another access method keeps rows in another form, so PostgreSQL writes the table and all its indexes anew under ACCESS EXCLUSIVE: reads and writes wait until it is done, and the disk needs room for a second copy (manual, ALTER TABLE).',
    instead: 'Create a table USING the other access method, copy the rows in batches while a trigger follows the writes, then swap the names in one short transaction. Partitions can be moved one by one.',
  },
  examples: {
    bad: [{ setup: 'CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;\nCREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders SET ACCESS METHOD heap_too;' }],
    good: [{ title: 'A table of the same script', setup: 'CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nALTER TABLE orders SET ACCESS METHOD heap_too;' }],
  },
});
