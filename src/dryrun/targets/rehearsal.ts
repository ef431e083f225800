import { fillTablesQuery } from '../fill/tables.ts';
import { lookAround, lookBefore } from '../observe/look.ts';
import { changes, detailsOf } from '../observe/short-look.ts';
import { relationsAndTies } from '../observe/relations.ts';
import { allTables, loneSequences } from '../schema/fingerprints.ts';
import { positions } from '../schema/positions.ts';
import { gapsQuery, presenceQuery } from '../schema/presence.ts';
import { catalogQueries } from '../schema/queries.ts';
import { opening } from '../schema/snapshot.ts';
import { execute, prefix, prepare, type Plans } from './plans.ts';

interface Scene {
  /** Plans hold for the search_path that they were made under. */
  readonly begin: string;
  readonly queries: readonly string[];
  readonly end: string;
}

/** The questions that every dry run asks, as it asks them. */
const scenes: readonly Scene[] = [
  { begin: opening, queries: [presenceQuery, ...Object.values(catalogQueries())], end: 'COMMIT' },
  { begin: `SET search_path = ''`, queries: [fillTablesQuery], end: 'RESET ALL' },
  { begin: '', queries: [relationsAndTies, lookBefore, lookAround, changes, detailsOf, allTables, loneSequences, positions, gapsQuery], end: '' },
];

/** What is prepared in a session that has been through `rehearsal`. */
export const rehearsed: Plans = new Map(scenes.flatMap(({ queries }) => queries).map((sql, index) => [sql, `${prefix}${String(index)}`]));

/**
 * Statements that change nothing, for a session that waits for its run. Each question is asked twice: the first time fills
 * PostgreSQL's caches, the second one lets WebAssembly's engine translate what is used often.
 */
export const rehearsal: readonly string[] = scenes.flatMap(({ begin, queries, end }) => [begin, ...queries.flatMap(rehearse), end]).filter((sql) => sql !== '');

function rehearse(sql: string): readonly string[] {
  const name = rehearsed.get(sql) ?? '';
  const values = [...new Set(sql.match(/\$\d/g))].map(() => '{}');
  return [prepare(name, sql), execute(name, values), execute(name, values)];
}
