import type { KnownTable } from '../../sql/known-table.ts';
import { nameKey, quoteIdentifier, writeName, type QualifiedName } from '../../sql/names.ts';

/** A view, or a table with a foreign key. */
export interface Dependant {
  readonly relation: QualifiedName;
  /** As a message names what depends: `the view totals`. */
  readonly words: string;
}

/** What is known to depend on a relation and does not go with it anyway. Empty does not mean that there is nothing. */
export function dependantsOf(known: KnownTable | null, going: readonly QualifiedName[]): readonly Dependant[] {
  const goes = new Set(going.map(nameKey));
  const views = (known?.views ?? []).filter((view) => !goes.has(nameKey(view))).map((view) => ({ relation: view, words: `the view ${writeName(view)}` }));
  return [...views, ...incomingOf(known, goes)];
}

/** The foreign keys of other tables that refer to it. */
export function incomingOf(known: KnownTable | null, going: ReadonlySet<string>): readonly Dependant[] {
  return (known?.incoming ?? []).filter(({ table }) => !going.has(nameKey(table))).map(({ table, constraint }) => ({ relation: table, words: `the foreign key ${quoteIdentifier(constraint)} of ${writeName(table)}` }));
}

/** `the view totals and the foreign key …`. */
export function inWords(dependants: readonly Dependant[]): string {
  return listed(dependants.map(({ words }) => words));
}

/** `a, b and c`; of many the first three. */
export function listed(all: readonly string[]): string {
  const shown = all.length > most ? [...all.slice(0, most), `${String(all.length - most)} more`] : all;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

const most = 3;
