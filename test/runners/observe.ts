import { planDryRun, readTexts, defaultTimeout } from '../../src/app/dry-run.ts';
import { prepareToCheck } from '../../src/app/live-script.ts';
import type { MigrationFolder, Project } from '../../src/app/project.ts';
import { replay } from '../../src/dryrun/history.ts';
import { runLeg } from '../../src/dryrun/leg.ts';
import { takeSnapshot } from '../../src/dryrun/schema/snapshot.ts';
import { openServerSession } from '../../src/dryrun/targets/server.ts';
import { nodeFiles } from '../../src/host/files.ts';
import type { Migration } from '../../src/model/migration.ts';
import type { ObjectKind, SchemaObject, Snapshot } from '../../src/model/snapshot.ts';
import type { PostgresMajor } from '../../src/model/config.ts';
import { sharedServer } from '../support/postgres.ts';
import { serverTarget } from '../support/server-target.ts';

/** The servers on which the tools run. */
export const major: PostgresMajor = 17;

const signal = new AbortController().signal;

/** What Lockstep says of a history: whether its last migration runs, and the catalog afterwards. */
export interface Expected {
  readonly ok: boolean;
  readonly error: string | null;
  readonly catalog: Snapshot;
}

/** Replays all migrations, the last one statement by statement as a dry run does, in a database of its own. */
export async function replayed({ project, folder }: { readonly project: Project; readonly folder: MigrationFolder }, last: Migration): Promise<Expected> {
  await prepareToCheck();
  const located = { folder, migration: last, side: 'up' } as const;
  const request = { project, located, overrides: new Map(), signal, progress: () => undefined };
  const plan = planDryRun(located, await readTexts({ files: nodeFiles }, request), defaultTimeout);
  const opened = await serverTarget(major).open({ extensions: [], startFrom: [], statementTimeout: defaultTimeout, signal });
  try {
    await replay(opened, plan.history, () => undefined);
    const leg = await runLeg(opened.session, { leg: 'up', script: plan.migration.up, observer: null, onStatement: () => undefined });
    const error = leg.statements.find((each) => each.error !== null)?.error ?? leg.commitError ?? null;
    await opened.session.reset();
    return { ok: leg.outcome === 'done', error: error === null ? null : error.message, catalog: ofDatabase(await takeSnapshot(opened.session)) };
  } finally {
    await opened.close();
  }
}

/** The catalog of a database that a tool worked on. */
export async function catalogOf(url: string): Promise<Snapshot> {
  const session = await openServerSession({ url, statementTimeout: defaultTimeout, signal });
  try {
    return ofDatabase(await takeSnapshot(session));
  } finally {
    await session.close();
  }
}

// Of the server, which other tests use as well.
const shared: readonly ObjectKind[] = ['role', 'membership', 'tablespace', 'parameter privileges', 'database'];

function ofDatabase(snapshot: Snapshot): Snapshot {
  return Object.fromEntries(Object.entries(snapshot).filter(([, { kind }]) => !shared.includes(kind)));
}

/** What a tool keeps its books in: names as the catalog has them. */
export interface Books {
  readonly schemas: readonly string[];
  readonly tables: readonly string[];
}

/** What a database has beside what its history yields. */
export function booksIn(catalog: Snapshot, history: Snapshot): Books {
  const added = Object.entries(catalog).filter(([key]) => history[key] === undefined).map(([, object]) => object);
  const names = (wanted: ObjectKind): readonly string[] => added.filter(({ kind }) => kind === wanted).map(({ name }) => name).sort();
  return { schemas: names('schema'), tables: names('table') };
}

export function withoutBooks(catalog: Snapshot, { schemas, tables }: Books): Snapshot {
  const isOfBooks = ({ kind, name, table }: SchemaObject): boolean =>
    tables.includes(table ?? name) ||
    schemas.some((schema) => (kind === 'schema' ? name === schema : name.startsWith(`${schema}.`))) ||
    // The sequence of a serial column stands beside its table.
    (kind === 'sequence' && tables.some((each) => name.replaceAll('"', '').startsWith(`${each.replaceAll('"', '')}_`)));
  return Object.fromEntries(Object.entries(catalog).filter(([, object]) => !isOfBooks(object)));
}

let databases = 0;

/** A database that is a copy of another one; nobody may be connected to that one. */
export async function withCopy<T>(of: string, use: (url: string) => Promise<T>): Promise<T> {
  const server = await sharedServer(major);
  const name = `runner_${String(++databases)}`;
  await server.administer(`CREATE DATABASE ${name} TEMPLATE ${of}`);
  try {
    return await use(server.url(name));
  } finally {
    await server.administer(`DROP DATABASE ${name} WITH (FORCE)`);
  }
}

/** The same, kept until the last test. */
export async function emptyDatabase(): Promise<{ readonly name: string; readonly url: string; drop(): Promise<void> }> {
  const server = await sharedServer(major);
  const name = `runner_${String(++databases)}`;
  await server.administer(`CREATE DATABASE ${name}`);
  return { name, url: server.url(name), drop: () => server.administer(`DROP DATABASE ${name} WITH (FORCE)`) };
}
