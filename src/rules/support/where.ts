import type { Statement } from '../../model/statement.ts';
import { relationName, type QualifiedName } from '../../sql/names.ts';
import { child, unwrap } from '../../sql/walk.ts';
import type { StatementContext } from '../define-rule.ts';

/** The table whose rows an UPDATE or DELETE all touches: no WHERE, or one that is always true. Null for any other, and for a new table. */
export function touchesEveryRow(statement: Statement, context: StatementContext): QualifiedName | null {
  const relation = child(statement.node, 'relation');
  if (relation === null || context.isNew(relationName(relation))) return null;
  const where = unwrap(statement.node['whereClause']);
  const isTrue = where?.kind === 'A_Const' && child(where.node, 'boolval')?.['boolval'] === true;
  return where === null || isTrue ? relationName(relation) : null;
}
