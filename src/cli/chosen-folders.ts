import { within } from '../app/paths.ts';
import type { Ports } from '../app/ports.ts';
import { openProject, rootOf, type MigrationFolder, type Project } from '../app/project.ts';
import { UserError } from '../model/errors.ts';
import type { Output } from './output.ts';
import { absolute, wire } from './wire.ts';

export interface ChosenFolders {
  readonly ports: Ports;
  readonly project: Project;
  readonly folders: readonly MigrationFolder[];
  readonly signal: AbortSignal;
}

/** Runs `use` on the migration folders at, above or below a path, until it is done or Ctrl-C is pressed; nothing outlives it. */
export async function withFolders(word: string | null, output: Output, use: (chosen: ChosenFolders) => Promise<number>): Promise<number> {
  const { ports, close } = wire();
  const stop = new AbortController();
  const cancel = (): void => stop.abort();
  // Once: a second Ctrl-C ends the process at once, and its children with it.
  process.once('SIGINT', cancel).once('SIGTERM', cancel);
  try {
    const path = absolute(word ?? '.');
    if (!(await ports.files.exists(path))) throw new UserError('folder-not-found', `${path} does not exist.`, 'Name a folder of migrations, or leave it out for the whole project.');
    const project = await openProject(ports.files, await rootOf(ports.files, path));
    const folders = project.folders.filter((folder) => within(path, folder.path) || within(folder.path, path));
    return await use({ ports, project, folders, signal: stop.signal });
  } finally {
    output.endProgress();
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
    await close();
  }
}
