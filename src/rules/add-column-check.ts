import { columnConstraint } from '../sql/effects/columns.ts';
import { writeName } from '../sql/names.ts';
import { child, listOf, text, walk, words } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { constraintApart, isEnforced } from './support/constraint-apart.ts';
import { alterCommands, commandSpan, type AlterCommand } from './support/commands.ts';
import { observeScan } from './support/evidence.ts';
import { constraintName } from './support/names.ts';

/** ADD COLUMN … CHECK. */
export const addColumnCheck: StatementRule = defineRule({
  id: 'add-column-check',
  title: 'A CHECK on a new column reads the whole table',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    const commands = alterCommands(statement).filter((each) => each.subtype === 'AT_AddColumn' && columnConstraint(each.definition, 'CONSTR_CHECK') !== null && isEnforced(each) && !context.isNew(each.table));
    return commands.map((command) => ({
      message: `Reads and writes of ${writeName(command.table)} wait while the CHECK is tested against every row, although all have the same value. Add it in the same statement as a constraint of the table, NOT VALID, and VALIDATE it in a later migration.`,
      span: commandSpan(statement, command),
      relation: command.table,
      fixes: constraintApart(statement, command, { contype: 'CONSTR_CHECK', name: automaticName(command), head: '' }, context),
    }));
  },
  observe: observeScan,
  docs: {
    what: 'A column with a CHECK of its own is added to a table that exists before the migration.',
    why: 'ADD COLUMN takes ACCESS EXCLUSIVE, and a CHECK in it is tested against every row before it lets go, although the new column has the same value in all of them: reads and writes wait for as long as it takes to read the table.',
    instead: 'Add the column and, in the same ALTER TABLE, the CHECK as a constraint of the table with NOT VALID: both are instant, and new rows are tested from then on. VALIDATE CONSTRAINT in a later migration lets reads and writes go on.',
  },
  examples: {
    bad: [
      { title: 'In a migration that runs outside a transaction', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN total bigint CHECK (total > 0);', config: { plainTransaction: 'autocommit' } },
      { title: 'In a transaction', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN total bigint NOT NULL DEFAULT 1 CONSTRAINT total_positive CHECK (total > 0), ADD COLUMN note text;', fixLeaves: 'VALIDATE CONSTRAINT' },
    ],
    good: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN total bigint, ADD CONSTRAINT total_positive CHECK (total > 0) NOT VALID;' },
      { title: 'A table of the same script', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nALTER TABLE orders ADD COLUMN total bigint CHECK (total > 0);' },
    ],
  },
});

/** PostgreSQL names a CHECK after the column when its expression uses that alone; null otherwise, and where there are several. */
function automaticName(command: AlterCommand): string | null {
  const checks = listOf(command.definition['constraints'], 'Constraint').filter((each) => text(each, 'contype') === 'CONSTR_CHECK');
  const [only] = checks;
  if (only === undefined || checks.length > 1) return null;
  const column = text(command.definition, 'colname') ?? '';
  let isAlone = child(only, 'raw_expr') !== null;
  walk(only['raw_expr'], ({ kind, node }) => {
    if (kind === 'ColumnRef' && words(node['fields']).at(-1) !== column) isAlone = false;
    return undefined;
  });
  return text(only, 'conname') ?? (isAlone ? constraintName(command.table, [column], 'check') : null);
}
