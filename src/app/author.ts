import type { Author } from '../layouts/layout.ts';
import type { ProcessPort } from './ports.ts';

/** Whom git takes the user for in a folder; null where there is no git, or nobody told it. */
export async function readAuthor(processes: ProcessPort, cwd: string, signal: AbortSignal): Promise<Author | null> {
  const [name, email] = await Promise.all(['user.name', 'user.email'].map((key) => setting(processes, { key, cwd, signal })));
  return name == null || email == null ? null : { name, email };
}

async function setting(processes: ProcessPort, { key, cwd, signal }: { readonly key: string; readonly cwd: string; readonly signal: AbortSignal }): Promise<string | null> {
  try {
    const { ended, exitCode, stdout } = await processes.run({ file: 'git', args: ['config', '--get', key], cwd, timeout: 10_000, signal });
    const value = stdout.trim();
    return ended === 'exit' && exitCode === 0 && value !== '' ? value : null;
  } catch {
    // No git on this machine: the file gets a name that asks to be replaced.
    return null;
  }
}
