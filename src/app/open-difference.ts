import { statementsOnlyIn } from '../analysis/edited.ts';
import { takeSnapshot } from '../dryrun/schema/snapshot.ts';
import { listFolder } from '../layouts/detect.ts';
import type { FolderView, NewMigration, Place } from '../layouts/layout.ts';
import { fileName } from '../layouts/naming.ts';
import { changesBetween, withChanges } from '../layouts/overlay.ts';
import { UserError } from '../model/errors.ts';
import type { FileChange } from '../model/file-change.ts';
import type { Migration, TransactionMode } from '../model/migration.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { readAuthor } from './author.ts';
import { compare } from './drift-compare.ts';
import type { DryRunRequest } from './dry-run.ts';
import { atEndOf, historySteps } from './history-end.ts';
import { readScript } from './lint-input.ts';
import { prepareToCheck } from './live-script.ts';
import { makeDown, opening } from './make-down.ts';
import { mergedScript, readMergedFolder, type MergedFolder } from './merged.ts';
import { checkName } from './names.ts';
import { join, relative } from './paths.ts';
import type { Ports } from './ports.ts';
import { reopenFolder, type MigrationFolder } from './project.ts';
import { restoredFiles } from './restored-files.ts';

export interface DifferenceRequest extends Pick<DryRunRequest, 'project' | 'signal' | 'progress' | 'target'> {
  readonly folder: MigrationFolder;
  /** Id of a merged migration that was edited, or is gone. */
  readonly id: string;
  /** Of the new migration; null: one is made of the edited one's. */
  readonly name: string | null;
}

/** What puts a merged migration back, with a new one that does what the edit did. Nothing has been written. */
export interface OpenedDifference {
  /** The migration that is restored. */
  readonly restored: string;
  /** The new one; null where both histories lead to the same catalog, and the rows are nobody's concern. */
  readonly made: { readonly id: string; readonly up: Place; readonly down: Place | null } | null;
  readonly changes: readonly FileChange[];
  /** What the new migration does not do, a sentence each. */
  readonly notes: readonly string[];
}

type DifferencePorts = Pick<Ports, 'files' | 'processes' | 'targets' | 'now'>;

/**
 * Restores a merged migration and writes what its edit changed as the pair of a new one: the history is replayed with the one and with the other,
 * the catalogs are compared, and the new pair is tried. Rejects with a UserError: `layout-broken` where git does not know the migration,
 * `history-failed` where either history does not run, `name-invalid`, `cancelled`, and those of a target.
 */
export async function openDifference(ports: DifferencePorts, request: DifferenceRequest): Promise<OpenedDifference> {
  await prepareToCheck();
  const folder = await reopenFolder(ports.files, request.folder, 'all');
  const merged = await readMergedFolder(ports, folder, request.signal);
  const was = merged?.migrations.find(({ id }) => id === request.id);
  if (merged === null || was === undefined) throw new UserError('layout-broken', `git does not know ${request.id} on the main branch.`, 'Name the main branch with "mainBranch" in lockstep.config.json, and fetch it.');
  const restored = restoredFolder(folder, merged, was);
  const touched = changesBetween(folder.view, restored.view);
  if (touched.length === 0) throw new UserError('layout-broken', `${was.id} is as it is on ${merged.branch}.`, 'There is nothing to restore.');
  const after = await catalogOf(ports, request, { folder, words: 'Replaying the history as it stands here' });
  const before = await catalogOf(ports, request, { folder: restored, words: `Replaying the history with ${was.id} as ${merged.branch} has it` });
  const way = compare({ history: before, other: after, kind: 'history', postgres: folder.config.postgres });
  const rows = rowStatements(folder, merged, was);
  const notes = way.toOther.reason === null ? [] : [way.toOther.reason];
  if (way.toOther.statements.length === 0 && rows.length === 0) return { restored: was.id, made: null, changes: touched, notes };
  const drafted = await draft(ports, request, { folder: restored, was, statements: way.toOther.statements, rows });
  const finished = await withDown(ports, request, drafted);
  const left = await remaining(ports, request, { folder: finished.folder, wanted: after });
  return { restored: was.id, made: drafted.made, changes: changesBetween(folder.view, finished.folder.view), notes: [...notes, ...finished.notes, ...left] };
}

function restoredFolder(folder: MigrationFolder, merged: MergedFolder, was: Migration): MigrationFolder {
  const scripts = withChanges(folder.view, restoredFiles(folder, merged, was));
  return withView(folder, withChanges(scripts, folder.layout.books?.restored(scripts, merged.view, was.id) ?? []));
}

function withView(folder: MigrationFolder, view: FolderView): MigrationFolder {
  return { ...folder, view, ...listFolder(view, folder.layout) };
}

interface Cataloging {
  readonly folder: MigrationFolder;
  readonly words: string;
}

async function catalogOf(ports: DifferencePorts, request: DifferenceRequest, { folder, words }: Cataloging): Promise<Snapshot> {
  const own = { ...request, folder, progress: ({ fraction }: { readonly fraction: number }) => { request.progress({ message: words, fraction: fraction / 3 }); } };
  const steps = await historySteps(ports, own, textsOf(folder));
  return (await atEndOf(ports, own, { steps, use: ({ session }) => takeSnapshot(session) })).value;
}

/** What the disk may not have, by path. */
function textsOf({ path, view }: MigrationFolder): ReadonlyMap<string, string> {
  return new Map(view.files.flatMap((file) => {
    const text = view.read(file);
    return text === null ? [] : [[join(path, file), text] as const];
  }));
}

/** Statements of the edit that no catalog shows: whether they have to run on databases with rows, only its author knows. */
function rowStatements(folder: MigrationFolder, merged: MergedFolder, was: Migration): readonly string[] {
  const now = folder.migrations.find(({ id }) => id === was.id);
  const text = now === undefined ? null : folder.view.read(relative(folder.path, now.up.path));
  const own = now === undefined || text === null ? null : readScript(text, { folder, migration: now, side: 'up' });
  const former = mergedScript(merged, folder, was.id);
  if (own === null || former === null) return [];
  return statementsOnlyIn(own.script, former.script).filter(({ statement }) => aboutRows.has(statement.kind)).map(({ statement }) => statement.text);
}

const aboutRows: ReadonlySet<string> = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'SelectStmt', 'CallStmt', 'DoStmt', 'CopyStmt', 'TruncateStmt']);

interface Drafting {
  readonly folder: MigrationFolder;
  readonly was: Migration;
  readonly statements: readonly string[];
  readonly rows: readonly string[];
}

interface Drafted {
  readonly folder: MigrationFolder;
  readonly made: NewMigration;
}

/** The new migration with its up, beside the restored one. */
async function draft(ports: DifferencePorts, request: DifferenceRequest, { folder, was, statements, rows }: Drafting): Promise<Drafted> {
  const { layout, config } = folder;
  const now = ports.now();
  const name = fileName(request.name ?? freeName(folder, was));
  const { verdict, reason } = checkName(folder, name, now);
  if (verdict === 'refuse') throw new UserError('name-invalid', reason ?? 'This name cannot be used.', 'Choose another name.');
  const author = layout.signed === true ? await readAuthor(ports.processes, { path: folder.path, signal: request.signal }) : null;
  const asked = { folder: folder.view, name, now, config, ...(author === null ? {} : { author }) };
  const up = upText({ was, statements, rows, separator: layout.separator, begin: statements.length === 0 ? [] : opening(modeOf(folder, was), config) });
  const made = layout.next({ ...asked, content: { up, down: config.down === 'forbidden' ? null : '', transaction: 'tool' } });
  const scripts = withChanges(folder.view, made.changes);
  return { made, folder: withView(folder, withChanges(scripts, layout.books?.made?.(scripts, made, now) ?? [])) };
}

function freeName(folder: MigrationFolder, { name }: Migration): string {
  const base = `${name}_edited`;
  for (let count = 1; ; count += 1) {
    const wanted = count === 1 ? base : `${base}_${String(count)}`;
    if (folder.layout.refuseName(fileName(wanted), folder.view) === null || count === 100) return wanted;
  }
}

/** The new script is going to run as its neighbour does. */
function modeOf(folder: MigrationFolder, { id, up }: Migration): TransactionMode {
  const read = folder.layout.read(folder.view.read(relative(folder.path, up.path)) ?? '', { path: up.path, id, side: 'up', config: folder.config, folder: folder.view });
  return read?.mode ?? { kind: 'transaction', tool: folder.layout.title, optOut: null };
}

interface Writing extends Omit<Drafting, 'folder'> {
  readonly separator: string | null;
  readonly begin: readonly string[];
}

function upText({ was, statements, rows, separator, begin }: Writing): string {
  const told = [`-- What an edit of ${was.id} changed, after it was merged.`];
  const waiting = rows.length === 0 ? [] : ['-- The edit also has these, which change rows and show in no catalog. Decide whether databases that have rows need them:', ...rows.flatMap((sql) => `${sql};`.split(/\r?\n/).map((line) => `--   ${line}`))];
  const sql = [...begin, ...statements].map((each) => `${each};`).join(separator === null ? '\n\n' : `\n${separator}\n`);
  return `${[...told, ...waiting].join('\n')}\n${sql === '' ? '' : `\n${sql}\n`}`;
}

/** The down is generated and tried as for any other migration. */
async function withDown(ports: DifferencePorts, request: DifferenceRequest, { folder, made }: Drafted): Promise<{ readonly folder: MigrationFolder; readonly notes: readonly string[] }> {
  const migration = folder.migrations.find(({ id }) => id === made.id);
  if (migration === undefined) throw new UserError('layout-broken', `${folder.layout.title} does not find the new migration ${made.id}.`, 'Mend the problems of the folder first.');
  if (migration.downPath === null || folder.config.down === 'forbidden') return { folder, notes: [] };
  const progress: DryRunRequest['progress'] = ({ message, fraction }) => { request.progress({ message, fraction: 0.4 + 0.5 * fraction }); };
  const down = await makeDown(ports, { ...request, located: { folder, migration, side: 'up' }, overrides: textsOf(folder), progress });
  if (down.path === null || down.statements.length === 0) return { folder, notes: [] };
  const kind = folder.view.files.includes(relative(folder.path, down.path)) ? 'replace' : 'create';
  const notes = down.statements.flatMap(({ reason }) => (reason === null ? [] : [`Its down: ${reason}`]));
  const scripts = withChanges(folder.view, [{ kind, path: down.path, text: down.text }]);
  return { folder: withView(folder, withChanges(scripts, folder.layout.books?.restored(scripts, scripts, made.id) ?? [])), notes };
}

/** Whether the new migration really leads to where the edit led. */
async function remaining(ports: DifferencePorts, request: DifferenceRequest, { folder, wanted }: { readonly folder: MigrationFolder; readonly wanted: Snapshot }): Promise<readonly string[]> {
  const reached = await catalogOf(ports, request, { folder, words: 'Comparing where the new migration leads' });
  const { differences } = compare({ history: reached, other: wanted, kind: 'history', postgres: folder.config.postgres });
  return differences.map((change) => {
    const { kind, name } = change.change === 'removed' ? change.before : change.after;
    return `The ${kind} ${name} still differs from what the edit made of it.`;
  });
}
