import type { QualifiedName } from '../../sql/names.ts';

/** PostgreSQL cuts longer names (manual 4.1.1). */
const longestName = 63;

/** The name that PostgreSQL gives a constraint by itself: table, columns and suffix; null when it would have to be cut. */
export function constraintName(table: QualifiedName, columns: readonly string[], suffix: string): string | null {
  const name = [table.name, ...columns, suffix].join('_');
  return new TextEncoder().encode(name).length <= longestName ? name : null;
}
