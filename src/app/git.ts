import { cancelled } from '../model/errors.ts';
import type { ProcessPort } from './ports.ts';

/** Where git is asked, and until when. */
export interface GitPlace {
  /** Absolute path of a folder in the repository. */
  readonly path: string;
  readonly signal: AbortSignal;
}

/** `none`: there is no git here, no repository that it would read, or it did not answer in time. */
export type GitAnswer = { readonly kind: 'answer'; readonly text: string } | { readonly kind: 'refused'; readonly reason: string } | { readonly kind: 'none' };

/** Asks git, without a shell and for at most half a minute. Nothing is written, not even the index. Rejects with a UserError when cancelled, and for nothing else. */
export async function askGit(processes: ProcessPort, { path, signal }: GitPlace, args: readonly string[]): Promise<GitAnswer> {
  const result = await processes.run({ file: 'git', args: [...safe, ...args], cwd: path, timeout, signal, env, longestOutput }).catch(() => null);
  if (result?.ended === 'cancelled' || signal.aborted) throw cancelled();
  if (result?.ended !== 'exit' || result.exitCode === null) return { kind: 'none' };
  if (result.exitCode !== 0) return { kind: 'refused', reason: result.stderr.trim().split('\n')[0] ?? '' };
  // What was cut off is no answer.
  return result.stdout.length >= longestOutput ? { kind: 'none' } : { kind: 'answer', text: result.stdout };
}

/** The answer alone; null for whatever reason there is none. */
export async function gitText(processes: ProcessPort, place: GitPlace, args: readonly string[]): Promise<string | null> {
  const answer = await askGit(processes, place, args);
  return answer.kind === 'answer' ? answer.text : null;
}

/** Names that git gave with `-z`. */
export function namesIn(output: string): readonly string[] {
  return output.split('\0').filter((name) => name !== '');
}

const timeout = 30_000;

/** A file of migrations beyond this is nobody's to compare. */
const longestOutput = 32_000_000;

/** A folder's own configuration of git could name programs to run; those are for whoever works there to trust, not for us to start. */
const safe: readonly string[] = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false'];

/**
 * Neither locks nor questions. What a hook of git has in its environment is about the repository and the index of that hook, and relative to its
 * own folder: git finds out anew where it is.
 */
const env: Readonly<Record<string, string | undefined>> = { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined, GIT_PREFIX: undefined };
