import { conflicts } from '../../model/lock.ts';
import type { ObservedLock, Period, Watched } from '../../model/trace.ts';
import type { SecondSession, Session } from '../targets/target.ts';
import { lockMode } from './look.ts';
import { relationKind, type Relations } from './relations.ts';

/** What came of watching one statement. */
export interface Sample extends Watched {
  readonly locks: readonly ObservedLock[];
}

/** One statement under watch; `stop` has to be called when it is done, and gives null where no look caught it running. */
export interface Watch {
  stop(): Promise<Sample | null>;
}

/** A second session that looks at the first one while a statement runs. */
export interface Watcher {
  /** `at once` for statements whose locks cannot be seen when they are done; `when long` leaves short ones in peace. */
  watch(begin: 'at once' | 'when long'): Watch;
}

/** Watches the session of that process id from `second`. */
export function watcherOf(pid: number, second: SecondSession, relations: Relations): Watcher {
  const query = lookFromOutside(pid);
  return { watch: (begin) => watchOne(second, { query, relations, patience: begin === 'at once' ? 0 : longEnough }) };
}

/** Milliseconds after which a statement that can be seen from inside is worth a second pair of eyes. */
const longEnough = 100;

interface Watching {
  readonly query: string;
  readonly relations: Relations;
  readonly patience: number;
}

function watchOne(second: SecondSession, { query, relations, patience }: Watching): Watch {
  const started = performance.now();
  const sample = emptySample(relations);
  let wake = (): void => undefined;
  let isOver = false;
  const pause = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const looking = (async () => {
    if (patience > 0) await pause(patience);
    while (!isOver) {
      const { rows } = await second.ask(query);
      const elapsed = performance.now() - started;
      sample.add(rows[0] ?? {}, elapsed);
      // Ever slower: a statement of minutes needs no look every millisecond, one of milliseconds does.
      if (elapsed > patience + 20) await pause(Math.min(100, elapsed / 20));
    }
  })();
  // Whoever stops hears of it; until then a lost session must not end the process as an unhandled rejection.
  looking.catch(() => undefined);
  return {
    async stop() {
      isOver = true;
      wake();
      await looking;
      return sample.taken();
    },
  };
}

type Row = Awaited<ReturnType<Session['query']>>['rows'][number];

interface Sampling {
  add(row: Row, at: number): void;
  taken(): Sample | null;
}

function emptySample(relations: Relations): Sampling {
  const locks = new Map<string, ObservedLock & { readonly seen: Period }>();
  const phases: { readonly name: string; readonly from: number; to: number }[] = [];
  let looks = 0;
  return {
    add(row, at) {
      if (row['active'] !== true) return;
      looks += 1;
      const locked = JSON.parse(String(row['locked'])) as readonly [number, string, string | null, string | null][]; // The query builds this text itself.
      for (const [oid, mode, letter, name] of locked) {
        const known = relations.get(oid) ?? (name === null ? undefined : { name, kind: relationKind(letter ?? ''), existedBefore: false });
        if (known === undefined) continue;
        const key = `${String(oid)} ${mode}`;
        const from = locks.get(key)?.seen.from ?? at;
        locks.set(key, { relation: known.name, relationKind: known.kind, mode: lockMode(mode), existedBefore: known.existedBefore, seen: { from, to: at } });
      }
      const phase = row['phase'];
      const last = phases.at(-1);
      if (last !== undefined) last.to = at;
      if (typeof phase === 'string' && phase !== last?.name) phases.push({ name: phase, from: at, to: at });
    },
    taken: () => (looks === 0 ? null : { looks, phases, locks: withoutWeaker([...locks.values()]) }),
  };
}

/** Without modes that keep out nobody whom another one, held on the same relation for as long, does not keep out as well. */
function withoutWeaker(locks: readonly (ObservedLock & { readonly seen: Period })[]): readonly ObservedLock[] {
  return locks.filter((lock) => !locks.some((other) => {
    const isOther = other !== lock && other.relation === lock.relation && other.mode !== lock.mode;
    return isOther && other.seen.from <= lock.seen.from && other.seen.to >= lock.seen.to && conflicts[lock.mode].every((kept) => conflicts[other.mode].includes(kept));
  }));
}

/** The locks that the other session holds on user relations right now, and what it says it is doing. */
function lookFromOutside(pid: number): string {
  const of = `pid = ${String(pid)}`;
  return `
  SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE ${of} AND state = 'active') AS active,
         coalesce((SELECT json_agg(json_build_array(l.relation::int8, l.mode, c.relkind, quote_ident(n.nspname) || '.' || quote_ident(c.relname)))
                     FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE l.${of} AND l.locktype = 'relation' AND l.granted AND l.mode <> 'SIReadLock' AND l.relation >= 16384
                      AND n.nspname IS DISTINCT FROM 'pg_toast'), '[]')::text AS locked,
         (SELECT phase FROM (SELECT phase FROM pg_catalog.pg_stat_progress_create_index WHERE ${of}
                             UNION ALL SELECT phase FROM pg_catalog.pg_stat_progress_vacuum WHERE ${of}
                             UNION ALL SELECT phase FROM pg_catalog.pg_stat_progress_cluster WHERE ${of}
                             UNION ALL SELECT phase FROM pg_catalog.pg_stat_progress_analyze WHERE ${of}) AS progress LIMIT 1) AS phase`;
}
