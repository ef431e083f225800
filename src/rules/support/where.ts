import type { Statement } from '../../model/statement.ts';
import { constant } from '../../sql/effects/session.ts';
import { relationName, type QualifiedName } from '../../sql/names.ts';
import { child, listOf, nodes, text, unwrap, words } from '../../sql/walk.ts';
import type { StatementContext } from '../define-rule.ts';

/** The statements that can be, or have in their WITH, an UPDATE or DELETE: PostgreSQL allows those at the top level only (manual 7.8.4). */
export const writingKinds = ['UpdateStmt', 'DeleteStmt', 'SelectStmt', 'InsertStmt', 'MergeStmt'] as const;

export interface EveryRow {
  readonly table: QualifiedName;
  /** How a message says it: "It has no WHERE". */
  readonly where: string;
}

/** The tables whose rows the UPDATE or DELETE statements here all touch: no WHERE, or one that is always true. New tables are left out. */
export function touchesEveryRow(statement: Statement, kind: 'UpdateStmt' | 'DeleteStmt', context: StatementContext): readonly EveryRow[] {
  const withs = listOf(child(statement.node, 'withClause')?.['ctes'], 'CommonTableExpr').map((each) => unwrap(each['ctequery']));
  return [statement, ...withs].flatMap((each) => {
    const relation = each?.kind === kind ? child(each.node, 'relation') : null;
    if (each == null || relation === null || context.isNew(relationName(relation))) return [];
    const condition = each.node['whereClause'];
    if (condition !== undefined && constantTruth(condition) !== true) return [];
    return [{ table: relationName(relation), where: condition === undefined ? 'It has no WHERE' : 'Its WHERE is always true' }];
  });
}

/** What a condition of constants amounts to; null when it depends on anything. */
export function constantTruth(condition: unknown): boolean | null {
  return truth(condition, deepest);
}

/** Nobody writes a constant deeper than this; PostgreSQL's nesting goes deeper than JavaScript recurses. */
const deepest = 20;

function truth(condition: unknown, depth: number): boolean | null {
  const { kind, node } = unwrap(condition) ?? { kind: '', node: {} };
  if (depth === 0) return null;
  if (kind === 'A_Const') {
    const value = child(node, 'boolval');
    // False is left out of the tree.
    return value === null ? null : value['boolval'] === true;
  }
  if (kind === 'A_Expr') return text(node, 'kind') === 'AEXPR_OP' && words(node['name']).join('.') === '=' ? equal(node['lexpr'], node['rexpr']) : null;
  if (kind !== 'BoolExpr') return null;
  const parts = nodes(node['args']).map((each) => truth({ [each.kind]: each.node }, depth - 1));
  const [first] = parts;
  if (text(node, 'boolop') === 'NOT_EXPR') return first == null ? null : !first;
  const decisive = text(node, 'boolop') === 'OR_EXPR';
  if (parts.includes(decisive)) return decisive;
  return parts.includes(null) ? null : !decisive;
}

/** Whether two constants are the same one; null when either is none, or their types may differ. */
function equal(left: unknown, right: unknown): boolean | null {
  const [one, other] = [unwrap(left), unwrap(right)];
  if (one?.kind !== 'A_Const' || other?.kind !== 'A_Const') return null;
  const [a, b] = [constant(one.node), constant(other.node)];
  if (a === null || b === null) return null;
  return a === b ? true : child(one.node, 'ival') !== null && child(other.node, 'ival') !== null ? false : null;
}
