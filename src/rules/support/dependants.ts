import type { KnownTable } from '../../sql/known-table.ts';
import { nameKey, quoteIdentifier, writeName, type QualifiedName } from '../../sql/names.ts';

/** What is known to depend on a relation and does not go with it anyway: `the view totals`. Empty does not mean that there is nothing. */
export function dependantsOf(known: KnownTable | null, going: readonly QualifiedName[]): readonly string[] {
  const goes = new Set(going.map(nameKey));
  const stays = (name: QualifiedName): boolean => !goes.has(nameKey(name));
  const views = (known?.views ?? []).filter(stays).map((view) => `the view ${writeName(view)}`);
  return [...views, ...incomingOf(known, goes)];
}

/** The foreign keys of other tables that refer to it. */
export function incomingOf(known: KnownTable | null, going: ReadonlySet<string>): readonly string[] {
  return (known?.incoming ?? []).filter(({ table }) => !going.has(nameKey(table))).map(({ table, constraint }) => `the foreign key ${quoteIdentifier(constraint)} of ${writeName(table)}`);
}

/** `a, b and c`; of many the first three. */
export function listed(all: readonly string[]): string {
  const shown = all.length > most ? [...all.slice(0, most), `${String(all.length - most)} more`] : all;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}

const most = 3;
