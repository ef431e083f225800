import type { Fix } from '../model/edit.ts';
import type { Statement } from '../model/statement.ts';
import { columnConstraint } from '../sql/effects/columns.ts';
import { volatility } from '../sql/effects/expressions.ts';
import { columnType, isBuiltIn } from '../sql/effects/types.ts';
import { writeName } from '../sql/names.ts';
import { isKeyword } from '../sql/tokens.ts';
import { child, listOf, text } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan, commandTokens, type AlterCommand } from './support/commands.ts';
import { observeRewrite } from './support/evidence.ts';

/** ADD COLUMN … GENERATED ALWAYS AS (…) STORED. */
export const addColumnStoredGenerated: StatementRule = defineRule({
  id: 'add-column-stored-generated',
  title: 'A stored generated column writes the table anew',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    const commands = alterCommands(statement).filter((each) => each.subtype === 'AT_AddColumn' && isStored(each) && !context.isNew(each.table));
    const advice = context.config.postgres >= firstWithVirtual ? 'Make it VIRTUAL, which stores nothing, or' : 'Instead';
    return commands.map((command) => ({
      message: `All of ${writeName(command.table)} is written anew while reads and writes wait: the stored expression is computed for each row. ${advice} add a plain column, let a trigger fill it for new rows, and backfill the others in batches.`,
      span: commandSpan(statement, command),
      relation: command.table,
      fixes: context.config.postgres >= firstWithVirtual ? fixes(statement, command) : [],
    }));
  },
  observe: observeRewrite,
  docs: {
    what: 'A generated column that is STORED is added to a table that exists before the migration.',
    why: 'PostgreSQL computes the expression for every row, and writes the table and all its indexes anew, while it holds ACCESS EXCLUSIVE: reads and writes wait, and the disk needs room for a second copy.',
    instead: 'From PostgreSQL 18 on a VIRTUAL generated column is computed when it is read and costs nothing to add; it can have no index, and its expression can call built-in functions only. Else add a plain column, let a trigger fill it for new rows, and backfill the others in batches. An index over the expression often needs no column at all.',
  },
  examples: {
    bad: [
      { title: 'PostgreSQL 18 has VIRTUAL', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, net bigint NOT NULL DEFAULT 0);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN gross bigint GENERATED ALWAYS AS (net * 119 / 100) STORED;', config: { postgres: 18 }, fixChanges: 'the column is VIRTUAL' },
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, net bigint NOT NULL DEFAULT 0);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN gross bigint GENERATED ALWAYS AS (net * 119 / 100) STORED;', fixChanges: 'the column is VIRTUAL' },
    ],
    good: [
      { title: 'An index over the expression', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, net bigint NOT NULL DEFAULT 0);', sql: 'CREATE INDEX CONCURRENTLY orders_gross_idx ON orders ((net * 119 / 100));', config: { plainTransaction: 'autocommit' } },
      { title: 'A table of the same script', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, net bigint NOT NULL);\nALTER TABLE orders ADD COLUMN gross bigint GENERATED ALWAYS AS (net * 119 / 100) STORED;' },
    ],
  },
});

const firstWithVirtual = 18;

function isStored(command: AlterCommand): boolean {
  const generated = columnConstraint(command.definition, 'CONSTR_GENERATED');
  return generated !== null && text(generated, 'generated_kind') === 's';
}

/** Only built-in types and functions can be VIRTUAL, and neither keys nor indexes (manual 5.4). */
function fixes(statement: Statement, command: AlterCommand): readonly Fix[] {
  const generated = columnConstraint(command.definition, 'CONSTR_GENERATED');
  const typeName = child(command.definition, 'typeName');
  const word = commandTokens(statement, command).find((token) => isKeyword(token, 'STORED'));
  const isAlone = listOf(command.definition['constraints'], 'Constraint').length === 1;
  if (generated === null || typeName === null || word === undefined || !isAlone || !isBuiltIn(columnType(typeName)) || volatility(generated['raw_expr']).kind !== 'stable') return [];
  return [{ title: 'Make it VIRTUAL', edits: [{ span: { start: word.start, end: word.end }, text: 'VIRTUAL' }] }];
}
