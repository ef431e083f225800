import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessPort, ProcessResult } from '../app/ports.ts';
import type { ContainerEngine, LentRequest, LentServer } from '../dryrun/targets/container.ts';
import type { OwnerPort } from '../dryrun/targets/owner.ts';
import { openServerSession } from '../dryrun/targets/server.ts';
import { cancelled, UserError } from '../model/errors.ts';
import { endedEarly, engineTitles, noEngine, notAnswering, notReady, pullFailed, startFailed, type EngineName } from './container-messages.ts';

export interface ContainerEngineOptions {
  readonly processes: ProcessPort;
  readonly owner: OwnerPort;
  /** Milliseconds for which a container waits for another run; 0 removes it at once. */
  readonly keepFor: number;
}

export interface ClosableContainerEngine extends ContainerEngine {
  /** Null when an engine answers, else why none does. */
  lacking(engine: LentRequest['engine']): Promise<string | null>;
  /** Removes every container of this process. */
  close(): Promise<void>;
}

/** Docker or Podman by their own command lines, which honour the user's contexts, remotes and rootless set-ups. */
export function containerEngine({ processes, owner, keepFor }: ContainerEngineOptions): ClosableContainerEngine {
  const shared = new Map<string, Promise<Running>>();
  const all = new Set<Running>();
  const swept = new Set<EngineName>();
  // Whatever ends this process, its containers go too; only SIGKILL leaves them to the next start.
  const atExit = (): void => { for (const { engine, name } of all) removeDetached(engine, name); };

  const remove = async (running: Running): Promise<void> => {
    clearTimeout(running.timer ?? undefined);
    await removeContainer(processes, running);
    all.delete(running);
    if (all.size === 0) process.off('exit', atExit);
  };
  const start = async (engine: Engine, request: LentRequest): Promise<Running> => {
    if (!swept.has(engine.name)) {
      swept.add(engine.name);
      await sweep({ processes, owner }, engine.name);
    }
    const name = `${prefix}${owner.mark()}_${randomBytes(3).toString('hex')}`;
    const running: Running = { engine: engine.name, name, title: `${engine.title}, ${request.image}`, kept: new Map(), url: '', lent: 0, isSpoilt: false, timer: null };
    if (all.size === 0) process.once('exit', atExit);
    all.add(running);
    try {
      running.url = await startContainer(processes, { ...request, name, engine: engine.name });
      return running;
    } catch (error) {
      await remove(running);
      throw error;
    }
  };
  const lendShared = async (engine: Engine, request: LentRequest): Promise<Running> => {
    const key = `${engine.name} ${request.image}`;
    const known = await shared.get(key)?.catch(() => null);
    clearTimeout(known?.timer ?? undefined);
    if (known != null && !known.isSpoilt && (await isRunning(processes, known))) return known;
    // A spoilt one is removed by the last who uses it.
    if (known != null && !known.isSpoilt) await remove(known);
    const started = start(engine, request);
    shared.set(key, started);
    started.catch(() => shared.delete(key));
    return started;
  };
  return {
    async lend(request) {
      const engine = await findEngine(processes, request.engine, request.signal);
      const running = request.use === 'alone' ? await start(engine, request) : await lendShared(engine, request);
      clearTimeout(running.timer ?? undefined);
      running.lent += 1;
      return lentOf(running, async (state) => {
        running.lent -= 1;
        if (state === 'changed') running.isSpoilt = true;
        if (running.lent > 0) return;
        if (request.use === 'alone' || keepFor === 0 || running.isSpoilt) await remove(running);
        else running.timer = setTimeout(() => void remove(running).catch(() => null), keepFor).unref();
      });
    },
    lacking: (engine) => findEngine(processes, engine, AbortSignal.timeout(quick)).then(() => null, (error: unknown) => (error instanceof UserError ? error.message : String(error))),
    async close() {
      await Promise.all([...all].map((running) => remove(running).catch(() => null)));
    },
  };
}

interface Running {
  readonly engine: EngineName;
  readonly name: string;
  readonly title: string;
  readonly kept: Map<string, string>;
  url: string;
  /** How many runs use it now. */
  lent: number;
  /** True when a run changed what belongs to the whole server. */
  isSpoilt: boolean;
  timer: NodeJS.Timeout | null;
}

function lentOf({ url, title, kept }: Running, giveBack: LentServer['giveBack']): LentServer {
  let given = false;
  return {
    url,
    title,
    kept,
    async giveBack(state) {
      if (given) return;
      given = true;
      await giveBack(state);
    },
  };
}

interface Engine {
  readonly name: EngineName;
  /** `Podman 4.3.1`. */
  readonly title: string;
}

const quick = 20_000;

async function findEngine(processes: ProcessPort, wanted: LentRequest['engine'], signal: AbortSignal): Promise<Engine> {
  const reasons: string[] = [];
  for (const name of wanted === 'auto' ? (['docker', 'podman'] as const) : [wanted]) {
    const answer = await ask(processes, { engine: name, args: ['version', '--format', '{{.Server.Version}}'], timeout: quick, signal });
    // Podman without a remote has no server part and says nothing, or repeats its own version.
    if (answer?.exitCode === 0) return { name, title: `${engineTitles[name]} ${answer.stdout.trim()}`.trim() };
    reasons.push(answer === null ? `${engineTitles[name]} is not installed` : notAnswering(name, answer));
  }
  throw noEngine(reasons);
}

interface Question {
  readonly engine: EngineName;
  readonly args: readonly string[];
  readonly timeout: number;
  readonly signal: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/** What the engine's command line answers; null when there is none on this machine. Rejects when it is cancelled. */
async function ask(processes: ProcessPort, { engine, signal, ...question }: Question): Promise<ProcessResult | null> {
  const answer = await processes.run({ file: engine, cwd: process.cwd(), signal, ...question }).catch((error: unknown) => {
    if (error instanceof UserError && error.code === 'tool-failed') return null;
    throw error;
  });
  if (answer?.ended === 'cancelled') throw cancelled();
  return answer;
}

const prefix = 'lockstep-';
const pullTimeout = 10 * 60_000;
const startTimeout = 60_000;

interface Start extends Omit<LentRequest, 'engine'> {
  readonly name: string;
  readonly engine: EngineName;
}

/** Starts a container and waits until PostgreSQL takes connections; gives the URL of its superuser. */
async function startContainer(processes: ProcessPort, { name, engine, image, signal }: Start): Promise<string> {
  const tell = async (args: readonly string[], timeout: number, env: Readonly<Record<string, string>> = {}): Promise<ProcessResult> => {
    return (await ask(processes, { engine, args, timeout, signal, env })) ?? gone;
  };
  const found = await imageOf(image, tell);
  const password = randomBytes(18).toString('base64url');
  const started = await tell(
    [
      'run', '--detach', '--name', name, '--label', `lockstep.owner=${name.slice(prefix.length)}`,
      '--publish', '127.0.0.1::5432', '--tmpfs', '/lockstep',
      // By name alone: the value comes from the environment, so that no list of processes shows it.
      '--env', 'POSTGRES_PASSWORD', '--env', 'PGDATA=/lockstep/data',
      found, '-c', 'fsync=off', '-c', 'synchronous_commit=off',
    ],
    startTimeout,
    { POSTGRES_PASSWORD: password },
  );
  if (started.exitCode !== 0) throw startFailed(image, started);
  const port = /:(\d+)\s*$/m.exec((await tell(['port', name, '5432/tcp'], quick)).stdout)?.[1];
  if (port === undefined) throw endedEarly(image, await logOf(name, tell));
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  await waitUntilReady(url, { image, signal, ended: async () => ((await stateOf(name, tell)) === 'true' ? null : logOf(name, tell)) });
  return url;
}

const gone: ProcessResult = { ended: 'exit', exitCode: 127, stdout: '', stderr: 'the engine is gone' };

type Tell = (args: readonly string[], timeout: number) => Promise<ProcessResult>;

/** The image under a name that the engine knows it by, pulled when it is not here. */
async function imageOf(image: string, tell: Tell): Promise<string> {
  const full = fullName(image);
  for (const name of [image, full]) if ((await tell(['image', 'inspect', name], quick)).exitCode === 0) return name;
  const pulled = await tell(['pull', full], pullTimeout);
  if (pulled.exitCode !== 0) throw pullFailed(image, pulled);
  return full;
}

/** Docker's meaning of a short name, which Podman would ask about. */
function fullName(image: string): string {
  const [first = '', ...rest] = image.split('/');
  if (rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')) return image;
  return `docker.io/${rest.length === 0 ? 'library/' : ''}${image}`;
}

async function logOf(name: string, tell: Tell): Promise<string> {
  const { stdout, stderr } = await tell(['logs', '--tail', '20', name], quick);
  return `${stdout}\n${stderr}`;
}

/** `true`, `false`, or nothing when there is no such container. */
async function stateOf(name: string, tell: Tell): Promise<string> {
  return (await tell(['inspect', '--format', '{{.State.Running}}', name], quick)).stdout.trim();
}

interface Waiting {
  readonly image: string;
  readonly signal: AbortSignal;
  /** The log of the container once it has ended. */
  ended(): Promise<string | null>;
}

async function waitUntilReady(url: string, { image, signal, ended }: Waiting): Promise<void> {
  const until = performance.now() + startTimeout;
  for (let tries = 1; performance.now() < until; tries += 1) {
    try {
      await (await openServerSession({ url, statementTimeout: quick, signal })).close();
      return;
    } catch (error) {
      if (!(error instanceof UserError) || error.code === 'cancelled') throw error;
    }
    const log = tries % 5 === 0 ? await ended() : null;
    if (log !== null) throw endedEarly(image, log);
    await pause(100);
  }
  throw notReady(image);
}

async function isRunning(processes: ProcessPort, { engine, name }: Running): Promise<boolean> {
  const signal = AbortSignal.timeout(quick);
  return (await stateOf(name, async (args, timeout) => (await ask(processes, { engine, args, timeout, signal })) ?? gone)) === 'true';
}

async function removeContainer(processes: ProcessPort, { engine, name }: Pick<Running, 'engine' | 'name'>): Promise<void> {
  await ask(processes, { engine, args: removal(engine, name), timeout: quick, signal: new AbortController().signal });
}

/** Its volumes go too. Podman would wait ten seconds for PostgreSQL to end by itself. */
function removal(engine: EngineName, name: string): readonly string[] {
  return ['rm', '--force', '--volumes', ...(engine === 'podman' ? ['--time', '0'] : []), name];
}

function removeDetached(engine: EngineName, name: string): void {
  spawn(engine, removal(engine, name), { detached: true, stdio: 'ignore', windowsHide: true }).unref();
}

/** Removes the containers that dead processes left, by their label. */
async function sweep({ processes, owner }: Pick<ContainerEngineOptions, 'processes' | 'owner'>, engine: EngineName): Promise<void> {
  const signal = new AbortController().signal;
  const listed = await ask(processes, { engine, args: ['ps', '--all', '--filter', 'label=lockstep.owner', '--format', '{{.Names}}'], timeout: quick, signal });
  for (const name of listed?.stdout.split('\n') ?? []) {
    const mark = /^lockstep-([0-9a-f]{6}_\d+_[0-9a-z]+)_[0-9a-f]{6}$/.exec(name.trim())?.[1];
    if (mark !== undefined && owner.isGone(mark)) await removeContainer(processes, { engine, name: name.trim() });
  }
}
