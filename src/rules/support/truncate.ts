import type { Statement } from '../../model/statement.ts';
import { relationName, type QualifiedName } from '../../sql/names.ts';
import { listOf } from '../../sql/walk.ts';

export function truncated(statement: Statement): readonly QualifiedName[] {
  return listOf(statement.node['relations'], 'RangeVar').map(relationName);
}
