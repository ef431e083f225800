import type { DatabaseEngine, EngineAnswer, EngineInstance } from '../dryrun/targets/embedded.ts';
import { cancelled, UserError } from '../model/errors.ts';
import { extensionArchive } from './assets.ts';
import { databaseCache, type DatabaseCache } from './database-cache.ts';
import { startDatabaseProcess, type DatabaseProcess } from './database-process.ts';
import type { DatabaseReply } from './database-protocol.ts';

export interface DatabaseEngineOptions {
  /** Where replayed histories are kept; `defaultCacheFolder()` is the system's place for it. */
  readonly cacheFolder: string;
  /** Milliseconds for which a second instance waits for the next run, loaded with what the last one kept; 0 keeps none. */
  readonly spareFor: number;
}

export interface ClosableEngine extends DatabaseEngine {
  /** Ends the spare. Instances in use end with their runs. */
  close(): void;
}

/** PGlite in child processes: one for each run, and at most one spare. */
export function databaseEngine(options: DatabaseEngineOptions): ClosableEngine {
  const cache = databaseCache(`${options.cacheFolder}/${engineVersion}`);
  let spare: Spare | null = null;
  const takeSpare = (start: Start): Spare | null => {
    const taken = spare;
    spare = null;
    clearTimeout(taken?.timer);
    if (taken === null || fits(taken.start, start)) return taken;
    taken.life.abort(closed());
    return null;
  };
  const dropSpare = (dropped: Spare | null): void => {
    clearTimeout(dropped?.timer);
    dropped?.life.abort(closed());
    if (spare === dropped) spare = null;
  };
  const makeSpare = (start: Start): void => {
    dropSpare(spare);
    const life = new AbortController();
    const booted = boot(start, cache, life.signal);
    booted.then((running) => { rehearse(running, start.rehearsal); }, () => null);
    const made: Spare = { start, life, booted, timer: setTimeout(() => { dropSpare(made); }, options.spareFor).unref() };
    spare = made;
  };
  return {
    async start({ extensions, startFrom, signal, rehearsal }) {
      cache.trim();
      const start: Start = { archives: archivesOf(extensions), key: startFrom.find((key) => cache.has(key)) ?? null, rehearsal };
      const taken = takeSpare(start);
      const life = taken?.life ?? new AbortController();
      cancelWith(signal, life);
      const offered = await taken?.booted.catch(() => null);
      // A spare may have ended while it waited.
      const running = offered?.process.alive === true ? offered : await boot(start, cache, life.signal);
      return instanceOf(running, cache, (key) => {
        if (options.spareFor > 0) makeSpare({ ...start, key });
      });
    },
    close() {
      dropSpare(spare);
    },
  };
}

/** The npm package and its version: a saved data directory fits only the build that wrote it. */
export const engineVersion = 'pglite-0.5.16';

/** What an instance starts with; two with the same archives and key give interchangeable instances. */
interface Start {
  readonly archives: Readonly<Record<string, string>>;
  /** The saved database, or null for an empty one. */
  readonly key: string | null;
  readonly rehearsal: readonly string[];
}

interface Spare {
  readonly start: Start;
  readonly life: AbortController;
  readonly booted: Promise<Running>;
  readonly timer: NodeJS.Timeout;
}

interface Running {
  readonly process: DatabaseProcess;
  readonly version: string;
  readonly startedFrom: string | null;
}

function fits(offered: Start, wanted: Start): boolean {
  return offered.key === wanted.key && Object.keys(wanted.archives).every((name) => name in offered.archives);
}

function cancelWith(signal: AbortSignal, life: AbortController): void {
  const cancel = (): void => { life.abort(cancelled()); };
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
}

function closed(): UserError {
  return new UserError('cancelled', 'The embedded PostgreSQL was closed.', 'Start the dry run again.');
}

/** The contrib archives to load; `plpgsql` is part of every PostgreSQL. */
function archivesOf(extensions: readonly string[]): Readonly<Record<string, string>> {
  const wanted = extensions.filter((name) => name !== 'plpgsql').flatMap((name) => [name, ...(needed[name] ?? [])]);
  return Object.fromEntries([...new Set(wanted)].sort().map((name) => [name, archiveOf(name)]));
}

/** Contrib extensions that `CREATE EXTENSION … CASCADE` brings along (manual F.14). */
const needed: Readonly<Record<string, readonly string[]>> = { earthdistance: ['cube'] };

function archiveOf(extension: string): string {
  const archive = extensionArchive(extension);
  if (archive !== null) return archive.href;
  throw new UserError(
    'target-lacks',
    `The embedded PostgreSQL has no extension "${extension}", which these migrations create.`,
    'Dry-run them where it is installed: a container or a branch of your own server has it, the embedded one brings only the contrib extensions.',
  );
}

/** An empty cluster is the same for everybody: kept, it spares the four seconds of initdb. */
const emptyCluster = 'empty';
const bootTimeout = 120_000;
const flushTimeout = 10_000;

/** Starts from what is saved, or from less when that turns out to be damaged. */
async function boot(start: Start, cache: DatabaseCache, life: AbortSignal): Promise<Running> {
  const keys = [start.key, emptyCluster].filter((key): key is string => key !== null && cache.has(key));
  for (const key of [...keys, null]) {
    life.throwIfAborted();
    const process = startDatabaseProcess();
    // The abort's reason is always the UserError given by cancelWith or closed.
    life.addEventListener('abort', () => { process.kill(life.reason as UserError); }, { once: true });
    const startFrom = key === null ? null : cache.file(key);
    const reply = await process.request({ kind: 'boot', extensions: start.archives, startFrom }, bootTimeout).catch((error: unknown) => survivable(error, key));
    if (reply !== 'overdue' && reply.kind === 'booted') {
      if (key === null) await keep(process, cache, emptyCluster);
      return { process, version: reply.version, startedFrom: key === emptyCluster ? null : key };
    }
    process.kill(closed());
    if (key === null) throw broken(reply);
    cache.forget(key);
  }
  throw broken('overdue');
}

/** Whoever takes the instance asks after what is still waiting to be rehearsed. */
function rehearse({ process }: Running, statements: readonly string[]): void {
  for (const sql of statements) process.request({ kind: 'query', sql }, bootTimeout).catch(() => null);
}

/** A damaged file may take the process with it: then the next start is tried. Anything else is the user's to know. */
function survivable(error: unknown, key: string | null): DatabaseReply {
  if (key !== null && error instanceof UserError && error.code === 'target-failed') return { kind: 'broken', message: error.message };
  throw error;
}

async function keep(process: DatabaseProcess, cache: DatabaseCache, key: string): Promise<void> {
  cache.trim();
  await process.request({ kind: 'save', file: cache.file(key) }, bootTimeout);
}

function instanceOf(running: Running, cache: DatabaseCache, onEnd: (key: string | null) => void): EngineInstance {
  const { process, startedFrom } = running;
  let latest = startedFrom;
  return {
    startedFrom,
    version: running.version,
    query: async (sql, timeout) => answered(await process.request({ kind: 'query', sql }, timeout), process),
    async save(key) {
      await keep(process, cache, key);
      latest = key;
    },
    async end() {
      const wasAlive = process.alive;
      if (wasAlive) await process.request({ kind: 'flush' }, flushTimeout).catch(() => null);
      process.kill(closed());
      if (wasAlive) onEnd(latest);
    },
  };
}

function answered(reply: DatabaseReply | 'overdue', process: DatabaseProcess): EngineAnswer {
  if (reply === 'overdue') return { kind: 'timed out' };
  if (reply.kind === 'answer') return reply.answer;
  process.kill(broken(reply));
  throw broken(reply);
}

function broken(reply: DatabaseReply | 'overdue'): UserError {
  const why = reply === 'overdue' ? 'it did not start in time' : reply.kind === 'broken' ? reply.message : 'it gave an answer to something else';
  return new UserError('target-failed', `The embedded PostgreSQL failed: ${why}.`, 'Start the dry run again: it gets a fresh process.');
}
