import { within } from '../app/paths.ts';
import { openProject, rootOf, type MigrationFolder, type Project } from '../app/project.ts';
import { UserError } from '../model/errors.ts';
import type { Output } from './output.ts';
import { withSession, type CommandSession } from './session.ts';
import { absolute } from './wire.ts';

export interface ChosenFolders extends CommandSession {
  readonly project: Project;
  readonly folders: readonly MigrationFolder[];
}

/** Runs `use` on the migration folders at, above or below a path. */
export function withFolders(word: string | null, output: Output, use: (chosen: ChosenFolders) => Promise<number>): Promise<number> {
  return withSession(output, async ({ ports, signal }) => {
    const path = absolute(word ?? '.');
    if (!(await ports.files.exists(path))) throw new UserError('folder-not-found', `${path} does not exist.`, 'Name a folder of migrations, or leave it out for the whole project.');
    const project = await openProject(ports.files, await rootOf(ports.files, path));
    return use({ ports, signal, project, folders: foldersAt(project, path) });
  });
}

/** The migration folders at, above or below a path. */
export function foldersAt({ folders }: Project, path: string): readonly MigrationFolder[] {
  return folders.filter((folder) => within(path, folder.path) || within(folder.path, path));
}
