import type { LockMode } from '../../model/lock.ts';
import type { Session, SqlValue } from '../targets/target.ts';
import { relationKind, type Relation } from './relations.ts';
import { hearing } from './temp-files.ts';

/** A relation that the session holds locks on. Dropped ones have no name any more. */
export interface Held extends Omit<Relation, 'existedBefore'> {
  readonly oid: number;
  readonly modes: readonly LockMode[];
}

export interface ScanCount {
  readonly oid: number;
  readonly scans: number;
  readonly rowsRead: number;
}

/** One look from inside the session. `log` is the write-ahead log's place in bytes. */
export interface Look {
  readonly log: number;
  readonly locked: readonly Held[];
  readonly scanned: readonly ScanCount[];
  /** How many relations this transaction has dropped so far. */
  readonly dropped: number;
  /** Whether PostgreSQL still tells this session of its temporary files. */
  readonly hears: boolean;
}

export async function look(session: Session, query: string): Promise<Look> {
  const row = (await session.ask(query)).rows[0] ?? {};
  return { log: Number(row['log']), locked: heldOf(row['locked']), scanned: scansOf(row['scanned']), dropped: Number(row['dropped']), hears: row['hears'] === true };
}

/** From a list of `held`. */
export function heldOf(text: SqlValue | undefined): readonly Held[] {
  const locked = JSON.parse(String(text)) as readonly [number, string[] | null, string | null, string | null, number | null][]; // The queries build this text themselves.
  return locked.map(([oid, modes, letter, name, file]) => ({ oid, modes: [...new Set(modes)].map(lockMode), kind: relationKind(letter ?? ''), name: name ?? '', file: file ?? 0 }));
}

/** From a list of `scanned`. */
export function scansOf(text: SqlValue | undefined): readonly ScanCount[] {
  const scanned = JSON.parse(String(text)) as readonly [number, number, number][]; // As above.
  return scanned.map(([oid, scans, rowsRead]) => ({ oid, scans, rowsRead }));
}

/** `AccessExclusiveLock` as the manual writes it: `ACCESS EXCLUSIVE`. */
export function lockMode(name: string): LockMode {
  // Besides the eight table-level modes (manual 13.3.1), pg_locks knows only SIReadLock, which blocks nobody and is not asked for.
  return name.replace(/Lock$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase() as LockMode;
}

/** Dropped relations are counted as rows of pg_class deleted; savepoints taken back count too, which only costs a longer look. */
export const place = `(pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 AS log, ${hearing} AS hears, pg_stat_get_xact_tuples_deleted('pg_catalog.pg_class'::regclass) AS dropped`;

/** Own locks only; catalogs are left out: every statement locks them for a moment and no application waits for it. */
export const ownLocks = `FROM pg_catalog.pg_locks l WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.mode <> 'SIReadLock' AND l.relation >= 16384`;

/** A relation's lock modes and what pg_class says of it, as `heldOf` reads it. A dropped one is no longer there, so what was known of it before is used. */
export const held = (modes: string): string => `json_build_array(l.relation::int8, ${modes}, c.relkind, quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relfilenode::int8)`;

/** Its counters as `scansOf` reads them: those that this transaction has not yet reported (manual 27.2.3). */
export const scanned = `json_build_array(l.relation::int8, pg_stat_get_xact_numscans(l.relation), pg_stat_get_xact_tuples_returned(l.relation))`;

/** After a statement, while its transaction is open. */
export const lookAround = `
  WITH locked AS (SELECT l.relation, array_agg(l.mode) AS modes ${ownLocks} GROUP BY l.relation)
  SELECT ${place},
         coalesce((SELECT json_agg(${held('l.modes')})
                     FROM locked l LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname IS DISTINCT FROM 'pg_toast'), '[]')::text AS locked,
         coalesce((SELECT json_agg(${scanned}) FROM locked l WHERE pg_stat_get_xact_numscans(l.relation) > 0), '[]')::text AS scanned`;

/** Before the first statement of a transaction: the counters may still hold what earlier ones counted and did not report yet. */
export const lookBefore = `
  SELECT ${place}, '[]' AS locked,
         coalesce((SELECT json_agg(json_build_array(relid::int8, seq_scan, seq_tup_read))
                     FROM pg_catalog.pg_stat_xact_user_tables WHERE seq_scan > 0), '[]')::text AS scanned`;

/** Around a statement outside transactions: what all sessions together have reported so far. */
export const lookOutside = `
  SELECT ${place}, '[]' AS locked,
         coalesce((SELECT json_agg(json_build_array(relid::int8, seq_scan, seq_tup_read))
                     FROM pg_catalog.pg_stat_user_tables WHERE seq_scan > 0), '[]')::text AS scanned`;
