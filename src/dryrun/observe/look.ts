import type { LockMode } from '../../model/lock.ts';
import type { Session } from '../targets/target.ts';
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
  /** Whether PostgreSQL still tells this session of its temporary files. */
  readonly hears: boolean;
}

export async function look(session: Session, query: string): Promise<Look> {
  const row = (await session.ask(query)).rows[0] ?? {};
  // The queries below build this text themselves.
  const locked = JSON.parse(String(row['locked'])) as readonly [number, string[], string | null, string | null, number | null][];
  // As above.
  const scanned = JSON.parse(String(row['scanned'])) as readonly [number, number, number][];
  return {
    log: Number(row['log']),
    locked: locked.map(([oid, modes, letter, name, file]) => ({ oid, modes: [...new Set(modes)].map(lockMode), kind: relationKind(letter ?? ''), name: name ?? '', file: file ?? 0 })),
    scanned: scanned.map(([oid, scans, rowsRead]) => ({ oid, scans, rowsRead })),
    hears: row['hears'] === true,
  };
}

/** `AccessExclusiveLock` as the manual writes it: `ACCESS EXCLUSIVE`. */
export function lockMode(name: string): LockMode {
  // Besides the eight table-level modes (manual 13.3.1), pg_locks knows only SIReadLock, which blocks nobody and is not asked for.
  return name.replace(/Lock$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase() as LockMode;
}

const place = `(pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 AS log, ${hearing} AS hears`;

/**
 * After a statement, while its transaction is open. Own locks only; catalogs are left out: every statement locks them for a
 * moment and no application waits for it. A dropped relation is no longer in pg_class, so what was known of it before is
 * used. The counters are those that this transaction has not yet reported (manual 27.2.3).
 */
export const lookAround = `
  WITH locked AS (
    SELECT l.relation, array_agg(l.mode) AS modes
      FROM pg_catalog.pg_locks l
     WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.mode <> 'SIReadLock' AND l.relation >= 16384
     GROUP BY l.relation)
  SELECT ${place},
         coalesce((SELECT json_agg(json_build_array(l.relation::int8, l.modes, c.relkind, quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relfilenode::int8))
                     FROM locked l LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname IS DISTINCT FROM 'pg_toast'), '[]')::text AS locked,
         coalesce((SELECT json_agg(json_build_array(l.relation::int8, pg_stat_get_xact_numscans(l.relation), pg_stat_get_xact_tuples_returned(l.relation)))
                     FROM locked l WHERE pg_stat_get_xact_numscans(l.relation) > 0), '[]')::text AS scanned`;

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
