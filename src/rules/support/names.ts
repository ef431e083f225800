import type { QualifiedName } from '../../sql/names.ts';

/** PostgreSQL cuts longer names (manual 4.1.1). */
export const longestName = 63;

/** The name that PostgreSQL gives a constraint by itself: table, columns and suffix; null when it would have to be cut. */
export function constraintName(table: QualifiedName, columns: readonly string[], suffix: string): string | null {
  const name = [table.name, ...columns, suffix].join('_');
  return bytes(name) <= longestName ? name : null;
}

export function bytes(name: string): number {
  return new TextEncoder().encode(name).length;
}

/** What PostgreSQL keeps of a name: whole letters, as many as fit. */
export function cutName(name: string): string {
  let kept = '';
  let left = longestName;
  for (const letter of name) {
    left -= bytes(letter);
    if (left < 0) break;
    kept += letter;
  }
  return kept;
}

/** The name of an object that the parse tree gives as a list of words. */
export function nameOfWords(parts: readonly string[]): QualifiedName {
  return { schema: parts.at(-2) ?? null, name: parts.at(-1) ?? '' };
}
