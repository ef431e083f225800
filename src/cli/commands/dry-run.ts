import { dryRun } from '../../app/dry-run.ts';
import { parent, relative, within } from '../../app/paths.ts';
import type { FilePort } from '../../app/ports.ts';
import { migrationNamed, openProject, rootOf, type Located, type MigrationFolder, type Project } from '../../app/project.ts';
import { dryRunIsClean } from '../../report/build.ts';
import { visible } from '../../report/display.ts';
import { jsonDryRun } from '../../report/json.ts';
import { prettyDryRun } from '../../report/pretty-dry-run.ts';
import type { DryRunInvocation } from '../arguments.ts';
import type { Output } from '../output.ts';
import { absolute, wire } from '../wire.ts';

/** `lockstep dry-run`: 0 when everything came back and no finding stands, else 1. */
export async function dryRunCommand(invocation: DryRunInvocation, output: Output): Promise<number> {
  const { ports, close } = wire();
  const stop = new AbortController();
  const cancel = (): void => stop.abort();
  // Once: a second Ctrl-C ends the process at once, and its children with it.
  process.once('SIGINT', cancel).once('SIGTERM', cancel);
  try {
    const { project, located } = await chosen(ports.files, invocation.migration);
    if (invocation.migration === null) output.status(`Newest migration: ${visible(relative(project.root, located.folder.path))}/${visible(located.migration.id)}`);
    const report = await dryRun(ports, { project, located, overrides: new Map(), signal: stop.signal, progress: output.progress });
    output.endProgress();
    output.result(invocation.format === 'json' ? jsonDryRun(report) : prettyDryRun(report, output.terminal));
    return dryRunIsClean(report, invocation.failOn) ? 0 : 1;
  } finally {
    output.endProgress();
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
    close();
  }
}

interface Chosen {
  readonly project: Project;
  readonly located: Located;
}

/** The migration that a word means: a path that exists is taken as one, a folder stands for its newest migration. */
async function chosen(files: FilePort, word: string | null): Promise<Chosen> {
  const path = absolute(word ?? '.');
  const isPath = await files.exists(path);
  const project = await openProject(files, await rootOf(files, isPath ? path : absolute('.')));
  if (word !== null && !isPath) return choose(project, word);
  if (!(await files.isDirectory(path)) || project.folders.some((folder) => isOwnFolder(folder, path))) return choose(project, path);
  return choose({ ...project, folders: project.folders.filter((folder) => within(path, folder.path) || within(folder.path, path)) }, 'newest');
}

function choose(project: Project, query: string): Chosen {
  return { project, located: { ...migrationNamed(project, query), side: 'up' } };
}

/** True for the folder of one migration, as Prisma has them. */
function isOwnFolder(folder: MigrationFolder, path: string): boolean {
  return path !== folder.path && folder.migrations.filter((migration) => parent(migration.up.path) === path).length === 1;
}
