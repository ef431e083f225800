import type { KnownConstraint, KnownTable } from '../sql/known-table.ts';
import { quoteIdentifier, writeName } from '../sql/names.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan, type AlterCommand } from './support/commands.ts';
import { droppedConstraint, droppedKind } from './support/dropped-constraint.ts';

/** DROP CONSTRAINT of what keeps rows right. */
export const dropConstraint: StatementRule = defineRule({
  id: 'drop-constraint',
  title: 'DROP CONSTRAINT lets wrong rows in',
  severity: 'warning',
  category: 'destructive and breaking',
  scope: 'statement',
  sides: ['up'],
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return alterCommands(statement).flatMap((command) => {
      const kind = droppedKind(command, context);
      // NOT NULL is a property of its column, and a primary key has a rule of its own.
      if (kind === null || kind === 'primary key' || kind === 'not null' || context.isNew(command.table) || isMadeUpFor(command, context)) return [];
      const known = droppedConstraint(command, context);
      return [{
        message: `From now on ${words(known)} can get into ${writeName(command.table)}. Going back needs those rows mended and every row read again. Deploy code that copes with them first, or add what takes the place of ${quoteIdentifier(command.name ?? '')} in this migration.`,
        span: commandSpan(statement, command),
        severity: known === null ? 'information' : 'warning',
        relation: command.table,
      }];
    });
  },
  docs: {
    what: 'DROP CONSTRAINT of a unique constraint, foreign key, CHECK or exclusion constraint of a table that exists before the migration. Silent when the migration adds a constraint of the same kind on the same columns or under the same name, drops the columns, or when a CHECK (… IS NOT NULL) goes whose columns are NOT NULL by now. Information only where the history does not tell what the constraint is.',
    why: 'The drop is instant, but rows that break the rule come in from that moment on, ON DELETE actions of a foreign key stop, and ON CONFLICT on a unique constraint fails. A down can add the constraint again only after all those rows were mended, and has to read the whole table.',
    instead: 'Where the rule changes, add the new constraint with NOT VALID in the same migration and VALIDATE it in a later one. Where it ends, deploy code that copes with such rows first.',
  },
  examples: {
    bad: [
      { title: 'A foreign key', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);', sql: 'ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_customer_id_fkey;' },
      { title: 'A unique constraint', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text UNIQUE);', sql: 'ALTER TABLE customers DROP CONSTRAINT IF EXISTS customers_email_key;' },
    ],
    good: [
      { title: 'Another CHECK takes its place', setup: "CREATE TABLE orders (id bigint PRIMARY KEY, state text, CONSTRAINT orders_state_check CHECK (state IN ('open', 'done')));", sql: "ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_state_check;\nALTER TABLE orders ADD CONSTRAINT orders_state_check CHECK (state IN ('open', 'done', 'lost')) NOT VALID;" },
      { title: 'A CHECK that was there for SET NOT NULL', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text, CONSTRAINT email_present CHECK (email IS NOT NULL));', sql: 'ALTER TABLE customers ALTER COLUMN email SET NOT NULL;\nALTER TABLE customers DROP CONSTRAINT IF EXISTS email_present;' },
      { title: 'A down that undoes its up', side: 'down', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, age int);', sql: 'ALTER TABLE customers DROP CONSTRAINT IF EXISTS age_positive;', otherSide: 'ALTER TABLE customers ADD CONSTRAINT age_positive CHECK (age > 0) NOT VALID;' },
    ],
  },
});

/** Rows that the constraint keeps out. */
function words(known: KnownConstraint | null): string {
  const columns = known?.columns.map(quoteIdentifier).join(', ') ?? '';
  switch (known?.kind) {
    case 'unique':
      return `two rows with the same ${columns}`;
    case 'foreign key':
      return `rows whose ${columns} no row of ${known.references === null ? 'the other table' : writeName(known.references.table)} has`;
    case 'exclusion':
      return `rows that collide in ${columns}`;
    default:
      return 'rows that the constraint kept out';
  }
}

/** The script drops the columns, or ends with something that does the same. */
function isMadeUpFor(command: AlterCommand, context: StatementContext): boolean {
  const known = droppedConstraint(command, context);
  const after = context.tableAfter(command.table);
  if (after === null) return context.table(command.table) !== null;
  if (after.constraints.some((each) => each.name === command.name)) return true;
  if (known === null) return false;
  // Rows of a table that goes refer to nothing any more.
  if (known.references !== null && context.tableAfter(known.references.table) === null) return true;
  const isGone = after.isComplete && known.columns.some((name) => !after.columns.some((column) => column.name === name));
  return isGone || replaces(known, after) || isProvenOtherwise(known, after);
}

function replaces(known: KnownConstraint, after: KnownTable): boolean {
  const same = (columns: readonly string[]): boolean => [...columns].sort().join('\n') === [...known.columns].sort().join('\n');
  const isKey = known.kind === 'unique';
  return after.constraints.some((each) => (each.kind === known.kind || (isKey && each.kind === 'primary key')) && same(each.columns));
}

/** A CHECK (… IS NOT NULL) of columns that are NOT NULL. */
function isProvenOtherwise({ provesNotNull, columns }: KnownConstraint, after: KnownTable): boolean {
  return provesNotNull.length > 0 && columns.every((name) => provesNotNull.includes(name) && after.columns.some((column) => column.name === name && column.notNull));
}
