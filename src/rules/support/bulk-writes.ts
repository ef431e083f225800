import type { Statement } from '../../model/statement.ts';
import type { KnownTable } from '../../sql/known-table.ts';
import { relationName, type QualifiedName } from '../../sql/names.ts';
import { child, nodes, text, unwrap, words } from '../../sql/walk.ts';

/** A statement that can write many rows of a table at once. */
export interface BulkWrite {
  readonly table: QualifiedName;
  readonly verb: 'UPDATE' | 'DELETE' | 'MERGE' | 'INSERT … SELECT';
}

export const bulkKinds = ['UpdateStmt', 'DeleteStmt', 'MergeStmt', 'InsertStmt'] as const;

/** Null where the words, or the keys that are known, say that it writes a few rows: VALUES, or a key compared with constants. */
export function bulkWrite({ kind, node }: Statement, tableOf: (name: QualifiedName) => KnownTable | null): BulkWrite | null {
  const relation = child(node, 'relation');
  const verb = verbs[kind];
  if (relation === null || verb === undefined) return null;
  const table = relationName(relation);
  if (kind === 'InsertStmt') return nodes(unwrap(node['selectStmt'])?.node['fromClause']).length === 0 ? null : { table, verb };
  return kind !== 'MergeStmt' && namesRows(node['whereClause'], tableOf(table)) ? null : { table, verb };
}

const verbs: Readonly<Record<string, BulkWrite['verb']>> = { UpdateStmt: 'UPDATE', DeleteStmt: 'DELETE', MergeStmt: 'MERGE', InsertStmt: 'INSERT … SELECT' };

/** Whether the condition compares all columns of a primary or unique key with constants. */
function namesRows(condition: unknown, table: KnownTable | null): boolean {
  const fixed = new Set(fixedColumns(condition, deepest));
  const keys = (table?.constraints ?? []).filter(({ kind }) => kind === 'primary key' || kind === 'unique').map(({ columns }) => columns);
  const unique = (table?.indexes ?? []).filter((index) => index.unique && !index.partial).map(({ columns }) => columns);
  return [...keys, ...unique].some((columns) => columns.length > 0 && columns.every((column) => column !== null && fixed.has(column)));
}

const deepest = 20;

/** Columns that an AND of comparisons ties to constants: `a = 1 AND b IN (2, 3)`. */
function fixedColumns(condition: unknown, depth: number): readonly string[] {
  const { kind, node } = unwrap(condition) ?? { kind: '', node: {} };
  if (depth === 0) return [];
  if (kind === 'BoolExpr') return text(node, 'boolop') === 'AND_EXPR' ? nodes(node['args']).flatMap((each) => fixedColumns({ [each.kind]: each.node }, depth - 1)) : [];
  if (kind !== 'A_Expr' || words(node['name']).join('.') !== '=') return [];
  const column = unwrap(node['lexpr']);
  return column?.kind === 'ColumnRef' && isConstant(node['rexpr']) ? words(column.node['fields']).slice(-1) : [];
}

function isConstant(value: unknown): boolean {
  const { kind, node } = unwrap(value) ?? { kind: '', node: {} };
  if (kind === 'TypeCast') return isConstant(node['arg']);
  if (kind === 'List') return nodes(node['items']).every((each) => isConstant({ [each.kind]: each.node }));
  return kind === 'A_Const';
}
