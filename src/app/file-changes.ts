import { UserError } from '../model/errors.ts';
import type { FileChange } from '../model/file-change.ts';
import { parent } from './paths.ts';
import type { FilePort } from './ports.ts';

/**
 * Makes every change or none: whatever goes wrong, files and folders are as they were, to the byte. Refuses with `file-exists`
 * before anything is written, and rejects with what the disk said (`file-not-writable`).
 */
export async function applyChanges(files: FilePort, changes: readonly FileChange[]): Promise<void> {
  await refuseExisting(files, changes);
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const change of changes) await apply(files, change, undo);
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

/** What is to be made must not be there, unless an earlier change takes it away. */
export async function refuseExisting(files: FilePort, changes: readonly FileChange[]): Promise<void> {
  const gone = new Set<string>();
  for (const change of changes) {
    const made = change.kind === 'create' ? change.path : change.kind === 'move' ? change.to : null;
    if (made !== null && !gone.has(made) && (await files.exists(made))) throw new UserError('file-exists', `${made} exists already.`, 'Choose another name, or open the existing file.');
    if (change.kind === 'move' || change.kind === 'delete') gone.add(change.path);
    if (made !== null) gone.delete(made);
  }
}

async function apply(files: FilePort, change: FileChange, undo: (() => Promise<void>)[]): Promise<void> {
  const made = change.kind === 'move' ? change.to : change.kind === 'delete' ? null : change.path;
  if (made !== null) for (const folder of await missingFolders(files, parent(made))) undo.push(() => files.restore(folder, null));
  // A folder that something was left in stays, and comes back with its files.
  if (change.kind === 'delete' && (await files.isDirectory(change.path))) return files.restore(change.path, null);
  const before = change.kind === 'create' ? null : await files.readBytes(change.path);
  if (change.kind !== 'create' && before === null) throw new UserError('file-unreadable', `${change.path} cannot be read.`, 'Check that it exists and may be read, then try again.');
  if (change.kind === 'create') {
    await files.write(change.path, change.text, 'create');
    undo.push(() => files.restore(change.path, null));
    return;
  }
  undo.push(() => files.restore(change.path, before));
  if (change.kind === 'replace') await files.restore(change.path, bytesOf(change.text, before));
  if (change.kind === 'move') {
    await files.restore(change.to, change.text === undefined ? before : bytesOf(change.text, before));
    undo.push(() => files.restore(change.to, null));
  }
  if (change.kind !== 'replace') await files.restore(change.path, null);
}

/** A text keeps the byte order mark that stood there, which reading leaves out. */
function bytesOf(text: string, before: Uint8Array | null): Uint8Array {
  const isMarked = before?.[0] === 0xef && before[1] === 0xbb && before[2] === 0xbf;
  return new TextEncoder().encode(isMarked ? `\uFEFF${text}` : text);
}

/** Folders that writing will make, outermost first. */
async function missingFolders(files: FilePort, folder: string): Promise<readonly string[]> {
  if (await files.exists(folder)) return [];
  return [...(await missingFolders(files, parent(folder))), folder];
}
