import type { Fix } from '../model/edit.ts';
import type { Statement } from '../model/statement.ts';
import { addColumnRewrite, columnConstraint, defaultOf } from '../sql/effects/columns.ts';
import { volatility } from '../sql/effects/expressions.ts';
import { quoteIdentifier, writeName } from '../sql/names.ts';
import { listOf, text } from '../sql/walk.ts';
import { defineRule, type Match, type StatementContext, type StatementRule } from './define-rule.ts';
import { alterCommands, alterHead, commandSpan, isOnlyCommand, type AlterCommand } from './support/commands.ts';
import { constraintEdit, constraintTokens } from './support/columns.ts';
import { observeRewrite } from './support/evidence.ts';

/** ADD COLUMN whose value differs for each row, so that the table is written anew. */
export const addColumnVolatileDefault: StatementRule = defineRule({
  id: 'add-column-volatile-default',
  title: 'ADD COLUMN writes the whole table anew',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  hasFix: true,
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    const commands = alterCommands(statement).filter((command) => command.subtype === 'AT_AddColumn' && !context.isNew(command.table));
    return commands.flatMap((command) => checkColumn(statement, command, context));
  },
  observe: observeRewrite,
  docs: {
    what: 'A column is added with a volatile default (`gen_random_uuid()`, `random()`, `clock_timestamp()`, `nextval()`) to a table that exists before the migration. Numbered and stored generated columns have rules of their own.',
    why: 'Every row needs a value of its own, so PostgreSQL writes the table and all its indexes anew while it holds ACCESS EXCLUSIVE: reads and writes wait, for minutes to hours on a large table, and the disk needs room for a second copy. A constant, `now()` or any other stable default is free, because one value goes into the catalog.',
    instead: 'Add the column nullable and without a default, set the default for the rows to come, then backfill the others in batches.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();' },
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();', fixLeaves: 'the backfill and SET NOT NULL' },
    ],
    good: [
      { title: 'The time of the migration is one value for all rows', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();' },
      { title: 'Only new rows get a value', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nINSERT INTO orders VALUES (1);', sql: 'ALTER TABLE orders ADD COLUMN token uuid;\nALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();' },
    ],
  },
});

function checkColumn(statement: Statement, command: AlterCommand, context: StatementContext): readonly Match[] {
  const rewrite = addColumnRewrite(command.definition);
  const { kind } = volatility(defaultOf(command.definition));
  const unknown = kind === 'unknown';
  if (rewrite.kind === 'no' || kind === 'stable') return [];
  const table = writeName(command.table);
  const message = rewrite.kind === 'yes'
    ? `All of ${table} is written anew while reads and writes wait: ${rewrite.reason}. Add the column empty, set the default for new rows, then backfill in batches.`
    : `All of ${table} is written anew while reads and writes wait, but ${rewrite.reason}. If it is, add the column empty, set the default for new rows, then backfill in batches.`;
  return [{ message, span: commandSpan(statement, command), relation: command.table, ...(unknown ? { severity: 'information' as const } : {}), fixes: fixes(statement, command, context) }];
}

function fixes(statement: Statement, command: AlterCommand, context: StatementContext): readonly Fix[] {
  const allowed = listOf(command.definition['constraints'], 'Constraint').every((each) => ['CONSTR_DEFAULT', 'CONSTR_NOTNULL'].includes(text(each, 'contype') ?? ''));
  const [keyword, ...expression] = constraintTokens(statement, command, 'CONSTR_DEFAULT');
  const withoutDefault = constraintEdit(statement, command, 'CONSTR_DEFAULT');
  const [first, last] = [expression[0], expression.at(-1)];
  if (!allowed || !isOnlyCommand(statement) || keyword === undefined || withoutDefault === null || first === undefined || last === undefined) return [];
  const column = quoteIdentifier(text(command.definition, 'colname') ?? '');
  const end = statement.text.length;
  const setDefault = `${context.between}${alterHead(statement)} ALTER COLUMN ${column} SET DEFAULT ${statement.text.slice(first.start, last.end)}`;
  const required = columnConstraint(command.definition, 'CONSTR_NOTNULL') === null ? null : constraintEdit(statement, command, 'CONSTR_NOTNULL');
  const edits = [withoutDefault, ...(required === null ? [] : [required]), { span: { start: end, end }, text: setDefault }];
  const later = required === null ? 'backfill in batches' : 'backfill in batches and SET NOT NULL later';
  return [{ title: `Add it empty and set the default for new rows; ${later}`, edits }];
}
