import type { LockMode } from '../../model/lock.ts';
import type { Session } from '../targets/target.ts';
import { held, heldOf, lockMode, ownLocks, place, scanned, scansOf, type Look } from './look.ts';
import type { Relation } from './relations.ts';

/** What the looks before have found out about the transaction that is open. */
export interface Known {
  /** Every lock held, as `keysOf` writes it. */
  readonly locks: ReadonlySet<number>;
  /** How many relations the transaction had dropped. */
  readonly dropped: number;
  /** Relations whose files and scans matter, by oid. */
  readonly watched: readonly (readonly [number, Pick<Relation, 'file'> & { readonly scans: number }])[];
}

/** A look that holds only what is new, and the locks that were not known. */
export interface ShortLook extends Look {
  readonly fresh: readonly number[];
}

/**
 * Statements that give no relation another name. Whatever else they did can be told from the locks that they took, from the files of
 * relations locked before and from how many relations they dropped.
 */
export const keepsNames: ReadonlySet<string> = new Set([
  'AlterDomainStmt', 'AlterEnumStmt', 'AlterFunctionStmt', 'AlterOwnerStmt', 'AlterPolicyStmt', 'AlterSeqStmt', 'AlterTableStmt', 'CommentStmt', 'CreateDomainStmt', 'CreateEnumStmt',
  'CreateFunctionStmt', 'CreatePolicyStmt', 'CreateSeqStmt', 'CreateStatsStmt', 'CreateStmt', 'CreateTrigStmt', 'DropStmt', 'GrantStmt', 'IndexStmt', 'ViewStmt',
]);

/**
 * Looks at what a statement of `keepsNames` changed; what a script of thousands of statements holds already is only counted. Null where
 * that does not add up: locks were released, or a relation locked before was dropped.
 */
export async function lookShortly(session: Session, { locks, dropped, watched }: Known): Promise<ShortLook | null> {
  const { rows: [row = {}] } = await session.ask(changes, [
    list(watched.map(([oid]) => oid)), list(watched.map(([, { scans }]) => scans)), list(watched.map(([, { file }]) => file)),
  ]);
  const keys = String(row['locks']).split(' ').filter((key) => key !== '').map(Number);
  const fresh = keys.filter((key) => !locks.has(key));
  if (keys.length !== locks.size + fresh.length) return null;
  const modes = new Map<number, LockMode[]>();
  for (const key of fresh) modes.set(relationOf(key), [...(modes.get(relationOf(key)) ?? []), modeOf(key)]);
  const changed = JSON.parse(String(row['changed'])) as readonly number[]; // The query builds this text itself.
  const oids = [...new Set([...modes.keys(), ...changed])];
  const details = oids.length === 0 ? { locked: '[]', scanned: '[]', gone: 0 } : ((await session.ask(detailsOf, [list(oids)])).rows[0] ?? {});
  const now = Number(row['dropped']);
  if (now - dropped !== Number(details['gone'])) return null;
  return {
    log: Number(row['log']),
    hears: row['hears'] === true,
    dropped: now,
    locked: heldOf(details['locked']).map((each) => ({ ...each, modes: modes.get(each.oid) ?? [] })),
    scanned: scansOf(details['scanned']),
    fresh,
  };
}

/** The same for what a whole look has seen. */
export function keysOf({ locked }: Look): Set<number> {
  return new Set(locked.flatMap(({ oid, modes }) => modes.map((mode) => oid * modesPerRelation + lengths[mode])));
}

const modesPerRelation = 32;

/** PostgreSQL's own words for the modes differ in length, so the length stands for the mode: a number takes less time than a text. */
const lengths: Readonly<Record<LockMode, number>> = {
  'ACCESS SHARE': 15, 'ROW SHARE': 12, 'ROW EXCLUSIVE': 16, 'SHARE UPDATE EXCLUSIVE': 24, SHARE: 9, 'SHARE ROW EXCLUSIVE': 21, EXCLUSIVE: 13, 'ACCESS EXCLUSIVE': 19,
};

const words = new Map(['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', 'ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'].map((word) => [word.length, lockMode(word)]));

function relationOf(key: number): number {
  return Math.floor(key / modesPerRelation);
}

function modeOf(key: number): LockMode {
  return words.get(key % modesPerRelation) ?? 'ACCESS SHARE';
}

function list(numbers: readonly number[]): string {
  return `{${numbers.join()}}`;
}

export const changes = `
  SELECT ${place},
         (SELECT coalesce(string_agg((l.relation::int8 * ${String(modesPerRelation)} + length(l.mode))::text, ' '), '') ${ownLocks}) AS locks,
         (SELECT coalesce(json_agg(k.oid), '[]')::text FROM unnest($1::int8[], $2::int8[], $3::int8[]) AS k(oid, scans, file)
           WHERE pg_stat_get_xact_numscans(k.oid::oid) > k.scans OR pg_relation_filenode(k.oid::oid)::int8 IS DISTINCT FROM nullif(k.file, 0)) AS changed`;

/** OFFSET 0 makes PostgreSQL look each of the few relations up, rather than read all of pg_class. */
export const detailsOf = `
  SELECT coalesce(json_agg(${held('NULL')}) FILTER (WHERE n.nspname IS DISTINCT FROM 'pg_toast'), '[]')::text AS locked,
         coalesce(json_agg(${scanned}) FILTER (WHERE pg_stat_get_xact_numscans(l.relation) > 0), '[]')::text AS scanned,
         count(*) FILTER (WHERE c.oid IS NULL) AS gone
    FROM (SELECT oid::oid AS relation FROM unnest($1::int8[]) AS oid) l
    LEFT JOIN LATERAL (SELECT * FROM pg_catalog.pg_class WHERE pg_class.oid = l.relation OFFSET 0) c ON true
    LEFT JOIN LATERAL (SELECT nspname FROM pg_catalog.pg_namespace WHERE pg_namespace.oid = c.relnamespace OFFSET 0) n ON true`;
