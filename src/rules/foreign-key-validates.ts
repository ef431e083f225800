import { nameKey, relationName, writeName } from '../sql/names.ts';
import { child, words } from '../sql/walk.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan } from './support/commands.ts';
import { observeLock } from './support/evidence.ts';
import { constraintName } from './support/names.ts';
import { notValidFix, testsOldRows } from './support/not-valid.ts';
import { runsOneByOne } from './support/transactions.ts';

/** ADD FOREIGN KEY without NOT VALID between tables with rows. */
export const foreignKeyValidates: StatementRule = defineRule({
  id: 'foreign-key-validates',
  title: 'ADD FOREIGN KEY reads both tables under its locks',
  severity: 'warning',
  category: 'constraints and indexes',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return alterCommands(statement).filter((command) => testsOldRows(command, 'CONSTR_FOREIGN') && !context.isNew(command.table)).map((command) => {
      const parent = child(command.definition, 'pktable');
      const isSelf = parent === null || nameKey(relationName(parent)) === nameKey(command.table);
      const tables = isSelf ? writeName(command.table) : `${writeName(command.table)} and ${writeName(relationName(parent))}`;
      const canBeNotValid = context.config.postgres >= firstOnPartitioned || !context.isPartitioned(command.table);
      const automatic = constraintName(command.table, words(command.definition['fk_attrs']), 'fkey');
      return {
        message: `Writes to ${tables} wait while every row is checked. ${canBeNotValid ? notValidAdvice(context) : onPartitions}`,
        span: commandSpan(statement, command),
        relation: command.table,
        fixes: canBeNotValid ? notValidFix(statement, command, automatic, context) : [],
      };
    });
  },
  observe: (match, trace) => observeLock(match, trace, 'SHARE ROW EXCLUSIVE'),
  docs: {
    what: 'A foreign key is added without NOT VALID to a table that exists before the migration.',
    why: 'ADD FOREIGN KEY takes SHARE ROW EXCLUSIVE on both tables and looks up every row of the one in the other before it lets go: no INSERT, UPDATE or DELETE on either table until then.',
    instead: 'Add it with NOT VALID: the locks are the same, but they last an instant, and new rows are checked from then on. VALIDATE CONSTRAINT checks the old rows under SHARE UPDATE EXCLUSIVE, while reads and writes go on; it belongs into a later migration, because in the same transaction the first lock is still held. Foreign keys of partitioned tables cannot be NOT VALID before PostgreSQL 18.',
  },
  examples: {
    bad: [
      { title: 'In a migration that runs outside a transaction', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint UNIQUE);', sql: 'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE;', config: { plainTransaction: 'autocommit' } },
      { title: 'In a transaction', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint UNIQUE);', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id);', fixLeaves: 'VALIDATE CONSTRAINT' },
    ],
    good: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint UNIQUE);', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;' },
      { title: 'The table is created in the same file', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint UNIQUE);\nALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id);' },
    ],
  },
});

/** PostgreSQL 18 is the first where a foreign key of a partitioned table can be NOT VALID (manual, ALTER TABLE). */
const firstOnPartitioned = 18;

/** A partition's own key that matches is taken over without reading the partition. */
const onPartitions = 'Before PostgreSQL 18 the key of a partitioned table cannot be NOT VALID: add it NOT VALID to each partition, VALIDATE it there, then add it here, which takes these over.';

function notValidAdvice(context: StatementContext): string {
  return `Add the key NOT VALID, which checks new rows only, and VALIDATE it ${runsOneByOne(context) ? 'afterwards' : 'in a later migration'}.`;
}
