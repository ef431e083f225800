import { newMigration } from '../../app/new-migration.ts';
import { relative } from '../../app/paths.ts';
import { openFolderAt, type MigrationFolder } from '../../app/project.ts';
import { visible } from '../../report/display.ts';
import type { NewInvocation } from '../arguments.ts';
import { onlyFolder, withFolders, type ChosenFolders } from '../chosen-folders.ts';
import type { Output } from '../output.ts';
import { absolute } from '../wire.ts';

/** `lockstep new`: writes the next migration and tells its files, one line each. */
export function newCommand(invocation: NewInvocation, output: Output): Promise<number> {
  return withFolders(invocation.path, output, async (chosen) => {
    const { ports, signal, project } = chosen;
    const folder = await folderOf(chosen, invocation.path);
    const { id, up, down } = await newMigration({ ...ports, signal }, folder, invocation.name);
    const paths = [...new Set([up.path, ...(down === null ? [] : [down.path])])];
    if (invocation.format === 'json') output.result(`${JSON.stringify({ version: 1, kind: 'new', id, layout: folder.layout.id, up: up.path, down: down?.path ?? null }, null, 2)}\n`);
    else output.result(paths.map((path) => `${visible(relative(project.root, path))}\n`).join(''));
    return 0;
  });
}

/** A folder that is named may be empty still. */
function folderOf(chosen: ChosenFolders, path: string | null): Promise<MigrationFolder> | MigrationFolder {
  if (path === null) return onlyFolder(chosen);
  const named = chosen.folders.find((folder) => folder.path === absolute(path));
  return named ?? (chosen.folders.length > 0 ? onlyFolder(chosen) : openFolderAt(chosen.ports.files, chosen.project, absolute(path)));
}
