import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { lockstep } from '../cli/run.ts';
import { atEnd } from '../support/endings.ts';
import { ledger } from './ledger.ts';
import { projects, upOf } from './stages.ts';

/** What must never be seen outside the environment of the processes that need it. */
export const canary = 'canary-7f3a9c-secret';

export interface MarkedProcess {
  readonly pid: number;
  readonly command: string;
}

/** A machine of its own, as far as Lockstep can see one: workspace, cache, temporary folder, and a mark on every process it starts. */
export interface Rig {
  readonly workspace: string;
  /** Where saved databases lie, once something was saved. */
  readonly cache: string;
  /** Where its processes put temporary files. */
  readonly temporary: string;
  readonly env: Readonly<Record<string, string>>;
  /** Every living process that has the mark, its parents gone or not; their arguments are searched for the canary. */
  processes(): readonly MarkedProcess[];
  /** Files of the temporary folder and unfinished ones of the cache. */
  leftFiles(): readonly string[];
  /** Throws unless processes (but those whose command names `staying`) and temporary files are gone and every file of the workspace is as it was; counts it all. */
  assertNothingLeft(fault: string, staying?: string): Promise<void>;
}

/** A rig whose cache holds the empty cluster, which takes seconds to make and is made once for the whole suite. */
export async function warmRig(name: string): Promise<Rig> {
  const rig = rigFor(name);
  warm ??= seed();
  cpSync(await warm, rig.cache, { recursive: true });
  return rig;
}

let warm: Promise<string> | null = null;

async function seed(): Promise<string> {
  const { workspace, cache, env } = rigFor('seed');
  const { stderr } = await lockstep(['dry-run', join(workspace, upOf('calm'))], { cwd: workspace, env });
  for (const file of filesIn(cache)) if (!file.endsWith('/empty.tar.gz')) rmSync(file);
  if (filesIn(cache).length !== 1) throw new Error(`no empty cluster was kept: ${stderr}`);
  return cache;
}

/** A rig that nothing was ever saved on. */
export function rigFor(name: string): Rig {
  const base = realpathSync(mkdtempSync(join(tmpdir(), `lockstep-faults-${name}-`)));
  atEnd(() => Promise.resolve(rmSync(base, { recursive: true, force: true })));
  const [workspace, cacheHome, temporary] = ['workspace', 'cache', 'tmp'].map((part) => join(base, part)) as [string, string, string]; // As many as there are names.
  for (const folder of [workspace, cacheHome, temporary]) mkdirSync(folder);
  for (const [path, text] of Object.entries(projects(name))) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  const untouched = fingerprint(workspace);
  const cache = join(cacheHome, 'lockstep');
  const env = { XDG_CACHE_HOME: cacheHome, TMPDIR: temporary, LOCKSTEP_FAULTS: base };
  const processes = (): readonly MarkedProcess[] => marked(`LOCKSTEP_FAULTS=${base}`);
  const leftFiles = (): readonly string[] => [...readdirSync(temporary), ...filesIn(cache).filter((file) => file.endsWith('.tmp'))];
  return {
    workspace,
    cache,
    temporary,
    env,
    processes,
    leftFiles,
    async assertNothingLeft(fault, staying) {
      const left = await settled(() => processes().filter(({ command }) => staying === undefined || !command.includes(staying)));
      const files = leftFiles();
      const changed = fingerprint(workspace) !== untouched;
      ledger.record({ fault, processes: left.length, files: files.length, changed: changed ? 1 : 0 });
      if (left.length + files.length > 0) throw new Error(`left after ${fault}: ${JSON.stringify({ left, files })}`);
      if (changed) throw new Error(`the workspace changed: ${fault}`);
    },
  };
}

/** Waits for what other processes bring about, and looks again and again. */
export async function until<T>(look: () => T | null | Promise<T | null>, what: string): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    if (Date.now() > deadline) throw new Error(`never came: ${what}`);
    await wait(10);
  }
}

/** Throws when the canary stands in what somebody could read. */
export function assertSecret(text: string, where: string): void {
  if (text.includes(canary)) throw new Error(`the password stands in ${where}: ${text}`);
}

/** What still lives once everything had half a minute to end. */
async function settled(processes: () => readonly MarkedProcess[]): Promise<readonly MarkedProcess[]> {
  const deadline = Date.now() + 30_000;
  while (processes().length > 0 && Date.now() < deadline) await wait(20);
  return processes();
}

/** Linux shows the environment that a process began with; what it starts inherits it. */
function marked(mark: string): readonly MarkedProcess[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid).flatMap((name) => {
    try {
      if (!readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(mark)) return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      assertSecret(command, 'the arguments of a process');
      return [{ pid: Number(name), command }];
    } catch (error) {
      if (error instanceof Error && 'code' in error) return []; // It ended while it was looked at.
      throw error;
    }
  });
}

/** Names, bytes and times of everything in a folder. */
function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  for (const file of filesIn(folder).toSorted()) hash.update(`${file}\0${String(statSync(file).mtimeMs)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  } catch {
    // Nothing was ever saved.
    return [];
  }
}
