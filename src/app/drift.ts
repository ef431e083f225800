import { needsOf, replay } from '../dryrun/history.ts';
import { runLeg } from '../dryrun/leg.ts';
import type { PastMigration, Progress } from '../dryrun/plan.ts';
import { takeSnapshot } from '../dryrun/schema/snapshot.ts';
import { openServerSession } from '../dryrun/targets/server.ts';
import type { OpenTarget } from '../dryrun/targets/target.ts';
import type { DriftReport } from '../model/drift.ts';
import { UserError } from '../model/errors.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { parseScript, plainSql } from '../sql/script.ts';
import { declaredSql } from './declared-schema.ts';
import { compare } from './drift-compare.ts';
import { defaultTimeout } from './dry-run.ts';
import { prepareToCheck } from './live-script.ts';
import { plannedPair } from './planned-pair.ts';
import type { Ports, SecretPort } from './ports.ts';
import type { MigrationFolder, Project } from './project.ts';
import { targetChoice, type TargetWish } from './target-choice.ts';

export interface DriftRequest {
  readonly project: Project;
  readonly folder: MigrationFolder;
  /** What is compared with the history: a server by the name of its variable, or what the Drizzle schema declares. */
  readonly other: { readonly kind: 'server'; readonly variable: string } | { readonly kind: 'declared' };
  /** Where the history is replayed; left out: where `lockstep.json` says. */
  readonly target?: TargetWish;
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
}

export type DriftPorts = Pick<Ports, 'files' | 'processes' | 'targets'> & { readonly secrets: SecretPort };

/**
 * Compares the catalog that a history yields with that of a server, which is only read, or with what the Drizzle schema
 * declares. Rejects with a UserError when either cannot be had.
 */
export async function drift(ports: DriftPorts, request: DriftRequest): Promise<DriftReport> {
  await prepareToCheck();
  const { folder, other, progress } = request;
  // What is quick to fail comes first: a wrong variable is told before a history is replayed.
  progress({ message: other.kind === 'server' ? 'Reading the server’s catalog' : 'Asking drizzle-kit for the declared schema', fraction: 0 });
  const server = other.kind === 'server' ? await readServer(ports, other.variable, request.signal) : null;
  const sql = other.kind === 'declared' ? await declaredSql(ports, folder, request.signal) : '';
  const steps: PastMigration[] = [];
  for (const migration of folder.migrations) steps.push((await plannedPair(ports, { ...request, overrides: new Map() }, { folder, migration })).pair);
  const history = await atEndOf(ports, request, { steps, use: (opened) => takeSnapshot(opened.session) });
  const declared = server === null ? await atEndOf(ports, request, { steps: [], use: (opened) => declare(opened, sql, history.value) }) : null;
  const [title, catalog] = server === null ? ['the declared schema', declared?.value ?? {}] : [server.title, server.catalog];
  return {
    version: 1,
    folder: folder.path,
    migrations: steps.length,
    replayedOn: history.on,
    other: { kind: other.kind, title },
    ...compare({ history: history.value, other: catalog, kind: other.kind, postgres: folder.config.postgres }),
  };
}

async function readServer({ secrets }: DriftPorts, variable: string, signal: AbortSignal): Promise<{ readonly title: string; readonly catalog: Snapshot }> {
  const url = await secrets.read(variable);
  if (url === null) throw new UserError('target-failed', `The environment variable ${variable} is not set.`, `Set it to the connection of the server: ${variable}=postgres://…`);
  const session = await openServerSession({ url, statementTimeout: defaultTimeout, signal });
  try {
    await session.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY');
    return { title: `PostgreSQL ${session.serverVersion} by ${variable}`, catalog: await takeSnapshot(session) };
  } finally {
    await session.close();
  }
}

interface Use<T> {
  readonly steps: readonly PastMigration[];
  readonly use: (opened: OpenTarget) => Promise<T>;
}

/** Runs `use` on a scratch database where the steps are applied. */
async function atEndOf<T>({ targets }: DriftPorts, { folder, target, signal, progress }: DriftRequest, { steps, use }: Use<T>): Promise<{ readonly value: T; readonly on: string }> {
  const needs = await needsOf(steps, steps.map((each) => each.up));
  const opened = await targets.of(targetChoice(folder.config, target)).open({ ...needs, statementTimeout: defaultTimeout, signal });
  try {
    if (opened.capabilities.realData) throw new UserError('target-lacks', 'The history has to be replayed from nothing, and this target brings a database with data.', 'Choose the embedded PostgreSQL, a container or a server for it.');
    await replay(opened, steps, ({ message, fraction }) => { progress({ message, fraction: 0.1 + 0.8 * fraction }); });
    return { value: await use(opened), on: opened.capabilities.info.title };
  } finally {
    await opened.close();
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
