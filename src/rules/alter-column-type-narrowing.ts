import { columnType, writeType } from '../sql/effects/types.ts';
import { quoteIdentifier, writeName } from '../sql/names.ts';
import { child, unwrap } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { alterCommands, commandSpan, type AlterCommand } from './support/commands.ts';
import { narrowing } from './support/narrowing.ts';

/** ALTER COLUMN TYPE to a type that cannot hold every value of the old one. */
export const alterColumnTypeNarrowing: StatementRule = defineRule({
  id: 'alter-column-type-narrowing',
  title: 'The new type cannot hold every value',
  severity: 'warning',
  category: 'destructive and breaking',
  scope: 'statement',
  sides: ['up'],
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return alterCommands(statement).flatMap((command) => {
      const typeName = command.subtype === 'AT_AlterColumnType' ? child(command.definition, 'typeName') : null;
      const from = typeName === null || command.name === null || context.isNew(command.table) ? null : context.columnType(command.table, command.name);
      if (typeName === null || from === null || command.name === null) return [];
      const to = columnType(typeName);
      const loss = narrowing(from, to, quoteIdentifier(command.name));
      const cast = castOf(command);
      if (loss === null || cast === 'an expression') return [];
      const outcome = cast === 'a cast' && loss.castCuts ? 'are cut without a word, because USING casts them' : loss.outcome;
      return [{
        message: `Values of ${writeName(command.table)}.${quoteIdentifier(command.name)} that ${loss.values} ${outcome}: ${writeType(from)} to ${writeType(to)}. Look for them first: SELECT count(*) FROM ${writeName(command.table)} WHERE ${loss.test}.`,
        span: commandSpan(statement, command),
        relation: command.table,
      }];
    });
  },
  docs: {
    what: 'ALTER COLUMN TYPE to a smaller type, by the type that the history knows: a shorter varchar or char, a smaller integer, fewer digits, fewer fractions of a second, a timestamp to a date. An expression of its own after USING is taken as it is.',
    why: 'PostgreSQL refuses the whole statement at the first value that does not fit (22001, 22003), after it has read and locked the table; digits and fractions of a second it rounds away, and an explicit cast to varchar(n) in USING cuts, both without a word (manual, ALTER TABLE and 8.3, Character Types). No down brings back what was cut.',
    instead: 'Count the values that do not fit before the migration, and say what happens to them in an UPDATE. Better still keep the type, and add a CHECK with NOT VALID for new rows.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);', sql: 'ALTER TABLE customers ALTER COLUMN name TYPE varchar(40);', config: { rules: { 'alter-column-type-rewrite': 'off' } } },
      { title: 'A cast that cuts', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, name varchar(80));', sql: 'ALTER TABLE customers ALTER COLUMN name TYPE varchar(40) USING name::varchar(40);', config: { rules: { 'alter-column-type-rewrite': 'off' } } },
      { title: 'A smaller integer', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, quantity bigint);', sql: 'ALTER TABLE orders ALTER COLUMN quantity TYPE integer;', config: { rules: { 'alter-column-type-rewrite': 'off' } } },
      { title: 'Fewer digits', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric(12, 4));', sql: 'ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 2);', config: { rules: { 'alter-column-type-rewrite': 'off' } } },
    ],
    good: [
      { title: 'A wider type', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, name varchar(40));', sql: 'ALTER TABLE customers ALTER COLUMN name TYPE varchar(80);' },
      { title: 'A CHECK for new rows', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);', sql: 'ALTER TABLE customers ADD CONSTRAINT name_is_short CHECK (length(name) <= 40) NOT VALID;' },
      { title: 'An expression that says what happens', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);', sql: 'ALTER TABLE customers ALTER COLUMN name TYPE varchar(40) USING left(name, 40);', config: { rules: { 'alter-column-type-rewrite': 'off' } } },
    ],
  },
});

/** What USING does: nothing, a cast of the column, or more. */
function castOf(command: AlterCommand): 'none' | 'a cast' | 'an expression' {
  const using = unwrap(command.definition['raw_default']);
  if (using === null || using.kind === 'ColumnRef') return 'none';
  return using.kind === 'TypeCast' && unwrap(using.node['arg'])?.kind === 'ColumnRef' ? 'a cast' : 'an expression';
}
