import type { ColumnType } from '../sql/effects.ts';
import { isSerial, writeType } from '../sql/effects/types.ts';
import { nameKey, quoteIdentifier, writeName, type QualifiedName } from '../sql/names.ts';
import type { Statement } from '../model/statement.ts';
import { defineRule, type Match, type StatementContext, type StatementRule } from './define-rule.ts';
import { definedColumns, definedConstraints, definingKinds, constraintSpan, typeSpan, type DefinedConstraint } from './support/definitions.ts';

/** A foreign key whose column cannot hold, or cannot be compared with, what it refers to. */
export const foreignKeyTypeMismatch: StatementRule = defineRule({
  id: 'foreign-key-type-mismatch',
  title: 'A foreign key of another type than its target',
  severity: 'information',
  category: 'constraints and indexes',
  scope: 'statement',
  hasFix: true,
  kinds: definingKinds,
  check(statement, context) {
    return definedConstraints(statement).filter(({ facts }) => facts.kind === 'foreign key').flatMap((each) => mismatches(statement, each, context));
  },
  docs: {
    what: 'The column of a foreign key has another type than the column that it refers to, as far as this file or the history tells both: a smaller integer, or one that PostgreSQL cannot compare at all. A larger integer is left alone.',
    why: 'An integer that refers to a bigint works until the keys outgrow it; then every INSERT that refers to a new row fails, and the change of type rewrites the table. Types that have no common comparison, such as text and uuid, are refused at once.',
    instead: 'Give the column the type of what it refers to. On a column that exists, change it before the key is added.',
  },
  examples: {
    bad: [
      { title: 'It will be outgrown', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id integer UNIQUE REFERENCES customers (id));', fixChanges: 'The column is bigint.' },
      { title: 'It fails', setup: 'CREATE TABLE customers (id uuid PRIMARY KEY);', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id text UNIQUE REFERENCES customers);', fails: '42804' },
    ],
    good: [
      { setup: 'CREATE TABLE customers (id bigserial PRIMARY KEY);', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint UNIQUE REFERENCES customers (id));' },
    ],
  },
});

function mismatches(statement: Statement, key: DefinedConstraint, context: StatementContext): readonly Match[] {
  const { table, facts } = key;
  const { references, columns } = facts;
  if (references === null) return [];
  const own = definedColumns(statement);
  const isSelf = nameKey(references.table) === nameKey(table);
  const typeOf = (name: string): ColumnType | null => own.find((each) => each.name === name)?.type ?? context.columnType(table, name);
  const targets = references.columns.length > 0 ? references.columns : keyOf(references.table, context);
  return columns.flatMap((column, index): readonly Match[] => {
    const target = targets[index];
    const [from, to] = [typeOf(column), target === undefined ? null : isSelf ? typeOf(target) : context.columnType(references.table, target)];
    const problem = from === null || to === null ? null : compare(plain(from), plain(to));
    if (from === null || to === null || target === undefined || problem === null) return [];
    const defined = own.find((each) => each.name === column);
    const span = defined === undefined ? constraintSpan(statement, key) : typeSpan(statement, defined);
    const place = `The column ${quoteIdentifier(column)} is ${writeType(plain(from))}, but ${writeName(references.table)}.${quoteIdentifier(target)} is ${writeType(plain(to))}`;
    return [{
      message: problem === 'narrower' ? `${place}: its larger keys cannot be stored here. Give both the same type.` : `${place}: PostgreSQL cannot compare the two, so this fails. Give both the same type.`,
      severity: problem === 'narrower' ? 'information' : 'error',
      span,
      relation: table,
      fixes: defined === undefined ? [] : [{ title: `Make it ${writeType(plain(to))}`, edits: [{ span, text: writeType(plain(to)) }] }],
    }];
  });
}

function keyOf(table: QualifiedName, context: StatementContext): readonly string[] {
  return context.table(table)?.constraints.find(({ kind }) => kind === 'primary key')?.columns ?? [];
}

const sizes: Readonly<Record<string, number>> = { int2: 2, int4: 4, int8: 8 };
const serials: Readonly<Record<string, string>> = { smallserial: 'int2', serial2: 'int2', serial: 'int4', serial4: 'int4', bigserial: 'int8', serial8: 'int8' };
/** Nothing compares a value of one of these with one of another. */
const families: Readonly<Record<string, string>> = { int2: 'integer', int4: 'integer', int8: 'integer', text: 'text', varchar: 'text', uuid: 'uuid' };

function plain(type: ColumnType): ColumnType {
  return isSerial(type) ? { ...type, name: serials[type.name] ?? type.name } : type;
}

function compare(from: ColumnType, to: ColumnType): 'narrower' | 'incomparable' | null {
  if (from.array || to.array) return null;
  const [one, other] = [families[from.name], families[to.name]];
  if (one !== undefined && other !== undefined && one !== other) return 'incomparable';
  return (sizes[from.name] ?? 0) < (sizes[to.name] ?? 0) && sizes[from.name] !== undefined ? 'narrower' : null;
}
