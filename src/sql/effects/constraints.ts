import type { AstNode } from '../../model/statement.ts';
import type { AddedConstraint, CreatedRelation } from '../effects.ts';
import type { ConstraintKind, KnownConstraint } from '../known-table.ts';
import { relationName, type QualifiedName } from '../names.ts';
import { child, listOf, nodes, text, unwrap, walk, words, type TypedNode } from '../walk.ts';

const kinds: Readonly<Record<string, ConstraintKind>> = {
  CONSTR_PRIMARY: 'primary key', CONSTR_UNIQUE: 'unique', CONSTR_FOREIGN: 'foreign key', CONSTR_CHECK: 'check', CONSTR_EXCLUSION: 'exclusion', CONSTR_NOTNULL: 'not null',
};

const suffixes: Readonly<Record<ConstraintKind, string>> = { 'primary key': 'pkey', unique: 'key', 'foreign key': 'fkey', check: 'check', exclusion: 'excl', 'not null': 'not_null' };

/** A constraint of a table; of a column when `column` is given. Null for what is none: DEFAULT, identity, NULL. */
export function addedConstraint(table: QualifiedName, constraint: AstNode, column: string | null): AddedConstraint | null {
  const kind = kinds[text(constraint, 'contype') ?? ''];
  if (kind === undefined) return null;
  const columns = column === null || kind === 'check' ? constraintColumns(kind, constraint) : [column];
  const name = text(constraint, 'conname') ?? text(constraint, 'indexname') ?? automaticName(table, kind, columns);
  return { table, usingIndex: text(constraint, 'indexname'), facts: { name, kind, columns, references: references(kind, constraint), valid: constraint['skip_validation'] !== true, enforced: isEnforced(kind, constraint), provesNotNull: proves(kind, columns, constraint) } };
}

/** The constraints that a column's definition brings along. */
export function columnConstraints(table: QualifiedName, definition: AstNode): readonly AddedConstraint[] {
  const column = text(definition, 'colname') ?? '';
  return columnConstraintNodes(definition).map((each) => addedConstraint(table, each, column)).filter((each) => each !== null);
}

/** The constraints of a column's definition. A NOT ENFORCED behind one is a node of its own in the tree and becomes part of it. */
export function columnConstraintNodes(definition: AstNode): readonly AstNode[] {
  const all = listOf(definition['constraints'], 'Constraint');
  const isAttribute = (node: AstNode | undefined): boolean => text(node ?? {}, 'contype')?.startsWith('CONSTR_ATTR_') === true;
  return all.filter((node) => !isAttribute(node)).map((node) => {
    for (let at = all.indexOf(node) + 1; isAttribute(all[at]); at += 1) if (text(all[at] ?? {}, 'contype') === 'CONSTR_ATTR_NOT_ENFORCED') return { ...node, is_enforced: false };
    return node;
  });
}

/** UNIQUE, PRIMARY KEY and EXCLUDE bring an index of the constraint's name. */
export function constraintIndexes({ table, usingIndex, facts }: AddedConstraint): readonly CreatedRelation[] {
  const { name, kind, columns } = facts;
  if (usingIndex !== null || (kind !== 'primary key' && kind !== 'unique' && kind !== 'exclusion')) return [];
  const index = { name, columns, unique: kind !== 'exclusion', method: kind === 'exclusion' ? 'gist' : 'btree', partial: false, plain: true, constraint: name };
  return [{ name: { schema: table.schema, name }, kind: 'index', table, index }];
}

/** As PostgreSQL names it; the primary key has no columns in its name (index.c, ChooseIndexName). */
function automaticName(table: QualifiedName, kind: ConstraintKind, columns: readonly string[]): string {
  // The name of a CHECK has a column in it when the expression uses exactly one.
  const named = kind === 'primary key' || (kind === 'check' && columns.length !== 1) ? [] : columns;
  return [table.name, ...named, suffixes[kind]].join('_');
}

function constraintColumns(kind: ConstraintKind, constraint: AstNode): readonly string[] {
  if (kind === 'foreign key') return words(constraint['fk_attrs']);
  if (kind === 'check') return columnsOf(constraint['raw_expr']);
  if (kind === 'exclusion') return listOf(constraint['exclusions'], 'List').flatMap((each) => listOf(each['items'], 'IndexElem').map((element) => text(element, 'name') ?? '')).filter((name) => name !== '');
  return words(constraint['keys']);
}

/** The columns that an expression names, each once. */
export function columnsOf(expression: unknown): readonly string[] {
  const found = new Set<string>();
  walk(expression, ({ kind, node }) => {
    if (kind === 'ColumnRef') for (const name of words(node['fields']).slice(-1)) found.add(name);
    return undefined;
  });
  return [...found];
}

function references(kind: ConstraintKind, constraint: AstNode): KnownConstraint['references'] {
  const table = kind === 'foreign key' ? child(constraint, 'pktable') : null;
  return table === null ? null : { table: relationName(table), columns: words(constraint['pk_attrs']) };
}

/** Since PostgreSQL 18 CHECK and foreign keys can be NOT ENFORCED; false is left out of the tree. */
function isEnforced(kind: ConstraintKind, constraint: AstNode): boolean {
  return (kind !== 'check' && kind !== 'foreign key') || constraint['is_enforced'] === true;
}

function proves(kind: ConstraintKind, columns: readonly string[], constraint: AstNode): readonly string[] {
  if (kind === 'not null' || kind === 'primary key') return columns;
  return kind === 'check' ? notNullColumns(unwrap(constraint['raw_expr'])) : [];
}

/** `CHECK (column IS NOT NULL)`, alone or joined by AND: what lets SET NOT NULL skip its scan (since PostgreSQL 12). */
function notNullColumns(expression: TypedNode | null): readonly string[] {
  if (expression === null) return [];
  if (expression.kind === 'BoolExpr' && text(expression.node, 'boolop') === 'AND_EXPR') return nodes(expression.node['args']).flatMap(notNullColumns);
  if (expression.kind !== 'NullTest' || text(expression.node, 'nulltesttype') !== 'IS_NOT_NULL') return [];
  const column = unwrap(expression.node['arg']);
  return column?.kind === 'ColumnRef' ? words(column.node['fields']).slice(-1) : [];
}
