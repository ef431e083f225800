import type { AstNode, Statement } from '../model/statement.ts';
import type { ColumnType } from '../sql/effects.ts';
import { definitionOf } from '../sql/effects/alter-table.ts';
import { nameKey, quoteLiteral, relationName, writeName, type QualifiedName } from '../sql/names.ts';
import { spanAt } from '../sql/spans.ts';
import { child, listOf, nodes, text, unwrap, walk, words } from '../sql/walk.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { observeFailure } from './support/evidence.ts';
import { opener } from './support/transactions.ts';

/** A value of an enum that the transaction which added it uses. */
export const enumValueUsedInTransaction: StatementRule = defineRule({
  id: 'enum-value-used-in-transaction',
  title: 'A new enum value, used too early',
  severity: 'error',
  category: 'transactions',
  scope: 'statement',
  kinds: ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'SelectStmt', 'AlterTableStmt', 'CreateStmt', 'IndexStmt'],
  check(statement, context) {
    if (context.transaction === 'none') return [];
    // A type that the same transaction created may be used with all of its values (manual, ALTER TYPE).
    const added = context.enumValuesAdded.filter(({ type }) => !context.namedEarlier(`type ${nameKey(type)}`));
    if (added.length === 0) return [];
    const used = uses(statement, context).find(({ value, of }) => added.some((each) => each.value === value && each.type.name === of));
    const value = added.find((each) => each.value === used?.value);
    if (used === undefined || value === undefined) return [];
    return [{
      message: `This fails: ${quoteLiteral(used.value)} was added to ${writeName(value.type)} in the same transaction, and cannot be used before that is committed; ${opener(context)}. Use it in a later migration, which begins when this one is committed.`,
      span: spanAt(statement, used.location),
    }];
  },
  observe: (_match, trace) => observeFailure(trace, ['55P04']),
  docs: {
    what: 'ALTER TYPE … ADD VALUE, and in the same transaction a statement that uses the new value: with a cast to the type, or for a column that the history knows to have it.',
    why: 'PostgreSQL refuses it (SQLSTATE 55P04): until the transaction is committed, an index could hold the value although it never came to be. Only a type that the same transaction created can be used at once.',
    instead: 'Add the value in one migration, and use it (as a default, in an UPDATE, in a partial index) in the next. A tool that runs all pending migrations in one transaction needs the two in two deployments.',
  },
  examples: {
    bad: [
      { setup: "CREATE TYPE mood AS ENUM ('sad', 'happy');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood);", sql: "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';\nUPDATE people SET mood = 'calm' WHERE mood IS NULL;", fails: '55P04' },
      { title: 'As a default', setup: "CREATE TYPE mood AS ENUM ('sad', 'happy');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood);", sql: "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';\nALTER TABLE people ALTER COLUMN mood SET DEFAULT 'calm';", fails: '55P04' },
    ],
    good: [
      { title: 'The next migration', setup: "CREATE TYPE mood AS ENUM ('sad', 'happy');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood);\nALTER TYPE mood ADD VALUE 'calm';", sql: "UPDATE people SET mood = 'calm' WHERE mood IS NULL;" },
      { title: 'Each statement by itself', setup: "CREATE TYPE mood AS ENUM ('sad', 'happy');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood);", sql: "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';\nUPDATE people SET mood = 'calm' WHERE mood IS NULL;", config: { plainTransaction: 'autocommit' } },
      { title: 'A column of another type', setup: "CREATE TYPE mood AS ENUM ('sad', 'happy');\nCREATE TABLE seas (id bigint PRIMARY KEY, state text);", sql: "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';\nUPDATE seas SET state = 'calm' WHERE state IS NULL;" },
    ],
  },
});

/** A text that PostgreSQL reads as a value of a type, by the type's name. */
interface Use {
  readonly value: string;
  readonly of: string;
  readonly location: unknown;
}

function uses(statement: Statement, context: StatementContext): readonly Use[] {
  const found: Use[] = [];
  const tables: QualifiedName[] = [];
  walk({ [statement.kind]: statement.node }, ({ kind, node }) => {
    if (kind === 'RangeVar') tables.push(relationName(node));
    const relation = child(node, 'relation');
    if (relation !== null && typeof relation['relname'] === 'string') tables.push(relationName(relation));
    return undefined;
  });
  const typeOf = (column: string): string | null => tables.map((table) => context.columnType(table, column)).find((type) => type !== null && !type.array)?.name ?? null;
  walk({ [statement.kind]: statement.node }, ({ kind, node }) => {
    found.push(...(readers[kind]?.(node, typeOf) ?? []));
    return undefined;
  });
  return found;
}

type TypeOf = (column: string) => string | null;

const readers: Readonly<Record<string, (node: AstNode, typeOf: TypeOf) => readonly Use[]>> = {
  TypeCast: (node) => constants([node['arg']], words(child(node, 'typeName')?.['names']).at(-1) ?? null),
  A_Expr: (node, typeOf) => [...constants(inList(node['rexpr']), columnType(node['lexpr'], typeOf)), ...constants([node['lexpr']], columnType(node['rexpr'], typeOf))],
  UpdateStmt: (node, typeOf) => assigned(node['targetList'], typeOf),
  InsertStmt: inserted,
  ColumnDef: (node) => listOf(node['constraints'], 'Constraint').filter((each) => text(each, 'contype') === 'CONSTR_DEFAULT').flatMap((each) => constants([each['raw_expr']], words(child(node, 'typeName')?.['names']).at(-1) ?? null)),
  AlterTableCmd: (node, typeOf) => (text(node, 'subtype') === 'AT_ColumnDefault' ? constants([{ [unwrap(node['def'])?.kind ?? '']: definitionOf(node) }], typeOf(text(node, 'name') ?? '')) : []),
};

function inserted(node: AstNode, typeOf: TypeOf): readonly Use[] {
  const columns = listOf(node['cols'], 'ResTarget').map((each) => typeOf(text(each, 'name') ?? ''));
  const select = unwrap(node['selectStmt'])?.node;
  const rows = listOf(select?.['valuesLists'], 'List').map((each) => nodes(each['items']).map((item) => ({ [item.kind]: item.node })));
  const chosen = listOf(select?.['targetList'], 'ResTarget').map((each) => each['val']);
  const otherwise = assigned(child(node, 'onConflictClause')?.['targetList'], typeOf);
  return [...rows, chosen].flatMap((row) => row.flatMap((value, index) => constants([value], columns[index] ?? null))).concat(otherwise);
}

function assigned(targets: unknown, typeOf: TypeOf): readonly Use[] {
  return listOf(targets, 'ResTarget').flatMap((each) => constants([each['val']], typeOf(text(each, 'name') ?? '')));
}

function columnType(value: unknown, typeOf: TypeOf): ColumnType['name'] | null {
  const column = unwrap(value);
  return column?.kind === 'ColumnRef' ? typeOf(words(column.node['fields']).at(-1) ?? '') : null;
}

function inList(value: unknown): readonly unknown[] {
  const list = unwrap(value);
  return list?.kind === 'List' ? nodes(list.node['items']).map((each) => ({ [each.kind]: each.node })) : [value];
}

function constants(values: readonly unknown[], of: string | null): readonly Use[] {
  if (of === null) return [];
  return values.flatMap((each) => {
    const constant = unwrap(each);
    const value = constant?.kind === 'A_Const' ? text(child(constant.node, 'sval') ?? {}, 'sval') : null;
    return value === null ? [] : [{ value, of, location: constant?.node['location'] }];
  });
}
