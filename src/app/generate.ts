import { upHeader } from '../layouts/header.ts';
import { UserError } from '../model/errors.ts';
import type { FileChange } from '../model/file-change.ts';
import type { MadeDown } from '../model/made-down.ts';
import type { DryRunReport } from '../model/report.ts';
import { withDrizzleCopy } from './drizzle-generate.ts';
import { dryRun, type DryRunRequest } from './dry-run.ts';
import { applyChanges } from './file-changes.ts';
import type { ChoosePort } from './generated-copy.ts';
import { makeDown } from './make-down.ts';
import { checkName } from './names.ts';
import { fileName } from '../layouts/naming.ts';
import { join, relative } from './paths.ts';
import type { Ports } from './ports.ts';
import { reopenFolder, type MigrationFolder } from './project.ts';

export interface GenerateRequest extends Pick<DryRunRequest, 'project' | 'signal' | 'progress' | 'target'> {
  readonly folder: MigrationFolder;
  readonly name: string;
  readonly choose: ChoosePort;
}

/** What the schema asks for, as a migration that is not there yet. */
export type Generated = { readonly kind: 'nothing' } | GeneratedMigration;

export interface GeneratedMigration {
  readonly kind: 'generated';
  readonly id: string;
  /** Absolute path and text of the up. */
  readonly up: { readonly path: string; readonly text: string };
  /** Null where downs are forbidden, and where the up itself does not run. */
  readonly down: { readonly path: string; readonly text: string } | null;
  readonly report: DryRunReport;
  /** Everything that accepting it writes. */
  readonly changes: readonly FileChange[];
  /** What the files that it replaces held when it was made. */
  readonly basis: readonly { readonly path: string; readonly text: string }[];
}

type GeneratePorts = Pick<Ports, 'files' | 'processes' | 'targets' | 'now'>;

/**
 * Lets the workspace's own tool compare the declared schema with the migrations, on a copy, and tries what it wrote together with a generated down.
 * Nothing is written; `acceptGenerated` does. Rejects with a UserError: `tool-missing`, `tool-failed`, `name-invalid`, `cancelled` and those of a dry run.
 */
export async function generateFromSchema(ports: GeneratePorts, request: GenerateRequest): Promise<Generated> {
  const { folder, progress } = request;
  if (folder.layout.id !== 'drizzle' && folder.layout.id !== 'drizzle-1') {
    throw notDeclared(folder);
  }
  const { verdict, reason } = checkName(folder, request.name, ports.now());
  if (verdict === 'refuse') throw new UserError('name-invalid', reason ?? 'This name cannot be used.', 'Choose another name.');
  progress({ message: 'drizzle-kit compares the schema with its snapshots', fraction: 0.02 });
  return withDrizzleCopy(ports, { ...request, name: fileName(request.name) }, async ({ folder: copy, id }) => {
    if (id === null) return { kind: 'nothing' };
    const drafted = await draft(ports, request, { copy, id });
    const finished = await reopenFolder(ports.files, copy, 'all');
    const located = placeOf(finished, id);
    const report = await dryRun(ports, { ...request, located, overrides: new Map(), progress: ({ message, fraction }) => { progress({ message, fraction: 0.6 + 0.4 * fraction }); } });
    const real = (path: string): string => join(folder.path, relative(copy.path, path));
    const changes = await changesOf(ports, request, finished);
    const basis = changes.flatMap((change) => (change.kind === 'replace' ? [{ path: change.path, text: folder.view.read(relative(folder.path, change.path)) ?? '' }] : []));
    return {
      kind: 'generated', id, changes, basis, report: withPaths(report, copy.path, folder.path),
      up: { path: real(located.migration.up.path), text: drafted.up },
      down: drafted.down?.path == null ? null : { path: real(drafted.down.path), text: drafted.down.text },
    };
  });
}

/** Prisma keeps no snapshots: what its migrations lead to it learns by running them on a database that it is given. */
function notDeclared({ path, layout: { id, title } }: MigrationFolder): UserError {
  if (id === 'prisma') return new UserError('tool-missing', `${path} is a folder of Prisma, which compares its schema with its migrations only on a database of yours. Lockstep lends it none.`, 'Run `prisma migrate dev --create-only --name <name>` in a terminal. Lockstep checks the migration that it writes, and Generate Down proves a down for it.');
  return new UserError('tool-missing', `${path} is a folder of ${title}, which declares no schema that Lockstep can read.`, 'Generate from Schema works with Drizzle; write the migration with New Migration.');
}

/** Writes what was shown, all of it or nothing; refuses when the folder has changed meanwhile. */
export async function acceptGenerated({ files }: Pick<Ports, 'files'>, { changes, basis }: Pick<GeneratedMigration, 'changes' | 'basis'>): Promise<void> {
  for (const { path, text } of basis) {
    if ((await files.read(path)) !== text) throw new UserError('layout-broken', `${path} has changed since the migration was generated.`, 'Generate it again.');
  }
  await applyChanges(files, changes);
}

interface Draft {
  readonly copy: MigrationFolder;
  readonly id: string;
}

/** The up gets its header, and its down is made and put beside it, all in the copy. */
async function draft(ports: GeneratePorts, request: GenerateRequest, { copy, id }: Draft): Promise<{ readonly up: string; readonly down: MadeDown | null }> {
  const { files } = ports;
  const located = placeOf(copy, id);
  const { migration } = located;
  const up = `${upHeader({ id, name: migration.name, now: ports.now() })}${(await files.read(migration.up.path)) ?? ''}\n`.replace(/\n\n$/, '\n');
  await files.write(migration.up.path, up, 'replace');
  if (copy.config.down === 'forbidden') return { up, down: null };
  const headed = placeOf(await reopenFolder(files, copy), id);
  const progress: GenerateRequest['progress'] = ({ message, fraction }) => { request.progress({ message, fraction: 0.1 + 0.5 * fraction }); };
  const down = await makeDown(ports, { ...request, located: headed, overrides: new Map(), progress }).catch((error: unknown) => {
    // The dry run shows why the up does not run, at its place.
    if (error instanceof UserError && error.code === 'history-failed') return null;
    throw error;
  });
  if (down?.path != null) await files.write(down.path, down.text, 'replace');
  return { up, down };
}

function placeOf(folder: MigrationFolder, id: string): DryRunRequest['located'] {
  const migration = folder.migrations.find((each) => each.id === id);
  if (migration === undefined) throw new UserError('tool-failed', `drizzle-kit named ${id} in its journal and wrote no file for it.`, 'Run `drizzle-kit check` and mend what it names.');
  return { folder, migration, side: 'up' };
}

/** What is in the copy and not, or otherwise, in the folder. */
async function changesOf({ files }: GeneratePorts, { folder }: GenerateRequest, copy: MigrationFolder): Promise<readonly FileChange[]> {
  const changes: FileChange[] = [];
  for (const file of copy.view.files) {
    const [path, text] = [join(folder.path, file), copy.view.read(file)];
    const before = await files.read(path);
    if (text !== null && text !== before) changes.push({ kind: before === null ? 'create' : 'replace', path, text });
  }
  return changes;
}

/** The report speaks of the files that are going to be. */
function withPaths(report: DryRunReport, from: string, to: string): DryRunReport {
  const place = <T extends { readonly path: string }>(each: T): T => ({ ...each, path: each.path.startsWith(from) ? to + each.path.slice(from.length) : each.path });
  return { ...report, scripts: report.scripts.map(place), findings: report.findings.map(place), trace: { ...report.trace, legs: report.trace.legs.map(place) } };
}
