import type { NewFile, NewMigration } from '../layouts/layout.ts';
import { fileName } from '../layouts/naming.ts';
import { UserError } from '../model/errors.ts';
import { generateCustom } from './drizzle-kit.ts';
import { checkName } from './names.ts';
import { join, parent } from './paths.ts';
import type { FilePort, ProcessPort } from './ports.ts';
import { reopenFolder, type MigrationFolder } from './project.ts';

export interface NewMigrationPorts {
  readonly files: FilePort;
  readonly processes: ProcessPort;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** A file that was written, and where typing starts in it (UTF-16 offset). */
export interface CreatedFile {
  readonly path: string;
  readonly cursor: number;
}

export interface CreatedMigration {
  readonly id: string;
  readonly up: CreatedFile;
  readonly down: CreatedFile | null;
}

/**
 * Writes the up and the down of the folder's next migration, with their headers. All or nothing: whatever goes
 * wrong, the folder is left as it was, to the byte. Throws `UserError`s alone.
 */
export async function newMigration(ports: NewMigrationPorts, folder: MigrationFolder, name: string): Promise<CreatedMigration> {
  // The number must be free now, not when the folder was last looked at.
  const fresh = await reopenFolder(ports.files, folder);
  const now = ports.now();
  const { verdict, reason } = checkName(fresh, name, now);
  if (verdict === 'refuse') throw new UserError('name-invalid', reason ?? 'This name cannot be used.', 'Choose another name.');
  const next = fresh.layout.next({ folder: fresh.view, name: fileName(name), now, config: fresh.config });
  const down = fresh.config.down === 'forbidden' ? null : next.down;
  await refuseExisting(ports.files, [next.up, down]);
  if (!next.upByTool) return writeAll(ports.files, next.id, { up: next.up, down, replaceUp: false });
  return generateCustom(ports, fresh, { name: fileName(name), expected: next, finish: (id) => writeAll(ports.files, id, renamed(next, { id, down, folder: fresh.path })) });
}

interface Pair {
  readonly up: NewFile;
  readonly down: NewFile | null;
  /** True when the tool wrote an up already, which gets our header. */
  readonly replaceUp: boolean;
}

/** The tool chose the id in the end: its clock may have ticked since ours. */
function renamed(next: NewMigration, { id, down, folder }: { readonly id: string; readonly down: NewFile | null; readonly folder: string }): Pair {
  const move = (file: NewFile): NewFile => {
    const text = file.text.replaceAll(next.id, id);
    return { path: join(folder, file.path.slice(folder.length + 1).replace(next.id, id)), text, cursor: text.length };
  };
  return { up: move(next.up), down: down === null ? null : move(down), replaceUp: true };
}

async function refuseExisting(files: FilePort, wanted: readonly (NewFile | null)[]): Promise<void> {
  for (const file of wanted) {
    if (file !== null && (await files.exists(file.path))) throw new UserError('file-exists', `${file.path} exists already.`, 'Choose another name, or open the existing file.');
  }
}

async function writeAll(files: FilePort, id: string, { up, down, replaceUp }: Pair): Promise<CreatedMigration> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const file of [up, ...(down === null ? [] : [down])]) {
      for (const folder of await missingFolders(files, parent(file.path))) undo.push(() => files.restore(folder, null));
      await files.write(file.path, file.text, replaceUp && file === up ? 'replace' : 'create');
      undo.push(() => files.restore(file.path, null));
    }
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
  return { id, up: { path: up.path, cursor: up.cursor }, down: down === null ? null : { path: down.path, cursor: down.cursor } };
}

/** Folders that writing will make, outermost first. */
async function missingFolders(files: FilePort, folder: string): Promise<readonly string[]> {
  if (await files.exists(folder)) return [];
  return [...(await missingFolders(files, parent(folder))), folder];
}
