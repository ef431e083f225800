import { cancelled, UserError } from '../../model/errors.ts';
import type { OwnerPort } from './owner.ts';
import { administer, openScratch, refuseServerWide } from './scratch.ts';
import { serverChangeWords } from './server-objects.ts';
import { placeOf, pooler, type Place } from './server-errors.ts';
import { DatabaseError, type OpenOptions, type OpenTarget, type Target } from './target.ts';

export interface UrlTargetOptions {
  /** Name of the variable or secret, for messages. */
  readonly variable: string;
  /** The connection, or null when nobody has set it. */
  readonly read: () => Promise<string | null>;
  /** Asks about a server that looks like one others depend on. */
  readonly confirm: (place: Place, reason: string) => Promise<boolean>;
  readonly owner: OwnerPort;
  /** Tells the user at the end, however the run ended, what it left on the server. */
  readonly tell: (message: string) => void;
}

/** A server of the user's as a target: a scratch database is made there and dropped; the named database is only connected to. */
export function urlTarget(options: UrlTargetOptions): Target {
  return { id: 'url', open: (request) => open(options, request) };
}

async function open({ variable, read, confirm, owner, tell }: UrlTargetOptions, { statementTimeout, signal, extensions, serverWide = [] }: OpenOptions): Promise<OpenTarget> {
  const url = await read();
  if (url === null) throw missing(variable);
  const place = placeOf(url);
  if (place === null) throw new UserError('target-failed', `${variable} holds no PostgreSQL URL.`, 'Write it as postgres://user:password@host:5432/database.');
  refuseServerWide(serverWide, `the server at ${place.host}`);
  const reason = whyAsk(place);
  if (reason !== null && !(await confirm(place, reason))) throw declined(place, reason);
  if (signal.aborted) throw cancelled();
  await refuseUnfit(url, place);
  const lacking = { where: `The server at ${place.host}`, next: 'Install it there, or use a container whose image has it.' };
  const scratch = await openScratch({ url, owner }, 'template0', { statementTimeout, signal, extensions, lacking }).catch((error: unknown) => {
    throw explained(error, place);
  });
  const { session, serverVersion, connect } = scratch;
  return {
    capabilities: {
      info: { id: 'url', title: `PostgreSQL ${serverVersion} at ${place.host}`, serverVersion },
      secondSession: { kind: 'measured', value: true },
      realData: false,
    },
    session,
    connect,
    startedFrom: null,
    leftBehind: async () => serverChangeWords(await scratch.outlived(), place.host),
    async close() {
      const words = serverChangeWords(await scratch.close(), place.host);
      if (words !== null) tell(words);
    },
  };
}

/** What a variable without a connection means to the user. */
function missing(variable: string): UserError {
  return new UserError('target-failed', `There is no server to dry-run on: ${variable} is not set.`, `Set ${variable} to postgres://user:password@host:5432/database; in VS Code, “Lockstep: Set the Connection of the Server Target” keeps it as a secret.`);
}

function declined({ host }: Place, reason: string): UserError {
  return new UserError('target-failed', `${host} was not used: ${reason}, so it is taken only when you say so.`, `Use another server, or confirm this one: the editor asks, the command line takes --yes-this-server ${host}.`);
}

/** Why a server may be one that others depend on; null for this machine and private networks without such a name. */
export function whyAsk({ host, database }: Place): string | null {
  if (/prod/i.test(host)) return 'its name contains “prod”';
  if (/prod/i.test(database)) return `the name of its database, ${database}, contains “prod”`;
  return isPrivate(host) ? null : 'it is neither this machine nor in a private network';
}

/** Loopback, sockets, RFC 1918, RFC 4193, and names without a dot as container networks have them. */
function isPrivate(host: string): boolean {
  if (host.startsWith('/')) return true;
  if (host.includes(':')) return /^(::1$|f[cd])/i.test(host);
  if (/^\d+(\.\d+){3}$/.test(host)) return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host);
  return !host.includes('.') || /\.(localhost|local|internal|test)$/i.test(host);
}

const oldest = 14;

async function refuseUnfit(url: string, place: Place): Promise<void> {
  await administer(url, async (admin) => {
    const { host, port } = place;
    if (!admin.isDirect && !host.endsWith('.neon.tech')) throw new UserError('target-failed', `The server at ${host}:${port} cannot be used: ${pooler[0]}.`, pooler[1]);
    if (Number.parseInt(admin.serverVersion, 10) < oldest) {
      throw new UserError('target-lacks', `The server at ${host}:${port} is PostgreSQL ${admin.serverVersion}; dry runs need ${String(oldest)} or newer.`, 'Use a newer server, the embedded PostgreSQL, or a container.');
    }
  });
}

/** insufficient_privilege and too_many_connections (manual, appendix A) are what creating a database is refused with. */
function explained(error: unknown, { host, user }: Place): unknown {
  if (!(error instanceof DatabaseError)) return error;
  if (error.sqlstate === '42501') return new UserError('target-failed', `${user} may not create databases on ${host}, and a dry run needs one of its own.`, `Let an administrator run ALTER ROLE "${user}" CREATEDB, or use the embedded PostgreSQL or a container.`);
  return new UserError('target-failed', `${host} refuses to create a scratch database: ${error.message} (${error.sqlstate}).`, error.hint ?? 'Mend that on the server, or use another target.');
}
