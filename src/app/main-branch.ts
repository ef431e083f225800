import { gitText, namesIn, type GitPlace } from './git.ts';
import { join } from './paths.ts';
import type { ProcessPort } from './ports.ts';
import type { MigrationFolder } from './project.ts';

/** What git tells of a folder and the main branch. Every answer is null where git does not know: no repository, no git, no such branch. */
export interface MainBranch {
  /** As git is asked for it: `origin/main`. */
  readonly name: string;
  /** Absolute paths of the folder's files on it. */
  readonly files: ReadonlySet<string>;
}

export interface Asking {
  readonly folder: Pick<MigrationFolder, 'path' | 'config'>;
  readonly signal: AbortSignal;
}

/** Null when git knows no main branch here. Rejects with a UserError when cancelled. */
export async function readMainBranch(processes: ProcessPort, asking: Asking): Promise<MainBranch | null> {
  const name = await mainBranchName(processes, asking);
  if (name === null) return null;
  const files = await filesAt(processes, asking, name);
  return files === null ? null : { name, files: new Set(files.map((file) => join(asking.folder.path, file))) };
}

/** What a folder was where this branch left the main one. */
export interface MergedFiles {
  readonly branch: string;
  /** The commit. */
  readonly commit: string;
  /** Names of its files then, relative to the folder. */
  readonly files: readonly string[];
  /** Texts of those that are now otherwise, or gone; null for what is no text. The others are as they were. */
  readonly changed: ReadonlyMap<string, string | null>;
}

/**
 * The files of a folder at the last commit that this branch and the main one share: what others may have run. Null when git knows no main branch
 * here, or the folder is not on it. Texts are as a checkout would write them. Rejects with a UserError when cancelled.
 */
export async function readMerged(processes: ProcessPort, asking: Asking): Promise<MergedFiles | null> {
  const branch = await mainBranchName(processes, asking);
  const place = placeOf(asking);
  const commit = branch === null ? null : await gitText(processes, place, ['merge-base', 'HEAD', branch]);
  const base = commit?.trim() ?? '';
  const files = branch === null || base === '' ? null : await filesAt(processes, asking, base);
  if (branch === null || files === null || files.length === 0) return null;
  const differing = await gitText(processes, place, ['diff', '--name-only', '--no-renames', '--no-ext-diff', '--relative', '-z', base, '--', '.']);
  if (differing === null) return null;
  const known = new Set(files);
  const changed = new Map<string, string | null>();
  for (const file of namesIn(differing).filter((name) => known.has(name))) changed.set(file, await textAt(processes, asking, { commit: base, file }));
  return { branch, commit: base, files, changed };
}

/** The text of a file of the folder at a revision (or of a stage of the index: `:2`), as a checkout would write it; null where there is none. */
export async function textAt(processes: ProcessPort, asking: Asking, { commit, file }: { readonly commit: string; readonly file: string }): Promise<string | null> {
  const text = await gitText(processes, placeOf(asking), ['cat-file', '--filters', `${commit}:./${file}`]);
  return text === null || text.includes('\0') || text.includes('\uFFFD') ? null : text.replace(/^\uFEFF/, '');
}

/** Every text that a file of the folder ever had on any branch, newest first; none where git does not know it. */
export async function formerTexts(processes: ProcessPort, asking: Asking, file: string): Promise<readonly string[]> {
  const commits = await gitText(processes, placeOf(asking), ['log', '--all', '-m', '--format=%H', '--', file]);
  const texts = new Set<string>();
  for (const commit of new Set((commits ?? '').split('\n').filter((line) => line !== ''))) {
    const text = await gitText(processes, placeOf(asking), ['show', `${commit}:./${file}`]);
    if (text !== null) texts.add(text);
  }
  return [...texts];
}

async function mainBranchName(processes: ProcessPort, asking: Asking): Promise<string | null> {
  const { mainBranch } = asking.folder.config;
  const place = placeOf(asking);
  const remote = mainBranch === null ? (await gitText(processes, place, ['symbolic-ref', '--short', 'refs/remotes/origin/HEAD']))?.trim() : undefined;
  const candidates = mainBranch === null ? [...(remote === undefined ? [] : [remote]), 'origin/main', 'origin/master', 'main', 'master'] : [mainBranch];
  for (const name of candidates) {
    if (!name.startsWith('-') && (await gitText(processes, place, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`])) !== null) return name;
  }
  return null;
}

async function filesAt(processes: ProcessPort, asking: Asking, commit: string): Promise<readonly string[] | null> {
  const files = await gitText(processes, placeOf(asking), ['ls-tree', '-r', '--name-only', '-z', commit, '--', '.']);
  return files === null ? null : namesIn(files);
}

function placeOf({ folder, signal }: Asking): GitPlace {
  return { path: folder.path, signal };
}
