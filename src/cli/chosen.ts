import type { DryRunRequest } from '../app/dry-run.ts';
import { parent, relative } from '../app/paths.ts';
import type { FilePort, Ports } from '../app/ports.ts';
import { migrationNamed, openProject, rootOf, type Located, type MigrationFolder, type Project } from '../app/project.ts';
import { visible } from '../report/display.ts';
import { foldersAt } from './chosen-folders.ts';
import type { Output } from './output.ts';
import { withSession } from './session.ts';
import { absolute } from './wire.ts';

export interface ChosenRun extends DryRunRequest {
  readonly ports: Ports;
}

/** Finds the migration that a word means and runs `use` on it. */
export function withMigration(word: string | null, output: Output, use: (run: ChosenRun) => Promise<number>): Promise<number> {
  return withSession(output, async ({ ports, signal }) => {
    const { project, located } = await chosen(ports.files, word);
    if (word === null) output.status(`Newest migration: ${visible(relative(project.root, located.folder.path))}/${visible(located.migration.id)}`);
    return use({ ports, project, located, overrides: new Map(), signal, progress: output.progress });
  });
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
  if (word !== null && !isPath) return choose(near(project, absolute('.')), word);
  if (!(await files.isDirectory(path)) || project.folders.some((folder) => isOwnFolder(folder, path))) return choose(project, path);
  return choose({ ...project, folders: foldersAt(project, path) }, 'newest');
}

/** In a monorepo a number means the migration of the package one stands in; outside all of them, any. */
function near(project: Project, path: string): Project {
  const folders = foldersAt(project, path);
  return folders.length === 0 ? project : { ...project, folders };
}

function choose(project: Project, query: string): Chosen {
  return { project, located: { ...migrationNamed(project, query), side: 'up' } };
}

/** True for the folder of one migration, as Prisma has them. */
function isOwnFolder(folder: MigrationFolder, path: string): boolean {
  return path !== folder.path && folder.migrations.filter((migration) => parent(migration.up.path) === path).length === 1;
}
