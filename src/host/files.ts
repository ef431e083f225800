import { randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { link, mkdir, readdir, readFile, realpath, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FilePort, Survey } from '../app/ports.ts';
import { UserError } from '../model/errors.ts';

/** Folders that hold copies and other people's files: no migration is written there by hand. */
const leftOut = new Set(['node_modules', 'dist', 'build', 'target', 'coverage']);

/** The file system of this machine. */
export const nodeFiles: FilePort = {
  async read(path) {
    const bytes = await readBytes(path);
    return bytes === null ? null : decode(bytes);
  },
  readBytes,
  exists: async (path) => (await kindOf(path)) !== null,
  isDirectory: async (path) => (await kindOf(path)) === 'folder',
  list: async (folder, depth) => (await survey(folder, depth)).files,
  survey,
  async write(path, text, mode) {
    await attempt(path, () => writeBeside(path, text, mode));
  },
  async restore(path, bytes) {
    await attempt(path, () => (bytes === null ? remove(path) : writeBeside(path, bytes, 'replace')));
  },
};

async function survey(folder: string, depth: number): Promise<Survey> {
  const [found, closed]: [string[], string[]] = [[], []];
  await collect({ folder, prefix: '', depth, found, closed, above: [await resolved(folder)] });
  return { files: found.sort(), closed: closed.sort() };
}

async function readBytes(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch {
    return null;
  }
}

/** Text of the bytes, or null when they are not UTF-8 or hold a NUL, which no PostgreSQL script can. */
function decode(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch {
    return null;
  }
}

interface Walk {
  readonly folder: string;
  readonly prefix: string;
  readonly depth: number;
  readonly found: string[];
  readonly closed: string[];
  /** Real paths of the folders on the way here: a link to one of them leads back. */
  readonly above: readonly string[];
}

async function collect(walk: Walk): Promise<void> {
  const below: Promise<void>[] = [];
  for (const entry of await entriesOf(walk)) {
    if (entry.name.startsWith('.') || leftOut.has(entry.name)) continue;
    const path = join(walk.folder, entry.name);
    // A link that leads nowhere is a file that cannot be read: whoever comes by its name has to know.
    const kind = entry.isSymbolicLink() ? ((await kindOf(path)) ?? 'file') : entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : null;
    if (kind === 'file') walk.found.push(walk.prefix + entry.name);
    if (kind !== 'folder' || walk.depth <= 0) continue;
    const real = entry.isSymbolicLink() ? await resolved(path) : join(walk.above.at(-1) ?? walk.folder, entry.name);
    if (walk.above.includes(real)) continue;
    below.push(collect({ ...walk, folder: path, prefix: `${walk.prefix}${entry.name}/`, depth: walk.depth - 1, above: [...walk.above, real] }));
  }
  await Promise.all(below);
}

async function entriesOf({ folder, prefix, closed }: Walk): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const code = codeOf(error);
    // What is not there, or is a file, is empty.
    if (code !== 'ENOENT' && code !== 'ENOTDIR') closed.push(prefix.replace(/\/$/, ''));
    return [];
  }
}

async function resolved(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}

/** The temporary file lies in the same folder, so that the last step is one rename or link: all of the text or none. */
async function writeBeside(path: string, content: string | Uint8Array, mode: 'create' | 'replace'): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, content, { flag: 'wx' });
    if (mode === 'replace') await rename(temporary, path);
    else await createFrom(temporary, path, content);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Not `mkdir({ recursive: true })`: Node never comes back from it where a file system refuses with ENOENT, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  if ((await kindOf(path)) === 'folder') return;
  await makeFolder(dirname(path));
  await mkdir(path);
}

async function createFrom(temporary: string, path: string, content: string | Uint8Array): Promise<void> {
  try {
    // Unlike a rename, a link never replaces what is there.
    await link(temporary, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw error;
    // File systems without hard links (exFAT, some network shares).
    await writeFile(path, content, { flag: 'wx' });
  }
}

async function remove(path: string): Promise<void> {
  if ((await kindOf(path)) !== 'folder') {
    await rm(path, { force: true });
    return;
  }
  try {
    await rmdir(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  }
}

async function attempt(path: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' && (await kindOf(path)) !== null) throw new UserError('file-exists', `${path} exists already.`, 'Choose another name, or open the existing file.');
    if (code === null) throw error;
    throw new UserError('file-not-writable', `${path} cannot be written (${code}).`, reasons[code] ?? 'Check the folder’s permissions and free space, then try again.');
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'Allow writing to its folder, then try again.',
  EPERM: 'Allow writing to its folder, then try again.',
  EROFS: 'The disk is mounted read-only: work on a writable copy.',
  ENOSPC: 'The disk is full: free some space, then try again.',
  EEXIST: 'Part of its path is a file, not a folder: move that file away.',
  ENOENT: 'Its file system takes no new files: choose another folder.',
  ENOTDIR: 'Part of its path is a file, not a folder: move that file away.',
  ENAMETOOLONG: 'Choose a shorter name.',
};

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
