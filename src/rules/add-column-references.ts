import { columnConstraint, defaultOf } from '../sql/effects/columns.ts';
import { quoteIdentifier, relationName, writeName } from '../sql/names.ts';
import { child, text } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { constraintApart, isEnforced } from './support/constraint-apart.ts';
import { alterCommands, commandSpan, type AlterCommand } from './support/commands.ts';
import { observeLock } from './support/evidence.ts';
import { constraintName } from './support/names.ts';

/** ADD COLUMN … REFERENCES with a value for the rows that are there. */
export const addColumnReferences: StatementRule = defineRule({
  id: 'add-column-references',
  title: 'A foreign key on a new column reads the whole table',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    // Without a value there is nothing to look up, and PostgreSQL does not.
    const commands = alterCommands(statement).filter((each) => each.subtype === 'AT_AddColumn' && defaultOf(each.definition) !== null && key(each) !== null && isEnforced(each) && !context.isNew(each.table));
    return commands.map((command) => {
      const column = text(command.definition, 'colname') ?? '';
      const name = text(key(command) ?? {}, 'conname') ?? constraintName(command.table, [column], 'fkey');
      const parent = child(key(command) ?? {}, 'pktable');
      const canBeNotValid = context.config.postgres >= firstOnPartitioned || !context.isPartitioned(command.table);
      return {
        message: `Reads and writes of ${writeName(command.table)}, and writes of ${parent === null ? 'the other table' : writeName(relationName(parent))}, wait while the default of every row is looked up. Add the column first and the foreign key NOT VALID; VALIDATE it in a later migration.`,
        span: commandSpan(statement, command),
        relation: command.table,
        fixes: canBeNotValid ? constraintApart(statement, command, { contype: 'CONSTR_FOREIGN', name, head: `FOREIGN KEY (${quoteIdentifier(column)}) ` }, context) : [],
      };
    });
  },
  observe: (match, trace) => observeLock(match, trace, 'ACCESS EXCLUSIVE'),
  docs: {
    what: 'A column with REFERENCES and a DEFAULT is added to a table that exists before the migration. Without a DEFAULT, PostgreSQL has nothing to look up and reads no row (measured on 14–18): then nothing is said.',
    why: 'ADD COLUMN takes ACCESS EXCLUSIVE on the table and SHARE ROW EXCLUSIVE on the one that it refers to, and looks up every row in that one before it lets go: reads and writes of the one wait, and writes of the other.',
    instead: 'Add the column and, in the same ALTER TABLE, the FOREIGN KEY as a constraint of the table with NOT VALID: that is instant, and new rows are checked from then on. VALIDATE CONSTRAINT in a later migration lets reads and writes go on. Foreign keys of partitioned tables cannot be NOT VALID before PostgreSQL 18.',
  },
  examples: {
    bad: [
      { title: 'In a migration that runs outside a transaction', setup: 'CREATE TABLE shops (id bigint PRIMARY KEY);\nINSERT INTO shops VALUES (1);\nCREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN shop_id bigint NOT NULL DEFAULT 1 REFERENCES shops (id) ON DELETE CASCADE;', config: { plainTransaction: 'autocommit', rules: { 'foreign-key-missing-index': 'off' } } },
      { title: 'In a transaction', setup: 'CREATE TABLE shops (id bigint PRIMARY KEY);\nINSERT INTO shops VALUES (1);\nCREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN shop_id bigint CONSTRAINT of_shop REFERENCES shops DEFAULT 1;', fixLeaves: 'VALIDATE CONSTRAINT', config: { rules: { 'foreign-key-missing-index': 'off' } } },
    ],
    good: [
      { title: 'Without a value there is nothing to look up', setup: 'CREATE TABLE shops (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN shop_id bigint REFERENCES shops (id);', config: { rules: { 'foreign-key-missing-index': 'off' } } },
      { title: 'NOT VALID', setup: 'CREATE TABLE shops (id bigint PRIMARY KEY);\nINSERT INTO shops VALUES (1);\nCREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN shop_id bigint DEFAULT 1, ADD CONSTRAINT of_shop FOREIGN KEY (shop_id) REFERENCES shops (id) NOT VALID;', config: { rules: { 'foreign-key-missing-index': 'off' } } },
    ],
  },
});

/** PostgreSQL 18 is the first where a foreign key of a partitioned table can be NOT VALID (manual, ALTER TABLE). */
const firstOnPartitioned = 18;

function key(command: AlterCommand): ReturnType<typeof columnConstraint> {
  return columnConstraint(command.definition, 'CONSTR_FOREIGN');
}
