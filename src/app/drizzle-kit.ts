import type { NewMigration } from '../layouts/layout.ts';
import { journalFile, readJournal } from '../layouts/drizzle-journal.ts';
import { UserError } from '../model/errors.ts';
import { drizzleConfig } from './neighbours.ts';
import type { CreatedMigration, NewMigrationPorts } from './new-migration.ts';
import { baseName, join, parent, within } from './paths.ts';
import type { FilePort, ProcessResult } from './ports.ts';
import { reopenFolder, type MigrationFolder } from './project.ts';

/** drizzle-kit loads the whole schema first; a large one on a slow disk takes a while. */
export const kitTimeout = 60_000;

export interface Generation {
  readonly name: string;
  readonly expected: NewMigration;
  /** Writes header and down for the id that drizzle-kit chose. */
  readonly finish: (id: string) => Promise<CreatedMigration>;
}

/**
 * Lets the workspace's own `drizzle-kit generate --custom` make the migration, so that journal and snapshot are its own,
 * then finishes it. When anything fails, every file that drizzle-kit wrote is put back to the byte.
 */
export async function generateCustom(ports: NewMigrationPorts, folder: MigrationFolder, generation: Generation): Promise<CreatedMigration> {
  const { files } = ports;
  refuseBrokenJournal(folder);
  await refuseStraySnapshot(files, folder, generation.expected.id);
  const config = await findConfig(files, folder.path);
  const kit = await findKit(files, parent(config));
  const before = await capture(files, [parent(config), folder.path]);
  try {
    const result = await ports.processes.run({
      file: 'node',
      args: [kit, 'generate', '--custom', `--name=${generation.name}`, `--config=${baseName(config)}`],
      cwd: parent(config),
      timeout: kitTimeout,
      signal: ports.signal,
    });
    const id = await verify(files, folder, { result, config });
    return await generation.finish(id);
  } catch (error) {
    await putBack(files, before);
    throw error;
  }
}

/** A folder without a journal is new: drizzle-kit begins one. */
function refuseBrokenJournal(folder: MigrationFolder): void {
  if (!folder.view.files.includes(journalFile)) return;
  const journal = readJournal(folder.view);
  const [problem] = journal.entries === null ? journal.problems : [];
  if (problem !== undefined) throw new UserError('layout-broken', problem.message, problem.next);
}

/** drizzle-kit would overwrite it without a word. */
async function refuseStraySnapshot(files: FilePort, folder: MigrationFolder, id: string): Promise<void> {
  const path = join(folder.path, `meta/${id.slice(0, id.indexOf('_'))}_snapshot.json`);
  if (!(await files.exists(path))) return;
  throw new UserError('layout-broken', `${path} exists, but the journal has no migration of that number.`, 'Restore the journal’s entry, or remove the snapshot, then try again.');
}

/** The drizzle.config file at or above a folder. */
export async function findConfig(files: FilePort, folder: string): Promise<string> {
  const found = await drizzleConfig(files, folder);
  if (found !== null) return found.path;
  throw new UserError('tool-missing', `No drizzle.config file was found at or above ${folder}.`, 'Add a drizzle.config.ts with dialect, schema and out, as drizzle-kit needs it.');
}

/** The program itself rather than the link in `.bin`: it starts alike on every system, without a shell. */
export async function findKit(files: FilePort, from: string): Promise<string> {
  for (let at = from; ; at = parent(at)) {
    const kit = join(at, 'node_modules/drizzle-kit/bin.cjs');
    if (await files.exists(kit)) return kit;
    if (parent(at) === at) break;
  }
  throw new UserError('tool-missing', `drizzle-kit is not installed for ${from}.`, `Run \`${await installCommand(files, from)}\` in ${from}, then try again.`);
}

const installCommands: readonly (readonly [lockFile: string, command: string])[] = [
  ['pnpm-lock.yaml', 'pnpm add --save-dev drizzle-kit'],
  ['yarn.lock', 'yarn add --dev drizzle-kit'],
  ['bun.lock', 'bun add --dev drizzle-kit'],
  ['bun.lockb', 'bun add --dev drizzle-kit'],
];

async function installCommand(files: FilePort, from: string): Promise<string> {
  for (let at = from; ; at = parent(at)) {
    for (const [lockFile, command] of installCommands) {
      if (await files.exists(join(at, lockFile))) return command;
    }
    if (parent(at) === at) return 'npm install --save-dev drizzle-kit';
  }
}

export interface Run {
  readonly result: ProcessResult;
  readonly config: string;
}

export function refuseFailed({ result, config }: Run): void {
  if (result.ended === 'cancelled') throw new UserError('cancelled', 'New Migration was cancelled; nothing was changed.', 'Run it again when you are ready.');
  if (result.ended === 'timeout') {
    throw new UserError('tool-failed', `drizzle-kit did not end within ${kitTimeout / 1000} seconds${said(result)}`, 'Run `drizzle-kit generate --custom` in a terminal: it may be asking a question, or the configuration keeps a connection open.');
  }
  if (result.exitCode !== 0) throw new UserError('tool-failed', `drizzle-kit failed (exit code ${result.exitCode ?? 'unknown'})${said(result)}`, `Mend what it names; its configuration is ${config}.`);
}

/** The id of the one migration that drizzle-kit added to the folder, with its file and its snapshot in place. */
async function verify(files: FilePort, folder: MigrationFolder, { result, config }: Run): Promise<string> {
  refuseFailed({ result, config });
  const known = new Set(readJournal(folder.view).entries?.map((entry) => entry.tag));
  const after = await reopenFolder(files, folder);
  const [added, more] = (readJournal(after.view).entries ?? []).filter((entry) => !known.has(entry.tag));
  if (added === undefined) {
    throw new UserError('tool-failed', `drizzle-kit added nothing to ${folder.path}${said(result)}`, `Check that "out" in ${config} is this folder.`);
  }
  const prefix = added.tag.slice(0, added.tag.indexOf('_'));
  if (more !== undefined || !after.view.files.includes(`${added.tag}.sql`) || !(await files.exists(join(folder.path, `meta/${prefix}_snapshot.json`)))) {
    throw new UserError('tool-failed', `drizzle-kit left journal, file and snapshot of ${added.tag} out of step${said(result)}`, 'Run `drizzle-kit check` and mend what it names.');
  }
  return added.tag;
}

/** The last of what the program said, without colours. */
export function said({ stdout, stderr }: ProcessResult): string {
  const plain = `${stdout}\n${stderr}`.replaceAll(/\u001B\[[0-9;]*[A-Za-z]/g, '');
  const lines = plain.split('\n').map((line) => line.trimEnd()).filter((line) => line !== '' && !/^\s+at /.test(line));
  return lines.length === 0 ? '.' : `:\n${lines.slice(-8).join('\n')}`;
}

/** Drizzle's files as they are before drizzle-kit runs. */
interface Captured {
  readonly folders: readonly string[];
  readonly paths: ReadonlySet<string>;
  readonly journals: ReadonlyMap<string, Uint8Array | null>;
}

const depth = 8;

async function capture(files: FilePort, folders: readonly string[]): Promise<Captured> {
  // The folder may lie where the search from the configuration does not go.
  const paths = new Set(await listAll(files, folders));
  const journals = [...paths].filter((path) => path.endsWith(`/${journalFile}`));
  return { folders, paths, journals: new Map(await Promise.all(journals.map(async (path) => [path, await files.readBytes(path)] as const))) };
}

/** Journals as they were; what lies beside a journal and was not there before goes. Also in another folder, if `out` led there. */
async function putBack(files: FilePort, before: Captured): Promise<void> {
  const after = await listAll(files, before.folders);
  const homes = after.filter((path) => path.endsWith(`/${journalFile}`)).map((path) => parent(parent(path)));
  const made = after.filter((path) => !before.paths.has(path) && homes.some((home) => parent(path) === home || parent(path) === join(home, 'meta')));
  for (const path of made) await files.restore(path, null);
  for (const [path, bytes] of before.journals) {
    if (!same(bytes, await files.readBytes(path))) await files.restore(path, bytes);
  }
  const deserted = homes.filter((home) => !before.folders.includes(home) && ![...before.paths].some((path) => within(home, path)));
  for (const home of homes.filter((each) => !before.journals.has(join(each, journalFile)))) await files.restore(join(home, 'meta'), null);
  for (const home of deserted) await files.restore(home, null);
}

function same(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a !== null && b !== null ? a.length === b.length && a.every((byte, index) => byte === b[index]) : a === b;
}

async function listAll(files: FilePort, folders: readonly string[]): Promise<readonly string[]> {
  const listed = await Promise.all(folders.map(async (folder) => (await files.list(folder, depth)).map((path) => join(folder, path))));
  return [...new Set(listed.flat())];
}
