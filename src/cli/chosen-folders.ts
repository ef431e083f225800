import { relative, within } from '../app/paths.ts';
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
  return withSession(output, async ({ ports, neon, signal }) => {
    const path = absolute(word ?? '.');
    if (!(await ports.files.exists(path))) throw new UserError('folder-not-found', `${path} does not exist.`, 'Name a folder of migrations, or leave it out for the whole project.');
    const project = await openProject(ports.files, await rootOf(ports.files, path));
    return use({ ports, neon, signal, project, folders: foldersAt(project, path) });
  });
}

/** The migration folders at, above or below a path. */
export function foldersAt({ folders }: Project, path: string): readonly MigrationFolder[] {
  return folders.filter((folder) => within(path, folder.path) || within(folder.path, path));
}

/** The one folder that is meant, where a command is about one. */
export function onlyFolder({ folders, project }: Pick<ChosenFolders, 'folders' | 'project'>): MigrationFolder {
  const [first, second] = folders.filter((folder) => folder.migrations.length > 0);
  if (first === undefined) throw new UserError('no-migrations', `No migrations were found in ${project.root}.`, 'Name the folder that holds them, or pin it with "layouts" in lockstep.config.json.');
  if (second === undefined) return first;
  throw new UserError('usage', 'There are several folders of migrations here, and this is about one.', `Name one: ${folders.map((folder) => relative(project.root, folder.path)).join(', ')}.`);
}
