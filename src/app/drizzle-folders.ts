import { UserError } from '../model/errors.ts';
import { findConfig, findKit, kitTimeout, refuseFailed, said, type Generation } from './drizzle-kit.ts';
import type { CreatedMigration, NewMigrationPorts } from './new-migration.ts';
import { baseName, join, parent } from './paths.ts';
import type { FilePort } from './ports.ts';
import { reopenFolder, type MigrationFolder } from './project.ts';

/**
 * Lets the workspace's own drizzle-kit 1.0 make the folder with its snapshot, then finishes it. When anything fails, what drizzle-kit made goes;
 * it changes no file that was there before.
 */
export async function generateFolder({ files, processes, signal }: NewMigrationPorts, folder: MigrationFolder, { name, finish }: Generation): Promise<CreatedMigration> {
  const config = await findConfig(files, folder.path);
  const cwd = parent(config);
  const kit = await findKit(files, cwd);
  const homes = [...new Set([cwd, folder.path])];
  const before = new Set(await madeBelow(files, homes));
  try {
    const result = await processes.run({ file: 'node', args: [kit, 'generate', '--custom', `--name=${name}`, `--config=${baseName(config)}`], cwd, timeout: kitTimeout, signal });
    refuseFailed({ result, config });
    const known = new Set(folder.migrations.map(({ id }) => id));
    const after = await reopenFolder(files, folder);
    const [added, more] = after.migrations.filter(({ id }) => !known.has(id));
    if (added === undefined) throw new UserError('tool-failed', `drizzle-kit added nothing to ${folder.path}${said(result)}`, `Check that "out" in ${config} is this folder, and that drizzle-kit is of version 1.`);
    if (more !== undefined || !after.view.files.includes(`${added.id}/snapshot.json`)) throw new UserError('tool-failed', `drizzle-kit left ${added.id} without its snapshot${said(result)}`, 'Run `drizzle-kit check` and mend what it names.');
    return await finish(added.id);
  } catch (error) {
    const made = (await madeBelow(files, homes)).filter((path) => !before.has(path));
    for (const path of [...made, ...new Set(made.map(parent))]) await files.restore(path, null);
    for (const home of new Set(made.map((path) => parent(parent(path))))) if (!homes.includes(home) && (await files.list(home, 0)).length === 0) await files.restore(home, null);
    throw error;
  }
}

/** Files that drizzle-kit 1.0 makes, wherever `out` leads. */
async function madeBelow(files: FilePort, homes: readonly string[]): Promise<readonly string[]> {
  const listed = await Promise.all(homes.map(async (home) => (await files.list(home, 8)).map((path) => join(home, path))));
  return [...new Set(listed.flat())].filter((path) => /\/\d{14}_[^/]+\/(migration\.sql|snapshot\.json)$/.test(path));
}
