import type { ColumnFacts, ObjectName, SchemaFacts, TableFacts } from '../../model/schema.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { tokens } from '../../sql/tokens.ts';

/** PostgreSQL cuts longer names (manual 4.1.1). */
const longestName = 63;

/** A dotted name as SQL reads it: what is not quoted in small letters. Null when it is none. */
export function readName(text: string): readonly string[] | null {
  const all = tokens(text.trim());
  const parts: string[] = [];
  for (const [index, token] of all.entries()) {
    if (index % 2 === 1) {
      if (token.text !== '.') return null;
    } else if (token.kind === 'word') parts.push(token.text.toLowerCase());
    else if (token.kind === 'identifier' && token.text.length > 2) parts.push(token.text.slice(1, -1).replaceAll('""', '"'));
    else return null;
  }
  return all.length % 2 === 1 ? parts : null;
}

/** One name without dots; null when the text is none. */
export function readIdentifier(text: string): string | null {
  const parts = readName(text);
  return parts?.length === 1 ? (parts[0] ?? null) : null;
}

/** A table's or type's name; without a schema it is in `public`. */
export function readObjectName(text: string): ObjectName | null {
  const parts = readName(text);
  if (parts === null || parts.length > 2) return null;
  const name = parts.at(-1);
  return name === undefined ? null : { schema: parts.at(-2) ?? 'public', name };
}

/** Why PostgreSQL or a reader would not take this as the name of something new, or null. */
export function refuseNewName(text: string): string | null {
  const name = readIdentifier(text);
  if (name === null) return `${text.trim() === '' ? 'The name is empty' : `“${text}” is not one name`}: write letters, digits and _, or anything in double quotes.`;
  return refuseLength(name);
}

export function refuseLength(name: string): string | null {
  return bytes(name) <= longestName ? null : `“${name}” has more than ${String(longestName)} bytes: PostgreSQL would cut it.`;
}

export function findTable({ tables }: SchemaFacts, text: string): TableFacts | null {
  const wanted = readObjectName(text);
  return wanted === null ? null : (tables.find((each) => sameName(each, wanted)) ?? null);
}

export function findColumn(table: TableFacts, text: string): ColumnFacts | null {
  const wanted = readIdentifier(text);
  return table.columns.find((each) => each.name === wanted) ?? null;
}

export function sameName(a: ObjectName, b: ObjectName): boolean {
  return a.schema === b.schema && a.name === b.name;
}

/** As statements name it: the schema is left out where it is `public`. */
export function written({ schema, name }: ObjectName): string {
  return schema === 'public' ? quoteIdentifier(name) : qualified({ schema, name });
}

/** With its schema, whatever the search_path. */
export function qualified({ schema, name }: ObjectName): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

export function columnList(columns: readonly string[]): string {
  return columns.map(quoteIdentifier).join(', ');
}

/**
 * A name made of parts, at most as long as PostgreSQL keeps it. Of a long one the middle goes, as PostgreSQL itself does it:
 * what it is for stands at its end.
 */
export function madeName(parts: readonly string[], suffix: string): string {
  const head = parts.join('_');
  const whole = suffix === '' ? head : `${head}_${suffix}`;
  if (bytes(whole) <= longestName) return whole;
  let cut = head;
  const room = longestName - bytes(suffix) - 1;
  while (bytes(cut) > room) cut = [...cut].slice(0, -1).join('');
  return `${cut}_${suffix}`;
}

/** The same, with a number behind it where the schema has the name already. */
export function freeName(schema: SchemaFacts, where: string, parts: readonly string[], suffix: string): string {
  const isTaken = (name: string): boolean => schema.taken.some((each) => sameName(each, { schema: where, name }));
  return numbered((number) => madeName(parts, number === 1 ? suffix : `${suffix}${String(number)}`), isTaken);
}

/** The first of a row of names that is free; `nth` counts from 1. */
export function numbered(nth: (number: number) => string, isTaken: (name: string) => boolean): string {
  let number = 1;
  while (isTaken(nth(number))) number += 1;
  return nth(number);
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
