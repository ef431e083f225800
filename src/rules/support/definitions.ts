import type { Span } from '../../model/span.ts';
import type { AstNode, Statement } from '../../model/statement.ts';
import { definitionOf } from '../../sql/effects/alter-table.ts';
import type { ColumnType } from '../../sql/effects.ts';
import { addedConstraint, columnConstraintNodes } from '../../sql/effects/constraints.ts';
import { columnType } from '../../sql/effects/types.ts';
import type { KnownConstraint } from '../../sql/known-table.ts';
import { relationName, type QualifiedName } from '../../sql/names.ts';
import { statementTokens, tokenIndexAt } from '../../sql/spans.ts';
import { isKeyword } from '../../sql/tokens.ts';
import { child, listOf, nodes, text } from '../../sql/walk.ts';

/** The kinds of statement that define columns and constraints. */
export const definingKinds = ['CreateStmt', 'AlterTableStmt'] as const;

/** A column that CREATE TABLE or ADD COLUMN defines. */
export interface DefinedColumn {
  readonly table: QualifiedName;
  readonly name: string;
  readonly type: ColumnType | null;
  readonly node: AstNode;
}

/** A constraint that CREATE TABLE, ADD COLUMN or ADD CONSTRAINT defines. */
export interface DefinedConstraint {
  readonly table: QualifiedName;
  readonly facts: KnownConstraint;
  readonly node: AstNode;
  /** It and the others of its column; alone when it is not a column's. */
  readonly siblings: readonly AstNode[];
}

/** The columns that a statement defines, those of temporary tables left out. */
export function definedColumns(statement: Statement): readonly DefinedColumn[] {
  const { table, columns } = elements(statement);
  return columns.map((node) => {
    const typeName = child(node, 'typeName');
    return { table, node, name: text(node, 'colname') ?? '', type: typeName === null ? null : columnType(typeName) };
  });
}

/** The constraints that a statement defines, by themselves and on columns. */
export function definedConstraints(statement: Statement): readonly DefinedConstraint[] {
  const { table, columns, constraints } = elements(statement);
  const ofColumns = columns.flatMap((column) => {
    const siblings = columnConstraintNodes(column);
    return siblings.map((node) => ({ node, siblings, column: text(column, 'colname') }));
  });
  return [...ofColumns, ...constraints.map((node) => ({ node, siblings: [node], column: null }))].flatMap(({ node, siblings, column }) => {
    const added = addedConstraint(table, node, column);
    return added === null ? [] : [{ table, node, siblings, facts: added.facts }];
  });
}

/** The words of a constraint, from its CONSTRAINT on. */
export function constraintSpan(statement: Statement, { node, siblings }: DefinedConstraint): Span {
  return partSpan(statement, node['location'], siblings);
}

/** From an AST location to the end of that part of a list: a comma, a closing parenthesis, the statement's end, or where one of `others` begins. */
function partSpan(statement: Statement, location: unknown, others: readonly AstNode[]): Span {
  const all = statementTokens(statement);
  const start = tokenIndexAt(statement, Number(location ?? 0));
  const stops = new Set(others.map((each) => tokenIndexAt(statement, Number(each['location'] ?? 0))).filter((index) => index > start));
  let depth = 0;
  let end = start;
  for (; end < all.length && !(end > start && stops.has(end)); end += 1) {
    const word = all[end]?.text;
    if (word === '(' || word === '[') depth += 1;
    else if (word === ')' || word === ']') depth -= 1;
    if (depth < 0 || (depth === 0 && word === ',')) break;
  }
  return { start: all[start]?.start ?? 0, end: all[end - 1]?.end ?? statement.text.length };
}

/** The words of a column's type: `character varying(20)`. */
export function typeSpan(statement: Statement, { node }: DefinedColumn): Span {
  const others = [...listOf(node['constraints'], 'Constraint'), ...[child(node, 'collClause')].filter((each) => each !== null)];
  const { start, end } = partSpan(statement, child(node, 'typeName')?.['location'], others);
  const inside = statementTokens(statement).filter((token) => token.start >= start && token.end <= end);
  // CONSTRAINT, STORAGE and COMPRESSION have no place in the tree, or one behind their word.
  const stop = inside.findIndex((token) => ['CONSTRAINT', 'STORAGE', 'COMPRESSION'].some((word) => isKeyword(token, word)));
  return { start, end: stop < 1 ? end : (inside[stop - 1]?.end ?? end) };
}

interface Elements {
  readonly table: QualifiedName;
  readonly columns: readonly AstNode[];
  readonly constraints: readonly AstNode[];
}

function elements({ kind, node }: Statement): Elements {
  const relation = child(node, 'relation');
  if (relation === null || relation['relpersistence'] === 't') return { table: { schema: null, name: '' }, columns: [], constraints: [] };
  const table = relationName(relation);
  const of = (list: unknown, type: string): readonly AstNode[] => nodes(list).flatMap((each) => (each.kind === type ? [each.node] : []));
  if (kind === 'CreateStmt') return { table, columns: of(node['tableElts'], 'ColumnDef'), constraints: of(node['tableElts'], 'Constraint') };
  const added = (subtype: string): readonly AstNode[] => listOf(node['cmds'], 'AlterTableCmd').filter((each) => each['subtype'] === subtype).map(definitionOf);
  return { table, columns: added('AT_AddColumn'), constraints: added('AT_AddConstraint') };
}
