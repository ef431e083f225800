import { UserError } from '../../model/errors.ts';
import { refuseMissingExtensions, type Lacking } from './extensions.ts';
import type { OwnerPort } from './owner.ts';
import { serverChanges, serverObjects, type ServerChange } from './server-objects.ts';
import { openServerSession, type ServerSession } from './server.ts';
import { DatabaseError, type OpenOptions, type OpenTarget, type Session } from './target.ts';

/** A server on which scratch databases may be made. */
export interface ScratchServer {
  /** A connection whose database is only connected to, to make and drop others beside it. */
  readonly url: string;
  readonly owner: OwnerPort;
}

export interface ScratchOptions extends Pick<OpenOptions, 'statementTimeout' | 'signal' | 'extensions'> {
  /** How to say that an extension is not there, and what to do. */
  readonly lacking: Lacking;
}

/** A database of its own name on a server, and the first session in it. */
export interface Scratch extends Pick<OpenTarget, 'session'> {
  readonly serverVersion: string;
  connect(): Promise<ServerSession>;
  /** Copies the database as it is now to another name; the session goes on in a new connection. False when the server refused, for want of room say. */
  copyTo(name: string): Promise<boolean>;
  /** Roles, databases and tablespaces that came or went on the server since the opening. */
  outlived(): Promise<readonly ServerChange[]>;
  /** Drops the database, and says what outlives it. */
  close(): Promise<readonly ServerChange[]>;
}

/** Makes a scratch database, from a template when one is named. It is dropped by `close`, and by the next opening when this process dies. */
export async function openScratch(server: ScratchServer, template: string, { statementTimeout, signal, extensions, lacking }: ScratchOptions): Promise<Scratch> {
  const name = `${prefix}${server.owner.mark()}_${crypto.randomUUID().slice(0, 8)}`;
  const url = databaseUrl(server.url, name);
  const found = await administer(server.url, async (admin) => {
    await sweep(admin, server.owner);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    return serverObjects(admin);
  });
  const outlived = async (admin: Session): Promise<readonly ServerChange[]> => serverChanges(found, await serverObjects(admin));
  const open = (): Promise<ServerSession> => openServerSession({ url, statementTimeout, signal });
  const drop = (): Promise<void> => administer(server.url, (admin) => dropDatabase(admin, name));
  try {
    let current = await open();
    await refuseMissingExtensions(current, extensions, lacking).catch(async (error: unknown) => {
      await current.close();
      throw error;
    });
    return {
      session: { query: (sql) => current.query(sql), ask: (sql, values) => current.ask(sql, values), askAll: (sqls) => current.askAll(sqls), reset: () => current.reset() },
      serverVersion: current.serverVersion,
      connect: open,
      async copyTo(copy) {
        // A template must have no session (manual 23.3).
        await current.close();
        const copied = await administer(server.url, (admin) => admin.query(`CREATE DATABASE ${copy} TEMPLATE ${name}`)).catch((error: unknown) => onlyRefused(error));
        current = await open();
        return copied !== null;
      },
      outlived: () => administer(server.url, outlived),
      async close() {
        await current.close();
        const ending = administer(server.url, async (admin) => {
          await dropDatabase(admin, name);
          return outlived(admin);
        });
        // Where the server itself is gone, the run has said so already; the next opening drops what is left.
        return ending.catch((error: unknown) => {
          if (!current.isLost()) throw error;
          return [];
        });
      },
    };
  } catch (error) {
    await drop().catch(() => null);
    throw error;
  }
}

/** Runs a few commands in a session beside the run, which neither its cancelling nor its loss can stop. */
export async function administer<T>(url: string, run: (admin: ServerSession) => Promise<T>): Promise<T> {
  const admin = await openServerSession({ url, statementTimeout: adminTimeout, signal: new AbortController().signal });
  try {
    return await run(admin);
  } finally {
    await admin.close();
  }
}

const adminTimeout = 60_000;

/** Ends every session in it: those of a cancelled run do not know yet that nobody listens. */
export async function dropDatabase(admin: Session, name: string): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

/** Whatever begins so is Lockstep's, and nothing else is ever dropped. */
const prefix = 'lockstep_';
const ours = /^lockstep_([0-9a-f]{6}_\d+_[0-9a-z]+)_[0-9a-z]{8}$/;

/** Drops what dead processes left. */
async function sweep(admin: Session, owner: OwnerPort): Promise<void> {
  const { rows } = await admin.query(`SELECT datname FROM pg_database WHERE datname LIKE 'lockstep\\_%' AND pg_has_role(datdba, 'MEMBER')`);
  for (const { datname } of rows) {
    const mark = ours.exec(String(datname))?.[1];
    // Another process may drop it at the same moment; one that cannot be dropped now is found again the next time.
    if (mark !== undefined && owner.isGone(mark)) await dropDatabase(admin, String(datname)).catch((error: unknown) => onlyRefused(error));
  }
}

function onlyRefused(error: unknown): null {
  if (error instanceof DatabaseError) return null;
  throw error;
}

function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** What a run on a shared server must not do, because it would outlive the scratch database. */
export function refuseServerWide(statements: readonly string[], where: string): void {
  const [first] = statements;
  if (first === undefined) return;
  throw new UserError(
    'target-lacks',
    `These migrations change what belongs to the whole server, not to one database, and ${where} is shared: ${first}`,
    'Dry-run them on the embedded PostgreSQL, in a container or on a Neon branch, which are thrown away as a whole.',
  );
}
