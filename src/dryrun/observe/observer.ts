import { conflicts, type LockMode } from '../../model/lock.ts';
import type { Observed, ObservedLock, Rewrite, Scan, StatementTrace } from '../../model/trace.ts';
import type { SecondSession, Session } from '../targets/target.ts';
import { look, lookAround, lookBefore, lookOutside, type Held, type Look, type ScanCount } from './look.ts';
import { keepsNames, keysOf, lookShortly, type Known } from './short-look.ts';
import { listRelations, readRelations, type Relation, type Relations } from './relations.ts';
import { hearTempFiles } from './temp-files.ts';
import { readTies, type Tie } from './via.ts';
import { watcherOf, type Sample, type Watch } from './watcher.ts';

/** What was seen of one statement. */
export interface Sighting extends Pick<StatementTrace, 'locks' | 'rewrites' | 'scans' | 'walBytes' | 'watched'> {
  /** Whether what PostgreSQL said meanwhile holds every temporary file. */
  readonly heard: Observed<true>;
}

/**
 * Watches one leg. From inside its own session: after each statement one query reads the locks held, the files of the locked
 * relations, the scans counted so far and the place in the log; the differences are the statement's doing. Where a second
 * session can look as well, it samples the statements that leave nothing behind to be read, and long ones.
 */
export interface Observer {
  /** Called right before the first statement of a transaction that reads anything; what follows counts from here. */
  baseline(): Promise<void>;
  /** Called after a statement of that kind, while its transaction is still open. */
  inside(kind: string): Promise<Sighting>;
  /** Called right before a statement that runs outside any transaction. */
  before(): Promise<void>;
  /** Called after a statement that ran outside any transaction, with what the second session saw of it. */
  outside(sample: Sample | null): Promise<Sighting>;
  /** Called when a statement is sent; null without a second session. */
  watch(begin: 'at once' | 'when long'): Watch | null;
  /** How the tables hang together, as they were before the leg and are now. */
  ties(): Promise<readonly Tie[]>;
}

export interface ObserverOptions {
  /** Another session on the same database, or why there is none. */
  readonly second: Observed<SecondSession>;
  /** Whether others read the tables meanwhile, so that counters which all sessions share say nothing of this one. */
  readonly company: 'alone' | 'probed';
}

const alone: ObserverOptions = { second: { kind: 'unavailable', reason: 'No second session watched it.' }, company: 'alone' };

export async function startObserver(session: Session, { second, company }: ObserverOptions = alone): Promise<Observer> {
  const { relations, ties } = await readRelations(session);
  const { pid, version, deaf } = await hearTempFiles(session);
  // pg_stat_force_next_flush came with the shared statistics of PostgreSQL 15; before, a collector gets them some time later.
  const flushes = company === 'alone' && version >= 150_000;
  const watcher = second.kind === 'measured' ? watcherOf(pid, second.value, relations) : null;
  let held = new Map<number, readonly LockMode[]>();
  let scans: ScanCounts = new Map();
  let log = 0;
  /** What a short look builds on; null before the first look of a transaction. */
  let known: { readonly locks: Set<number>; dropped: number } | null = null;
  const startFrom = (seen: Look): void => {
    held = new Map();
    known = null;
    scans = new Map(seen.scanned.map((each) => [each.oid, each]));
    log = seen.log;
  };
  const heardBy = ({ hears }: Look): Observed<true> => (hears ? measured(true) : { kind: 'unavailable', reason: deaf ?? silenced });
  const lookAtShared = async (): Promise<Look> => {
    // Both are sent at once: what is asked next must come after them.
    const [, seen] = await Promise.all([flushes ? session.query('SELECT pg_stat_force_next_flush()') : null, look(session, lookOutside)]);
    return seen;
  };
  return {
    async baseline() {
      startFrom(await look(session, lookBefore));
    },
    async inside(kind) {
      const short = known !== null && keepsNames.has(kind) ? await lookShortly(session, { ...known, watched: watchedOf(held, scans, relations) }) : null;
      const seen = short ?? (await look(session, lookAround));
      const locks = newLocks(seen, held, relations);
      // What TRUNCATE writes anew is no rewrite.
      const rewrites = newFiles(seen.locked, relations).filter(() => kind !== 'TruncateStmt');
      const counted = newScans(seen, scans, relations);
      const walBytes = seen.log - log;
      if (short === null) held = new Map();
      for (const each of seen.locked) held.set(each.oid, [...(held.get(each.oid) ?? []), ...each.modes]);
      known = { locks: short === null || known === null ? keysOf(seen) : known.locks, dropped: seen.dropped };
      for (const key of short?.fresh ?? []) known.locks.add(key);
      for (const each of seen.scanned) scans.set(each.oid, each);
      log = seen.log;
      remember(seen.locked, relations);
      return { locks: measured(locks), rewrites: measured(rewrites), scans: measured(counted), walBytes: measured(walBytes), heard: heardBy(seen) };
    },
    async before() {
      startFrom(await lookAtShared());
    },
    async outside(sample) {
      const seen = await lookAtShared();
      const counted: Sighting['scans'] = flushes ? measured(newScans(seen, scans, relations)) : { kind: 'unavailable', reason: company === 'probed' ? probed : noFlush };
      const rows = [...(await listRelations(session))].map(([oid, relation]) => ({ oid, ...relation, modes: [] }));
      const rewrites = newFiles(rows, relations);
      remember(rows, relations);
      return { ...sampled(sample, second), rewrites: measured(rewrites), scans: counted, walBytes: measured(seen.log - log), heard: heardBy(seen) };
    },
    watch: (begin) => watcher?.watch(begin) ?? null,
    ties: async () => [...ties, ...(await readTies(session))],
  };
}

/** Nothing could be measured, and why. */
export function unseen(reason: string): Sighting {
  const unavailable = { kind: 'unavailable', reason } as const;
  return { locks: unavailable, rewrites: unavailable, scans: unavailable, walBytes: unavailable, heard: unavailable };
}

/** For statements that touch no relation: BEGIN, COMMIT, SET. */
export const nothingTouched: Sighting = { locks: measured([]), rewrites: measured([]), scans: measured([]), walBytes: measured(0), heard: measured(true) };

const silenced = 'The script sets client_min_messages or log_temp_files itself, so PostgreSQL does not tell of temporary files.';
const noFlush = 'The statement runs in transactions of its own, and PostgreSQL 14 reports what they scanned too late to be told apart.';
const probed = 'The statement runs in transactions of its own, and the contention probe reads the same tables meanwhile.';

function measured<T>(value: T): Observed<T> {
  return { kind: 'measured', value };
}

function sampled(sample: Sample | null, second: Observed<SecondSession>): Pick<Sighting, 'locks' | 'watched'> {
  if (sample !== null) return { locks: measured(sample.locks), watched: { looks: sample.looks, phases: sample.phases } };
  const why = second.kind === 'unavailable' ? second.reason : 'It was over before the second session could look.';
  return { locks: { kind: 'unavailable', reason: `The statement runs in transactions of its own; its locks are gone when it is done. ${why}` } };
}

type ScanCounts = Map<number, ScanCount>;
type HeldModes = ReadonlyMap<number, readonly LockMode[]>;

/** What can be scanned or written anew though it has been locked before. */
function watchedOf(held: HeldModes, scans: ScanCounts, relations: Relations): Known['watched'] {
  return [...held.keys()].flatMap((oid) => {
    const known = relations.get(oid);
    if (known?.existedBefore !== true || (known.kind !== 'table' && known.kind !== 'index')) return [];
    return [[oid, { file: known.file, scans: scans.get(oid)?.scans ?? 0 }] as const];
  });
}

function newLocks(seen: Look, before: HeldModes, relations: Relations): readonly ObservedLock[] {
  return seen.locked.flatMap((each) => {
    const known = relations.get(each.oid) ?? (each.name === '' ? null : { ...each, existedBefore: false });
    if (known === null) return [];
    const had = before.get(each.oid) ?? [];
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
    // What is already known as it is now needs no second look: a long transaction holds thousands of locks.
    const before = relations.get(oid);
    if (before?.name === name && before.file === file) continue;
    const known = before ?? replacedBy(each, now, relations);
    if (name !== '') relations.set(oid, { name, kind, file, existedBefore: known?.existedBefore ?? false });
  }
  for (const { oid, name } of now) if (name === '') relations.delete(oid);
}
