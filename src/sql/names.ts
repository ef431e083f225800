import type { AstNode } from '../model/statement.ts';
import { words } from './walk.ts';

/** A relation as the SQL writes it; `schema` is null when it is not qualified. Names are unquoted. */
export interface QualifiedName {
  readonly schema: string | null;
  readonly name: string;
}

/** Reads a `RangeVar` node. */
export function relationName(rangeVar: AstNode): QualifiedName {
  return { schema: typeof rangeVar['schemaname'] === 'string' ? rangeVar['schemaname'] : null, name: String(rangeVar['relname']) };
}

/** Reads a list of `String` nodes, as `DROP` and `COMMENT` name their objects: the last two parts are schema and name. */
export function listName(parts: readonly AstNode[]): QualifiedName {
  const names = words(parts);
  return { schema: names.at(-2) ?? null, name: names.at(-1) ?? '' };
}

/** An unqualified name stands for `public` when it is compared. */
export function nameKey(name: QualifiedName): string {
  return `${name.schema ?? 'public'}.${name.name}`;
}

/** `public.Orders` as SQL needs it: `public."Orders"`; the schema only when the SQL wrote one. */
export function writeName(name: QualifiedName): string {
  return name.schema === null ? quoteIdentifier(name.name) : `${quoteIdentifier(name.schema)}.${quoteIdentifier(name.name)}`;
}

/** Quotes an identifier only when it must be (manual 4.1.1); reserved words are quoted. */
export function quoteIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? `E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

/** Reserved key words of PostgreSQL 18 (manual, appendix C). */
const reserved = new Set(
  `all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column concurrently
  constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user default
  deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ilike in initially inner
  intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on only or
  order outer overlaps placing primary references returning right select session_user similar some symmetric system_user table
  tablesample then to trailing true union unique user using variadic verbose when where window with`.split(/\s+/),
);
