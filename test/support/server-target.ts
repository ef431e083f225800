import { applyPast, historyKeys } from '../../src/dryrun/history.ts';
import type { PastMigration } from '../../src/dryrun/plan.ts';
import { openServerSession, type ServerSession } from '../../src/dryrun/targets/server.ts';
import type { OpenOptions, OpenTarget, SecondSession, Target } from '../../src/dryrun/targets/target.ts';
import type { PostgresMajor } from '../../src/model/config.ts';
import { sharedServer, type PostgresServer } from './postgres.ts';

let databases = 0;

/** Databases in which a history has been applied, each the template of all others that begin with it. */
const templates = new Map<string, Promise<string>>();

/**
 * The shared server of one major as a dry run's target: each opening gets a database of its own, which is dropped at its end.
 * A history given as `begun` is applied once for all openings that begin with it.
 */
export function serverTarget(major: PostgresMajor, begun: readonly PastMigration[] = []): Target {
  return {
    id: 'url',
    async open({ startFrom, statementTimeout, signal }): Promise<OpenTarget> {
      const key = (await historyKeys(begun)).at(-1);
      const startedFrom = key !== undefined && startFrom.includes(key) ? key : null;
      const { serverVersion, ...opened } = await openOnServer(major, { begun: startedFrom === null ? [] : begun, statementTimeout, signal });
      const info = { id: 'url' as const, title: `PostgreSQL ${serverVersion}`, serverVersion };
      return { capabilities: { info, secondSession: { kind: 'measured', value: true }, realData: false }, startedFrom, ...opened };
    },
  };
}

/** A database of its own, with a session in it. */
export interface OpenedDatabase {
  readonly session: ServerSession;
  readonly serverVersion: string;
  connect(): Promise<SecondSession>;
  /** Ends the first session and drops the database. */
  close(): Promise<void>;
}

interface Opening extends Pick<OpenOptions, 'statementTimeout' | 'signal'> {
  readonly begun: readonly PastMigration[];
}

/** Makes a database on the shared server in which `begun` has been applied. */
export async function openOnServer(major: PostgresMajor, { begun, statementTimeout, signal }: Opening): Promise<OpenedDatabase> {
  const server = await sharedServer(major);
  const key = (await historyKeys(begun)).at(-1);
  const template = key === undefined ? 'template1' : await templateOf(server, begun, key);
  const name = `dry_run_${String(major)}_${String(++databases)}`;
  await server.administer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const connect = (): Promise<ServerSession> => openServerSession({ url: server.url(name), statementTimeout, signal });
  const session = await connect();
  return {
    session,
    serverVersion: session.serverVersion,
    connect,
    async close() {
      await session.close();
      await server.administer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

function templateOf(server: PostgresServer, history: readonly PastMigration[], key: string): Promise<string> {
  const place = `${String(server.port)} ${key}`;
  const known = templates.get(place);
  if (known !== undefined) return known;
  const made = makeTemplate(server, history, `template_${String(server.major)}_${String(++databases)}`);
  templates.set(place, made);
  return made;
}

async function makeTemplate(server: PostgresServer, history: readonly PastMigration[], name: string): Promise<string> {
  await server.administer(`CREATE DATABASE ${name}`);
  const session = await openServerSession({ url: server.url(name), statementTimeout: 60_000, signal: new AbortController().signal });
  for (const past of history) await applyPast(session, past);
  // A template must have no session (manual 23.3).
  await session.close();
  return name;
}
