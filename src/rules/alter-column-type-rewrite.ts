import type { AstNode, Statement } from '../model/statement.ts';
import { columnType, conversion, isBuiltIn, writeType } from '../sql/effects/types.ts';
import type { ColumnType } from '../sql/effects.ts';
import { quoteIdentifier, writeName } from '../sql/names.ts';
import { child, unwrap, words } from '../sql/walk.ts';
import { defineRule, type Match, type StatementContext, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan, type AlterCommand } from './support/commands.ts';
import { observeRewrite } from './support/evidence.ts';

/** ALTER COLUMN … TYPE that writes the table anew; silent when the history proves that the change is free. */
export const alterColumnTypeRewrite: StatementRule = defineRule({
  id: 'alter-column-type-rewrite',
  title: 'ALTER COLUMN TYPE writes the whole table anew',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    const commands = alterCommands(statement).filter((command) => command.subtype === 'AT_AlterColumnType' && !context.isNew(command.table));
    return commands.flatMap((command) => checkCommand(statement, command, context));
  },
  observe: observeRewrite,
  docs: {
    what: 'A column of a table that exists before the migration gets another type, and the old values do not stay valid bit for bit. What the column was is read from the migrations before this one; when they do not tell, the rule says "unless".',
    why: 'PostgreSQL writes the table and all its indexes anew under ACCESS EXCLUSIVE: reads and writes wait until it is done, and the disk needs room for a second copy. `integer` to `bigint` is such a change. Free are `varchar` to `text`, a longer or no limit of `varchar` and `varbit`, a larger precision of `numeric` at the same scale, and a larger precision of times; `timestamp` to `timestamptz` only while the session has `TimeZone` UTC.',
    instead: 'Expand and contract: add a column of the new type, let the application write both, backfill in batches, read the new one, and drop the old one in a later migration. A limit on a text column is better a CHECK constraint, which can be changed without a rewrite.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, quantity integer);\nINSERT INTO orders VALUES (1, 2);', sql: 'ALTER TABLE orders ALTER COLUMN quantity TYPE bigint;' },
      { title: 'A shorter limit has to be checked', setup: "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nINSERT INTO orders VALUES (1, 'a');", sql: 'ALTER TABLE orders ALTER COLUMN note TYPE varchar(40);', config: { rules: { 'alter-column-type-narrowing': 'off' } } },
      { title: 'A conversion of its own', setup: "CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nINSERT INTO orders VALUES (1, 'a');", sql: 'ALTER TABLE orders ALTER COLUMN note TYPE text USING upper(note);' },
    ],
    good: [
      { title: 'A longer limit', setup: "CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(40));\nINSERT INTO orders VALUES (1, 'a');", sql: 'ALTER TABLE orders ALTER COLUMN note TYPE varchar(80);' },
      { title: 'No limit', setup: "CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(40), total numeric(10, 2));\nINSERT INTO orders VALUES (1, 'a', 1);", sql: 'ALTER TABLE orders ALTER COLUMN note TYPE text, ALTER COLUMN total TYPE numeric(14, 2);' },
    ],
  },
});

function checkCommand(statement: Statement, command: AlterCommand, context: StatementContext): readonly Match[] {
  const typeName = child(command.definition, 'typeName');
  if (typeName === null || command.name === null) return [];
  const to = columnType(typeName);
  const from = context.columnType(command.table, command.name);
  const verdict = usesOwnConversion(command.definition, command.name, to) ? 'rewrite' : judge(from, to);
  if (verdict === 'free') return [];
  return [{ message: message(command, from, to, verdict), span: commandSpan(statement, command), relation: command.table }];
}

type Verdict = 'free' | 'rewrite' | 'time zone' | 'unknown';

function judge(from: ColumnType | null, to: ColumnType): Verdict {
  // A domain over the same type is free, and only the catalog tells a domain from an enum.
  if (from === null || ((!isBuiltIn(from) || !isBuiltIn(to)) && from.name !== to.name)) return 'unknown';
  const cost = conversion(from, to);
  return cost === 'depends' ? 'time zone' : cost;
}

function message(command: AlterCommand, from: ColumnType | null, to: ColumnType, verdict: Exclude<Verdict, 'free'>): string {
  const what = `${quoteIdentifier(command.name ?? '')} to ${writeType(to)}`;
  const change = from === null ? `Changing ${what}` : `Changing ${quoteIdentifier(command.name ?? '')} from ${writeType(from)} to ${writeType(to)}`;
  const effect = `writes all of ${writeName(command.table)} and its indexes anew while reads and writes wait`;
  const unless = { rewrite: '', 'time zone': ", unless the session's TimeZone is UTC", unknown: ', unless the old values stay valid as they are' }[verdict];
  return `${change} ${effect}${unless}. Add a new column, write both, backfill in batches and switch over.`;
}

/** USING with anything but the column itself or its cast to the new type computes every row. */
function usesOwnConversion(definition: AstNode, column: string, to: ColumnType): boolean {
  const using = unwrap(definition['raw_default']);
  if (using === null) return false;
  const typeName = using.kind === 'TypeCast' ? child(using.node, 'typeName') : null;
  const source = using.kind === 'TypeCast' ? unwrap(using.node['arg']) : using;
  const isColumn = source?.kind === 'ColumnRef' && words(source.node['fields']).at(-1) === column;
  return !isColumn || (typeName !== null && writeType(columnType(typeName)) !== writeType(to));
}
