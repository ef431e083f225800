import { quoteIdentifier, writeName } from '../sql/names.ts';
import { text } from '../sql/walk.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan, type AlterCommand } from './support/commands.ts';
import { observeScan } from './support/evidence.ts';
import { opener } from './support/transactions.ts';

/** VALIDATE CONSTRAINT while the lock of the ADD is still held. */
export const validateSameTransaction: StatementRule = defineRule({
  id: 'validate-same-transaction',
  title: 'VALIDATE in the transaction that added the constraint',
  severity: 'warning',
  category: 'constraints and indexes',
  scope: 'statement',
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    const commands = alterCommands(statement);
    return commands.filter((command) => command.subtype === 'AT_ValidateConstraint' && !context.isNew(command.table)).flatMap((command) => {
      const added = whereAdded(command, commands, context);
      return added === null ? [] : [{
        message: `${added === 'this statement' ? 'This statement adds' : 'This transaction added'} ${quoteIdentifier(command.name ?? '')} and still holds the lock of that, so ${whoWaits(command, commands, context)} while VALIDATE reads every row. ${advice(added, context)}`,
        span: commandSpan(statement, command),
        relation: command.table,
      }];
    });
  },
  observe: observeScan,
  docs: {
    what: 'VALIDATE CONSTRAINT runs in the same transaction, or the same ALTER TABLE, that added the constraint NOT VALID to a table which exists before the migration.',
    why: 'VALIDATE itself takes SHARE UPDATE EXCLUSIVE and lets reads and writes go on. But the ADD took ACCESS EXCLUSIVE (SHARE ROW EXCLUSIVE on both tables for a foreign key), and PostgreSQL keeps a lock until the transaction ends (manual, 13.3): the rows are read under the strong lock, as if NOT VALID had not been written.',
    instead: 'Add the constraint NOT VALID in one migration and VALIDATE it in the next. Where the tool runs a migration without a transaction, two statements of one file will do.',
  },
  examples: {
    bad: [
      { title: 'Two statements of one transaction', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);\nINSERT INTO orders VALUES (1, 10);', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;' },
      { title: 'One statement', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);\nINSERT INTO orders VALUES (1, 10);', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID, VALIDATE CONSTRAINT orders_total_positive;', config: { plainTransaction: 'autocommit' } },
      { title: 'A BEGIN of the file', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);\nINSERT INTO orders VALUES (1, 10);', sql: 'BEGIN;\nALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;\nCOMMIT;', config: { plainTransaction: 'autocommit' } },
    ],
    good: [
      { title: 'Outside a transaction', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;', config: { plainTransaction: 'autocommit' } },
      { title: 'An earlier migration added it', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);\nALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;', sql: 'ALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;' },
      { title: 'The table is created in the same file', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint NOT NULL);\nALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;\nALTER TABLE orders VALIDATE CONSTRAINT orders_total_positive;' },
    ],
  },
});

function whereAdded(command: AlterCommand, commands: readonly AlterCommand[], context: StatementContext): 'this statement' | 'this transaction' | null {
  if (adds(command, commands) !== undefined) return 'this statement';
  const known = context.table(command.table)?.constraints.find(({ name }) => name === command.name);
  return known?.valid !== true && context.constraintAddedInTransaction(command.table, command.name ?? '') ? 'this transaction' : null;
}

/** The command of the same statement that adds what the other one validates. */
function adds(validate: AlterCommand, commands: readonly AlterCommand[]): AlterCommand | undefined {
  return commands.find(({ subtype, definition }) => subtype === 'AT_AddConstraint' && validate.name !== null && text(definition, 'conname') === validate.name);
}

function whoWaits(command: AlterCommand, commands: readonly AlterCommand[], context: StatementContext): string {
  const known = context.table(command.table)?.constraints.find(({ name }) => name === command.name);
  const own = adds(command, commands)?.definition;
  const isForeignKey = own === undefined ? known?.kind === 'foreign key' : text(own, 'contype') === 'CONSTR_FOREIGN';
  const table = writeName(command.table);
  if (!isForeignKey) return `reads and writes of ${table} wait`;
  return known?.references == null ? `writes to ${table} and to the table that it refers to wait` : `writes to ${table} and ${writeName(known.references.table)} wait`;
}

function advice(added: 'this statement' | 'this transaction', context: StatementContext): string {
  if (context.transaction === 'file') return 'VALIDATE it behind the COMMIT of this file.';
  if (added === 'this statement' && context.transaction === 'none') return 'VALIDATE it in a statement of its own.';
  return `VALIDATE it in a later migration: ${opener(context)}.`;
}
