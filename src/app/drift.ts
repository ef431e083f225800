import { runLeg } from '../dryrun/leg.ts';
import type { Progress } from '../dryrun/plan.ts';
import { takeSnapshot } from '../dryrun/schema/snapshot.ts';
import { openServerSession, type ServerSession } from '../dryrun/targets/server.ts';
import type { OpenTarget } from '../dryrun/targets/target.ts';
import type { DriftReport } from '../model/drift.ts';
import { UserError } from '../model/errors.ts';
import type { SchemaObject, Snapshot } from '../model/snapshot.ts';
import { parseScript, plainSql } from '../sql/script.ts';
import { declaredSql } from './declared-schema.ts';
import { compare } from './drift-compare.ts';
import { defaultTimeout } from './dry-run.ts';
import { atEndOf, historySteps } from './history-end.ts';
import { prepareToCheck } from './live-script.ts';
import type { NeonPort, Ports, SecretPort } from './ports.ts';
import type { MigrationFolder, Project } from './project.ts';
import type { TargetWish } from './target-choice.ts';

/** What is compared with the history: a server by the name of its variable, a Neon branch by id or name (null: the project's), or what the Drizzle schema declares. */
export type DriftSide = { readonly kind: 'server'; readonly variable: string } | { readonly kind: 'neon'; readonly branch: string | null } | { readonly kind: 'declared' };

export interface DriftRequest {
  readonly project: Project;
  readonly folder: MigrationFolder;
  readonly other: DriftSide;
  /** Where the history is replayed; left out: where `lockstep.config.json` says. */
  readonly target?: TargetWish;
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

export type DriftPorts = Pick<Ports, 'files' | 'processes' | 'targets'> & { readonly secrets: SecretPort; readonly neon: Pick<NeonPort, 'connect'> };

/**
 * Compares the catalog that a history yields with that of a server or a Neon branch, which is only read, or with what the Drizzle schema
 * declares. Rejects with a UserError when either cannot be had.
 */
export async function drift(ports: DriftPorts, request: DriftRequest): Promise<DriftReport> {
  await prepareToCheck();
  const { folder, other, progress } = request;
  // What is quick to fail comes first: a wrong variable is told before a history is replayed.
  progress({ message: openings[other.kind], fraction: 0 });
  const reading = await connect(ports, request);
  const server = reading === null ? null : await readServer(reading);
  const sql = other.kind === 'declared' ? await declaredSql(ports, folder, request.signal) : '';
  const steps = await historySteps(ports, request);
  const history = await atEndOf(ports, request, { steps, use: (opened) => takeSnapshot(opened.session) });
  const declared = server === null ? await atEndOf(ports, request, { steps: [], use: (opened) => declare(opened, sql, history.value) }) : null;
  const kind = other.kind === 'declared' ? 'declared' : 'server';
  const [title, catalog] = server === null ? ['the declared schema', declared?.value ?? {}] : [server.title, server.catalog];
  return {
    version: 1,
    folder: folder.path,
    migrations: steps.length,
    replayedOn: history.on,
    other: { kind, title },
    ...compare({ history: history.value, other: catalog, kind, postgres: folder.config.postgres }),
  };
}

const openings: Readonly<Record<DriftSide['kind'], string>> = { server: 'Reading the server’s catalog', neon: 'Reading the branch’s catalog', declared: 'Asking drizzle-kit for the declared schema' };

interface Reading {
  readonly session: ServerSession;
  /** Whose catalog it is, after the version. */
  readonly where: string;
  /** What every database there has and no history makes. */
  readonly usual: (object: SchemaObject) => boolean;
}

/** Null for what is no server. */
async function connect({ secrets, neon }: DriftPorts, { other, folder, signal }: DriftRequest): Promise<Reading | null> {
  const options = { statementTimeout: defaultTimeout, signal };
  switch (other.kind) {
    case 'declared':
      return null;
    case 'neon': {
      const { session, branch } = await neon.connect({ ...folder.config.neon, parentBranch: other.branch ?? folder.config.neon.parentBranch }, options);
      return { session, where: `on the Neon branch ${branch}`, usual: neonsOwn };
    }
    case 'server': {
      const { variable } = other;
      const url = await secrets.read(variable);
      if (url === null) throw new UserError('target-failed', `${variable} is not set.`, `Set it to the connection of the server, postgres://user:password@host:5432/database; in VS Code, “Lockstep: Set the Connection of the Server Target” keeps it as a secret.`);
      return { session: await openServerSession({ url, ...options }), where: `by ${variable}`, usual: () => false };
    }
  }
}

/** What Neon itself puts into a database: schemas of its own, and default privileges of its administrator. */
function neonsOwn({ kind, name }: SchemaObject): boolean {
  return /^neon(?:_migration)?(?:\.|$)/.test(name) || (kind === 'default privileges' && /\bcloud_admin\b/.test(name));
}

async function readServer({ session, where, usual }: Reading): Promise<{ readonly title: string; readonly catalog: Snapshot }> {
  try {
    await session.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY');
    const catalog = Object.entries(await takeSnapshot(session)).filter(([, object]) => !usual(object));
    return { title: `PostgreSQL ${session.serverVersion} ${where}`, catalog: Object.fromEntries(catalog) };
  } finally {
    await session.close();
  }
}

/** What the schema files declare, as a catalog. */
async function declare({ session }: OpenTarget, sql: string, history: Snapshot): Promise<Snapshot> {
  // Extensions stand in migrations, and the declared types need them.
  for (const object of Object.values(history)) if (object.kind === 'extension' && object.name !== 'plpgsql') await session.query(`CREATE EXTENSION IF NOT EXISTS ${object.name}`);
  const { statements } = parseScript(sql, plainSql);
  const script = { path: 'drizzle-kit export', text: sql, statements, mode: { kind: 'autocommit', tool: 'drizzle-kit', optOut: null } } as const;
  const leg = await runLeg(session, { leg: 'up', script, observer: null, onStatement: () => undefined });
  const failed = leg.statements.find((each) => each.error !== null);
  if (failed?.error != null) {
    throw new UserError('tool-failed', `What drizzle-kit makes of the schema does not run: ${failed.error.message} (${failed.error.sqlstate})\n${failed.sql}`, 'Mend the schema files, or update drizzle-kit.');
  }
  await session.reset();
  return takeSnapshot(session);
}
