import { UserError } from '../model/errors.ts';
import { askGit, namesIn } from './git.ts';
import { join } from './paths.ts';
import type { ProcessPort } from './ports.ts';
import type { MigrationFolder } from './project.ts';

export interface ChangedRequest {
  readonly folder: MigrationFolder;
  /** A git revision: a branch, a tag, a commit. */
  readonly since: string;
  readonly signal: AbortSignal;
}

/** Ids of the migrations of a folder that git calls new or changed since a revision, files that it does not know yet included. */
export async function changedSince(processes: ProcessPort, { folder, since, signal }: ChangedRequest): Promise<ReadonlySet<string>> {
  if (since.startsWith('-')) throw unknown(since, 'A revision does not begin with a dash.');
  const git = async (...args: readonly string[]): Promise<readonly string[]> => {
    const answer = await askGit(processes, { path: folder.path, signal }, args);
    if (answer.kind !== 'answer') throw unknown(since, answer.kind === 'refused' ? answer.reason : 'git is missing, or did not answer.');
    return namesIn(answer.text).map((name) => join(folder.path, name));
  };
  const changed = await git('diff', '--name-only', '--relative', '-z', since, '--', '.');
  const untracked = await git('ls-files', '--others', '--exclude-standard', '-z', '--', '.');
  const paths = new Set([...changed, ...untracked]);
  return new Set(folder.migrations.filter(({ up, down }) => paths.has(up.path) || (down !== null && paths.has(down.path))).map((migration) => migration.id));
}

function unknown(since: string, why: string): UserError {
  return new UserError('usage', `git cannot tell what changed since “${since}”: ${why}`, 'Name a branch, a tag or a commit of this repository; in CI, fetch it first.');
}
