import type { Snapshot } from '../../model/snapshot.ts';
import type { PlacedStatement } from '../../model/statement.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import type { Inverse } from '../inverse.ts';

/** A statement of the up whose inverse loses something, with the catalog just before and just after it. */
export interface Losing {
  readonly placed: PlacedStatement;
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** Major version of the servers. */
  readonly postgres: number;
}

/** One statement that takes the place of a losing one. */
export interface KeepingStatement {
  readonly sql: string;
  /** How its rows are undone, where the catalog cannot tell; null when the catalog can. */
  readonly inverse: Inverse | null;
}

/** What takes the place of a losing statement so that its down finds everything again, or why nothing can. */
export type Keeping =
  | {
      readonly kind: 'kept';
      readonly statements: readonly KeepingStatement[];
      /** In words: `the rows of public.orders`. */
      readonly what: string;
      /** False when it stays where it is, under another name. */
      readonly inSchema: boolean;
      /** True when a transaction has to hold the statements together. */
      readonly together: boolean;
      /** Statements that throw away what is kept outside the schema. */
      readonly end: readonly string[];
      /** What to see to before the down runs. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'not kept'; readonly reason: string };

/** Where a migration keeps things, and which names are taken there. */
export interface KeepingPlace {
  /** Quoted where SQL needs it. */
  readonly schema: string;
  /** What a column's name ends with while it is kept. */
  readonly suffix: string;
  readonly taken: Set<string>;
  /** Columns that hold values under another name by now: table, and the name. */
  readonly renamed: { readonly table: string; readonly name: string }[];
  /** Schemas that are kept whole, by the names they have meanwhile. */
  readonly schemas: string[];
}

/**
 * One schema for each migration: indexes, constraints and sequences move with their tables, so that their names are free for
 * what comes; one DROP SCHEMA ends it; nobody but its owner can read it; and tools that look at certain schemas do not see it.
 */
export function keepingPlace(migration: string): KeepingPlace {
  const id = migration.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '');
  const number = /^\d+/.exec(id)?.[0] ?? id;
  return { schema: quoteIdentifier(`kept_${id}`.slice(0, longestName)), suffix: `__kept_${number}`.slice(0, 40), taken: new Set(), renamed: [], schemas: [] };
}

/** NAMEDATALEN - 1 (manual 4.1.1). */
export const longestName = 63;

/** A free name in the schema: `kept_0012.orders_deleted`. */
export function keptName({ schema, taken }: KeepingPlace, name: string): string {
  const plain = unquoted(name);
  for (let count = 1; ; count += 1) {
    const tail = count === 1 ? '' : `_${String(count)}`;
    const free = `${plain.slice(0, longestName - tail.length)}${tail}`;
    if (taken.has(free)) continue;
    taken.add(free);
    return `${schema}.${quoteIdentifier(free)}`;
  }
}

export function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** The last part of a qualified, quoted name. */
export function lastPart(name: string): string {
  return /("(?:[^"]|"")*"|[^".]+)$/.exec(name)?.[0] ?? name;
}

export function notKept(reason: string): Keeping {
  return { kind: 'not kept', reason };
}
