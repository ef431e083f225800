import { quoteIdentifier, type QualifiedName } from '../../sql/names.ts';
import type { StatementContext } from '../define-rule.ts';
import { constraintName } from './names.ts';

/** Those of the columns that the history knows and nothing makes NOT NULL; of others nobody knows. */
export function nullableColumns(table: QualifiedName, columns: readonly string[], context: StatementContext): readonly string[] {
  const known = context.table(table)?.columns ?? [];
  return columns.filter((name) => known.some((column) => column.name === name && !column.notNull) && !context.provenNotNull(table, name));
}

/** The statements that make a column NOT NULL without reading the table under a strong lock, as long as each is a transaction of its own; null when a name would be too long. */
export function notNullSteps(head: string, table: QualifiedName, column: string, context: StatementContext): { readonly before: string; readonly after: string } | null {
  const name = constraintName(table, [column], 'not_null');
  if (name === null) return null;
  const [constraint, quoted] = [quoteIdentifier(name), quoteIdentifier(column)];
  const validate = `${context.between}${head} VALIDATE CONSTRAINT ${constraint}${context.between}`;
  // PostgreSQL 18 is the first whose NOT NULL can be NOT VALID (manual, ALTER TABLE).
  if (context.config.postgres >= 18) return { before: `${head} ADD CONSTRAINT ${constraint} NOT NULL ${quoted} NOT VALID${validate}`, after: '' };
  return {
    before: `${head} ADD CONSTRAINT ${constraint} CHECK (${quoted} IS NOT NULL) NOT VALID${validate}${head} ALTER COLUMN ${quoted} SET NOT NULL${context.between}`,
    after: `${context.between}${head} DROP CONSTRAINT IF EXISTS ${constraint}`,
  };
}
