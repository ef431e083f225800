import type { QualifiedName } from '../../sql/names.ts';
import type { StatementContext } from '../define-rule.ts';

/** Whether a table is known to have a valid CHECK. Whether it proves the bounds only PostgreSQL can tell; where there is one, it was written for that. */
export function hasValidCheck(table: QualifiedName, context: StatementContext): boolean {
  return context.table(table)?.constraints.some((each) => each.kind === 'check' && each.valid && each.enforced) ?? false;
}
