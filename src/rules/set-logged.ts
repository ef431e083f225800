import { writeName } from '../sql/names.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan } from './support/commands.ts';
import { observeRewrite } from './support/evidence.ts';

/** SET LOGGED and SET UNLOGGED. */
export const setLogged: StatementRule = defineRule({
  id: 'set-logged',
  title: 'SET LOGGED and SET UNLOGGED write the table anew',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    // A partitioned table has no rows of its own.
    const commands = alterCommands(statement).filter((each) => (each.subtype === 'AT_SetLogged' || each.subtype === 'AT_SetUnLogged') && !context.isNew(each.table) && !context.isPartitioned(each.table));
    return commands.map((command) => {
      const table = writeName(command.table);
      const loses = command.subtype === 'AT_SetUnLogged' ? ` From then on a crash empties ${table}, and no standby has its rows.` : '';
      return { message: `All of ${table} and its indexes are written anew while reads and writes wait, unless it is so already.${loses} Make a new table, copy in batches and swap the names.`, span: commandSpan(statement, command), relation: command.table };
    });
  },
  observe: observeRewrite,
  docs: {
    what: 'ALTER TABLE … SET LOGGED or SET UNLOGGED of a table that exists before the migration.',
    why: 'PostgreSQL writes the table, its indexes and its TOAST anew under ACCESS EXCLUSIVE, SET LOGGED all of it into the WAL as well: reads and writes wait until it is done (manual, ALTER TABLE). What is UNLOGGED is empty after a crash, and standbys and logical replication never have its rows (manual, CREATE TABLE).',
    instead: 'Create a table of the other kind, copy the rows in batches while a trigger follows the writes, then swap the names in one short transaction. For a load, an UNLOGGED table beside the real one serves as well.',
  },
  examples: {
    bad: [
      { title: 'From then on a crash empties it', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders SET UNLOGGED;' },
      { setup: 'CREATE UNLOGGED TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders SET LOGGED;' },
    ],
    good: [{ title: 'A table of the same script', sql: 'CREATE UNLOGGED TABLE orders (id bigint PRIMARY KEY);\nALTER TABLE orders SET LOGGED;' }],
  },
});
