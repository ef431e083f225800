import type { ObservedLock } from '../../model/trace.ts';
import type { QueryResult, Session } from '../targets/target.ts';
import { ties, tiesOf, type Tie } from './via.ts';

/** A relation as it was when it was last looked at. */
export interface Relation {
  readonly name: string;
  readonly kind: ObservedLock['relationKind'];
  /** The file it is stored in: a new one means that it was rewritten (manual, pg_class). 0: it has none. */
  readonly file: number;
  /** False when it came into being in the running leg. */
  readonly existedBefore: boolean;
}

/** Relations of user schemas by oid. */
export type Relations = Map<number, Relation>;

/** All of them, as they are before a leg, and how they hang together. */
export async function readRelations(session: Session): Promise<{ readonly relations: Relations; readonly ties: readonly Tie[] }> {
  const result = await session.ask(relationsAndTies);
  return { relations: new Map([...listOf(result)].map(([oid, relation]) => [oid, { ...relation, existedBefore: true }])), ties: tiesOf(result) };
}

export async function listRelations(session: Session): Promise<ReadonlyMap<number, Omit<Relation, 'existedBefore'>>> {
  return listOf(await session.ask(`SELECT (${allRelations}) AS relations`));
}

function listOf({ rows }: QueryResult): ReadonlyMap<number, Omit<Relation, 'existedBefore'>> {
  // The query builds this text itself.
  const list = JSON.parse(String(rows[0]?.['relations'])) as readonly [number, string, string, number][];
  return new Map(list.map(([oid, letter, name, file]) => [oid, { name, kind: relationKind(letter), file }]));
}

/** `pg_class.relkind` in the words of a report. */
export function relationKind(letter: string): ObservedLock['relationKind'] {
  return kinds[letter] ?? 'other';
}

const kinds: Readonly<Record<string, ObservedLock['relationKind']>> = {
  r: 'table', p: 'table', m: 'table', f: 'table', i: 'index', I: 'index', v: 'view', S: 'sequence',
};

// Objects made by users have oids from 16384 (manual 68.2.2); TOAST tables follow their owners and would say everything twice.
const allRelations = `
  SELECT coalesce(json_agg(json_build_array(c.oid::int8, c.relkind, format('%I.%I', n.nspname, c.relname), c.relfilenode::int8)), '[]')::text
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE c.oid >= 16384 AND n.nspname <> 'pg_toast'`;

export const relationsAndTies = `SELECT (${allRelations}) AS relations, ${ties} AS ties`;
