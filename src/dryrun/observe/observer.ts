import { conflicts, type LockMode } from '../../model/lock.ts';
import type { Observed, ObservedLock, Rewrite, Scan, StatementTrace } from '../../model/trace.ts';
import type { Session } from '../targets/target.ts';
import { listRelations, readRelations, relationKind, type Relation, type Relations } from './relations.ts';

/** What was seen of one statement. */
export type Sighting = Pick<StatementTrace, 'locks' | 'rewrites' | 'scans' | 'walBytes'>;

/**
 * Watches one leg from inside its own session: after each statement one query reads the locks held, the files of the locked
 * relations, the scans counted so far and the place in the log; the differences are the statement's doing.
 */
export interface Observer {
  /** Called right before the first statement of a transaction that reads anything; what follows counts from here. */
  baseline(): Promise<void>;
  /** Called after a statement, while its transaction is still open. `truncates`: a new file is then no rewrite. */
  inside(truncates: boolean): Promise<Sighting>;
  /** Called after a statement that ran outside any transaction. */
  outside(): Promise<Sighting>;
}

export async function startObserver(session: Session): Promise<Observer> {
  const relations = await readRelations(session);
  let held: readonly Held[] = [];
  let scans: ScanCounts = new Map();
  let log = 0;
  return {
    async baseline() {
      const seen = readLook(await session.query(lookBefore));
      held = [];
      scans = new Map(seen.scanned.map((each) => [each.oid, each]));
      log = seen.log;
    },
    async inside(truncates) {
      const seen = readLook(await session.query(lookAround));
      const locks = newLocks(seen, held, relations);
      const rewrites = newFiles(seen.locked, relations).filter(() => !truncates);
      const counted = newScans(seen, scans, relations);
      const walBytes = seen.log - log;
      held = seen.locked;
      scans = new Map([...scans, ...seen.scanned.map((each) => [each.oid, each] as const)]);
      log = seen.log;
      remember(seen.locked, relations);
      return { locks: measured(locks), rewrites: measured(rewrites), scans: measured(counted), walBytes: measured(walBytes) };
    },
    async outside() {
      const now = await listRelations(session);
      const rows = [...now].map(([oid, relation]) => ({ oid, ...relation, modes: [] }));
      const rewrites = newFiles(rows, relations);
      remember(rows, relations);
      return { ...unseen(ownTransactions), rewrites: measured(rewrites) };
    },
  };
}

/** Nothing could be measured, and why. */
export function unseen(reason: string): Sighting {
  const unavailable = { kind: 'unavailable', reason } as const;
  return { locks: unavailable, rewrites: unavailable, scans: unavailable, walBytes: unavailable };
}

/** For statements that touch no relation: BEGIN, COMMIT, SET. */
export const nothingTouched: Sighting = { locks: measured([]), rewrites: measured([]), scans: measured([]), walBytes: measured(0) };

const ownTransactions = 'The statement runs in transactions of its own; its locks are gone when it is done, and no second session watched it.';

function measured<T>(value: T): Observed<T> {
  return { kind: 'measured', value };
}

interface Held extends Omit<Relation, 'existedBefore'> {
  readonly oid: number;
  readonly modes: readonly LockMode[];
}

interface ScanCount {
  readonly oid: number;
  readonly scans: number;
  readonly rowsRead: number;
}

type ScanCounts = ReadonlyMap<number, ScanCount>;

/** One look from inside the session. `log` is the write-ahead log's place in bytes. */
interface Look {
  readonly log: number;
  readonly locked: readonly Held[];
  readonly scanned: readonly ScanCount[];
}

// Own locks only; catalogs are left out: every statement locks them for a moment and no application waits for it.
// A dropped relation is no longer in pg_class, so what was known of it before is used. The counters are those that
// this transaction has not yet reported (manual 27.2.3).
const lookAround = `
  WITH locked AS (
    SELECT l.relation, json_agg(DISTINCT l.mode) AS modes
      FROM pg_catalog.pg_locks l
     WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND l.granted AND l.mode <> 'SIReadLock' AND l.relation >= 16384
     GROUP BY l.relation)
  SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 AS log,
         coalesce((SELECT json_agg(json_build_array(l.relation::int8, l.modes, c.relkind, quote_ident(n.nspname) || '.' || quote_ident(c.relname), c.relfilenode::int8))
                     FROM locked l LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname IS DISTINCT FROM 'pg_toast'), '[]')::text AS locked,
         coalesce((SELECT json_agg(json_build_array(l.relation::int8, pg_stat_get_xact_numscans(l.relation), pg_stat_get_xact_tuples_returned(l.relation)))
                     FROM locked l WHERE pg_stat_get_xact_numscans(l.relation) > 0), '[]')::text AS scanned`;

// The counters may still hold what earlier transactions counted and did not report yet.
const lookBefore = `
  SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 AS log, '[]' AS locked,
         coalesce((SELECT json_agg(json_build_array(relid::int8, seq_scan, seq_tup_read))
                     FROM pg_catalog.pg_stat_xact_user_tables WHERE seq_scan > 0), '[]')::text AS scanned`;

function readLook(result: Awaited<ReturnType<Session['query']>>): Look {
  const row = result.rows[0] ?? {};
  // The query builds this text itself.
  const locked = JSON.parse(String(row['locked'])) as readonly [number, string[], string | null, string | null, number | null][];
  // As above.
  const scanned = JSON.parse(String(row['scanned'])) as readonly [number, number, number][];
  return {
    log: Number(row['log']),
    locked: locked.map(([oid, modes, letter, name, file]) => ({ oid, modes: modes.map(lockMode), kind: relationKind(letter ?? ''), name: name ?? '', file: file ?? 0 })),
    scanned: scanned.map(([oid, scans, rowsRead]) => ({ oid, scans, rowsRead })),
  };
}

/** `AccessExclusiveLock` as the manual writes it: `ACCESS EXCLUSIVE`. */
function lockMode(name: string): LockMode {
  // Besides the eight table-level modes (manual 13.3.1), pg_locks knows only SIReadLock, which blocks nobody and is not asked for.
  return name.replace(/Lock$/, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase() as LockMode;
}

function newLocks(seen: Look, before: readonly Held[], relations: Relations): readonly ObservedLock[] {
  return seen.locked.flatMap((each) => {
    const known = relations.get(each.oid) ?? (each.name === '' ? null : { ...each, existedBefore: false });
    if (known === null) return [];
    const had = before.find((other) => other.oid === each.oid)?.modes ?? [];
    const fresh = each.modes.filter((mode) => !had.includes(mode));
    const told = fresh.filter((mode) => !covered(mode, fresh.filter((other) => other !== mode)));
    return told.map((mode) => ({ relation: known.name, relationKind: known.kind, mode, existedBefore: known.existedBefore }));
  });
}

/** True when the statement's other modes keep out everything that this one keeps out: nobody notices it. */
function covered(mode: LockMode, others: readonly LockMode[]): boolean {
  return conflicts[mode].every((kept) => others.some((other) => conflicts[other].includes(kept)));
}

function newFiles(now: readonly Held[], relations: Relations): readonly Rewrite[] {
  return now.flatMap((each) => {
    const known = relations.get(each.oid) ?? replacedBy(each, now, relations);
    if (known === undefined || !known.existedBefore || each.file === 0 || known.file === 0 || each.file === known.file) return [];
    return each.kind === 'table' || each.kind === 'index' ? [{ relation: each.name, relationKind: each.kind }] : [];
  });
}

function newScans(seen: Look, before: ScanCounts, relations: Relations): readonly Scan[] {
  return seen.scanned.flatMap(({ oid, scans, rowsRead }) => {
    const earlier = before.get(oid);
    const known = relations.get(oid);
    if (known?.kind !== 'table' || !known.existedBefore || scans <= (earlier?.scans ?? 0)) return [];
    return [{ relation: known.name, rowsRead: rowsRead - (earlier?.rowsRead ?? 0) }];
  });
}

/** An index over a column that gets another type is dropped and made anew: the relation of that name that this statement removed. */
function replacedBy(made: Held, now: readonly Held[], relations: Relations): Relation | undefined {
  const removed = now.filter((each) => each.name === '').map((each) => relations.get(each.oid));
  return removed.find((each) => each?.kind === 'index' && each.name === made.name);
}

function remember(now: readonly Held[], relations: Relations): void {
  for (const each of now) {
    const { oid, name, kind, file } = each;
    const known = relations.get(oid) ?? replacedBy(each, now, relations);
    if (name !== '') relations.set(oid, { name, kind, file, existedBefore: known?.existedBefore ?? false });
  }
  for (const { oid, name } of now) if (name === '') relations.delete(oid);
}
