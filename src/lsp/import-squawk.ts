import type { ImportSquawkAnswer, ImportSquawkParams } from '../app/editor-protocol.ts';
import { parent } from '../app/paths.ts';
import type { FilePort } from '../app/ports.ts';
import { importSquawk } from '../app/squawk.ts';
import { UserError } from '../model/errors.ts';
import { pathOf } from './documents.ts';
import type { Projects } from './projects.ts';

/** Writes what a `.squawk.toml` means into a configuration beside it. */
export async function importForProject({ projects, files }: { readonly projects: Projects; readonly files: FilePort }, { uri }: ImportSquawkParams): Promise<ImportSquawkAnswer> {
  const path = uri === null ? null : pathOf(uri);
  const folder = path === null ? projects.roots[0] : parent(path);
  if (folder === undefined) throw new UserError('folder-not-found', 'No folder is open to import into.', 'Open the folder of the project first.');
  return { kind: 'imported', ...(await importSquawk(files, folder)) };
}
