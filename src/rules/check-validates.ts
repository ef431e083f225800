import { writeName } from '../sql/names.ts';
import { walk, words } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan, type AlterCommand } from './support/commands.ts';
import { observeLock } from './support/evidence.ts';
import { constraintName } from './support/names.ts';
import { notValidFix, testsOldRows } from './support/not-valid.ts';
import { runsOneByOne } from './support/transactions.ts';

/** ADD CHECK without NOT VALID on a table with rows. */
export const checkValidates: StatementRule = defineRule({
  id: 'check-validates',
  title: 'ADD CHECK reads the whole table under its lock',
  severity: 'warning',
  category: 'constraints and indexes',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return alterCommands(statement).filter((command) => testsOldRows(command, 'CONSTR_CHECK') && !context.isNew(command.table)).map((command) => ({
      message: `Reads and writes of ${writeName(command.table)} wait while every row is checked. Add the CHECK NOT VALID, which checks new rows only, and VALIDATE it ${runsOneByOne(context) ? 'afterwards' : 'in a later migration'}.`,
      span: commandSpan(statement, command),
      relation: command.table,
      fixes: notValidFix(statement, command, automaticName(command), context),
    }));
  },
  observe: (match, trace) => observeLock(match, trace, 'ACCESS EXCLUSIVE'),
  docs: {
    what: 'A CHECK constraint is added without NOT VALID to a table that exists before the migration.',
    why: 'ADD CHECK takes ACCESS EXCLUSIVE and tests every row before it lets go: reads and writes wait for as long as it takes to read the table.',
    instead: 'Add it with NOT VALID: the lock lasts an instant, and new rows are tested from then on. VALIDATE CONSTRAINT tests the old rows under SHARE UPDATE EXCLUSIVE, while reads and writes go on; it belongs into a later migration, because in the same transaction the first lock is still held.',
  },
  examples: {
    bad: [
      { title: 'In a migration that runs outside a transaction', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);', sql: 'ALTER TABLE orders ADD CHECK (total >= 0);', config: { plainTransaction: 'autocommit' } },
      { title: 'In a transaction', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0);', fixLeaves: 'VALIDATE CONSTRAINT' },
      { title: 'Alone in a Prisma migration, which a second statement would turn into a transaction', layout: 'prisma', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);', sql: 'ALTER TABLE orders ADD CHECK (total >= 0);', fixLeaves: 'VALIDATE CONSTRAINT' },
    ],
    good: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;' },
      { title: 'Validated in a later migration', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);\nALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;', sql: 'ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;' },
    ],
  },
});

/** PostgreSQL puts the column into the name when the expression uses exactly one. */
function automaticName(command: AlterCommand): string | null {
  const columns = new Set<string>();
  walk(command.definition['raw_expr'], ({ kind, node }) => {
    if (kind === 'ColumnRef') columns.add(words(node['fields']).at(-1) ?? '');
    return undefined;
  });
  return constraintName(command.table, columns.size === 1 ? [...columns] : [], 'check');
}
