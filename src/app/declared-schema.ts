import { UserError } from '../model/errors.ts';
import { findConfig, findKit, kitTimeout, said } from './drizzle-kit.ts';
import { baseName, parent } from './paths.ts';
import type { Ports } from './ports.ts';
import type { MigrationFolder } from './project.ts';

/** The DDL of everything that the schema files declare, by the workspace's own `drizzle-kit export`, which writes no file. */
export async function declaredSql({ files, processes }: Pick<Ports, 'files' | 'processes'>, folder: MigrationFolder, signal: AbortSignal): Promise<string> {
  if (folder.layout.id !== 'drizzle' && folder.layout.id !== 'drizzle-1') {
    throw new UserError('tool-missing', `${folder.path} is a folder of ${folder.layout.title}, which declares no schema that Lockstep can read.`, 'The declared schema is compared for Drizzle; a server for every layout: lockstep drift --url-env <name>.');
  }
  const config = await findConfig(files, folder.path);
  const kit = await findKit(files, parent(config));
  const result = await processes.run({ file: 'node', args: [kit, 'export', `--config=${baseName(config)}`], cwd: parent(config), timeout: kitTimeout, signal });
  if (result.ended === 'cancelled') throw new UserError('cancelled', 'The comparison was cancelled.', 'Start it again when you like.');
  if (result.ended === 'timeout') throw new UserError('tool-failed', `drizzle-kit did not end within ${String(kitTimeout / 1000)} seconds${said(result)}`, 'Run `drizzle-kit export` in a terminal: the configuration may keep a connection open.');
  if (result.exitCode !== 0) throw new UserError('tool-failed', `drizzle-kit export failed (exit code ${String(result.exitCode ?? 'unknown')})${said(result)}`, `Mend what it names; its configuration is ${config}. It takes drizzle-kit 0.27 or newer.`);
  return result.stdout;
}
