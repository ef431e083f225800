import { cancelled } from '../model/errors.ts';
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

interface Asking {
  readonly folder: Pick<MigrationFolder, 'path' | 'config'>;
  readonly signal: AbortSignal;
}

/** Null when git knows no main branch here. Rejects with a UserError when cancelled. */
export async function readMainBranch(processes: ProcessPort, asking: Asking): Promise<MainBranch | null> {
  const name = await mainBranchName(processes, asking);
  if (name === null) return null;
  const files = await git(processes, asking, ['ls-tree', '-r', '--name-only', '-z', name, '--', '.']);
  return files === null ? null : { name, files: new Set(paths(files, asking.folder.path)) };
}

/** Every text that a file of the folder ever had on any branch, newest first; none where git does not know it. */
export async function formerTexts(processes: ProcessPort, asking: Asking, file: string): Promise<readonly string[]> {
  const commits = await git(processes, asking, ['log', '--all', '-m', '--format=%H', '--', file]);
  const texts = new Set<string>();
  for (const commit of new Set((commits ?? '').split('\n').filter((line) => line !== ''))) {
    const text = await git(processes, asking, ['show', `${commit}:./${file}`]);
    if (text !== null) texts.add(text);
  }
  return [...texts];
}

async function mainBranchName(processes: ProcessPort, asking: Asking): Promise<string | null> {
  const { mainBranch } = asking.folder.config;
  const remote = mainBranch === null ? (await git(processes, asking, ['symbolic-ref', '--short', 'refs/remotes/origin/HEAD']))?.trim() : undefined;
  const candidates = mainBranch === null ? [...(remote === undefined ? [] : [remote]), 'origin/main', 'origin/master', 'main', 'master'] : [mainBranch];
  for (const name of candidates) {
    if (!name.startsWith('-') && (await git(processes, asking, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`])) !== null) return name;
  }
  return null;
}

async function git(processes: ProcessPort, { folder, signal }: Asking, args: readonly string[]): Promise<string | null> {
  // A folder's own configuration of git could name programs to run; those are for whoever works there to trust, not for us to start.
  const safe = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false'];
  const result = await processes.run({ file: 'git', args: [...safe, ...args], cwd: folder.path, timeout: 30_000, signal, env: { GIT_OPTIONAL_LOCKS: '0' } }).catch(() => null);
  if (result?.ended === 'cancelled') throw cancelled();
  return result?.exitCode === 0 ? result.stdout : null;
}

function paths(output: string, folder: string): readonly string[] {
  return output.split('\0').filter((name) => name !== '').map((name) => join(folder, name));
}
