import { writeName } from '../sql/names.ts';
import { child, text } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan } from './support/commands.ts';
import { observeLock } from './support/evidence.ts';

/** ADD EXCLUDE builds its index under ACCESS EXCLUSIVE, and there is no other way. */
export const exclusionConstraintBuildsIndex: StatementRule = defineRule({
  id: 'exclusion-constraint-builds-index',
  title: 'EXCLUDE builds an index under its lock',
  severity: 'warning',
  category: 'constraints and indexes',
  scope: 'statement',
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    const exclusions = alterCommands(statement).filter(({ subtype, definition }) => subtype === 'AT_AddConstraint' && text(definition, 'contype') === 'CONSTR_EXCLUSION');
    // ONLY a partitioned table builds nothing: it has no rows of its own.
    const isBuilt = (table: (typeof exclusions)[number]['table']): boolean => !context.isNew(table) && !(context.isPartitioned(table) && child(statement.node, 'relation')?.['inh'] !== true);
    return exclusions.filter(({ table }) => isBuilt(table)).map((command) => ({
      message: `Reads and writes of ${writeName(command.table)} wait until the index of the EXCLUDE is built, and no other way to build it exists: neither CONCURRENTLY nor NOT VALID is possible. Run it when few wait, with a short lock_timeout, after a dry run has told how long it takes.`,
      span: commandSpan(statement, command),
      relation: command.table,
    }));
  },
  observe: (match, trace) => observeLock(match, trace, 'ACCESS EXCLUSIVE'),
  docs: {
    what: 'An EXCLUDE constraint is added to a table that exists before the migration.',
    why: 'ADD EXCLUDE takes ACCESS EXCLUSIVE, builds the index and compares every row with all others through it before it lets go. Unlike UNIQUE it cannot take over an index that was built CONCURRENTLY, and unlike CHECK it cannot be NOT VALID (manual, ALTER TABLE).',
    instead: 'Best put the constraint into the CREATE TABLE. On a table with rows, measure it on a copy first and run it when few wait; where that is too long, make a new table with the constraint, copy the rows in batches, and swap the names. On PostgreSQL 18 a UNIQUE … WITHOUT OVERLAPS has the same limits.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE bookings (id bigint PRIMARY KEY, during tsrange NOT NULL);', sql: 'ALTER TABLE bookings ADD CONSTRAINT bookings_during_excl EXCLUDE USING gist (during WITH &&);' },
    ],
    good: [
      { title: 'In the CREATE TABLE', sql: 'CREATE TABLE bookings (id bigint PRIMARY KEY, during tsrange NOT NULL, CONSTRAINT bookings_during_excl EXCLUDE USING gist (during WITH &&));' },
    ],
  },
});
