import { cancelled, UserError } from '../../model/errors.ts';
import type { OwnerPort } from './owner.ts';
import { administer, dropDatabase, openScratch, type Scratch } from './scratch.ts';
import { DatabaseError, type OpenOptions, type OpenTarget, type Target } from './target.ts';

/** A PostgreSQL in a container, ready for connections, lent until it is given back. */
export interface LentServer {
  /** A connection of its superuser; the password is random. */
  readonly url: string;
  /** `Podman 4.3.1, postgres:17`. */
  readonly title: string;
  /** Databases that are kept as templates, by key, oldest first. The container forgets them with itself. */
  readonly kept: Map<string, string>;
  /** `changed`: what belongs to the whole server is not as it was, so nobody may use it after this run. */
  giveBack(state: 'as it was' | 'changed'): Promise<void>;
}

export interface LentRequest {
  readonly engine: 'auto' | 'docker' | 'podman';
  readonly image: string;
  /** `alone` gets a container that nobody else uses before or after. */
  readonly use: 'shared' | 'alone';
  readonly signal: AbortSignal;
}

/** What the host provides: Docker or Podman. Rejects with a UserError that says what to do. */
export interface ContainerEngine {
  lend(request: LentRequest): Promise<LentServer>;
}

export interface ContainerTargetOptions extends Pick<LentRequest, 'engine' | 'image'> {
  readonly engines: ContainerEngine;
  readonly owner: OwnerPort;
}

/** A local container as a target: every run gets a scratch database in it. */
export function containerTarget(options: ContainerTargetOptions): Target {
  return { id: 'container', open: (request) => open(options, request) };
}

async function open({ engines, owner, engine, image }: ContainerTargetOptions, request: OpenOptions): Promise<OpenTarget> {
  const { statementTimeout, signal, extensions, serverWide = [] } = request;
  // Roles outlive a database: what makes them gets a server that is thrown away.
  const use = serverWide.length > 0 ? 'alone' : 'shared';
  const server = await engines.lend({ engine, image, use, signal });
  try {
    const startedFrom = request.startFrom.find((key) => server.kept.has(key)) ?? null;
    const template = startedFrom === null ? 'template0' : (server.kept.get(startedFrom) ?? 'template0');
    const lacking = { where: `The image ${image}`, next: 'Name an image that has it as container.image in lockstep.config.json, for example postgis/postgis or pgvector/pgvector.' };
    const scratch = await openScratch({ url: server.url, owner }, template, { statementTimeout, signal, extensions, lacking }).catch((error: unknown) => { throw explained(error, signal); });
    return opened(server, scratch, { startedFrom, keeps: use === 'shared' });
  } catch (error) {
    await server.giveBack('as it was');
    throw error;
  }
}

function opened(server: LentServer, scratch: Scratch, { startedFrom, keeps }: { readonly startedFrom: string | null; readonly keeps: boolean }): OpenTarget {
  const { session, serverVersion, connect } = scratch;
  return {
    capabilities: {
      info: { id: 'container', title: `PostgreSQL ${serverVersion} in a container (${server.title})`, serverVersion },
      secondSession: { kind: 'measured', value: true },
      realData: false,
    },
    session,
    connect,
    startedFrom,
    ...(keeps ? { save: (key: string) => keep(server, scratch, key) } : {}),
    async close() {
      // A function can make a role that no statement shows.
      const outlived = await scratch.close().catch(async (error: unknown) => {
        await server.giveBack('changed');
        throw error;
      });
      await server.giveBack(outlived.length === 0 ? 'as it was' : 'changed');
    },
  };
}

/** Each is a whole copy in memory, and editing goes from one history to the next. */
const mostKept = 4;

async function keep({ url, kept }: LentServer, scratch: Scratch, key: string): Promise<void> {
  if (kept.has(key)) return;
  const name = `lockstep_kept_${crypto.randomUUID().slice(0, 8)}`;
  if (!(await scratch.copyTo(name))) return;
  kept.set(key, name);
  const [oldest] = kept;
  if (kept.size <= mostKept || oldest === undefined) return;
  kept.delete(oldest[0]);
  await administer(url, (admin) => dropDatabase(admin, oldest[1]));
}

function explained(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return cancelled();
  if (!(error instanceof DatabaseError)) return error;
  return new UserError('target-failed', `The server in the container refuses to create a scratch database: ${error.message} (${error.sqlstate}).`, 'Start the dry run again; when it happens again, the image is no ordinary PostgreSQL.');
}
