import type { Author } from '../layouts/layout.ts';
import { gitText, type GitPlace } from './git.ts';
import type { ProcessPort } from './ports.ts';

/** Whom git takes the user for in a folder; null where there is no git, or nobody told it. */
export async function readAuthor(processes: ProcessPort, place: GitPlace): Promise<Author | null> {
  const setting = async (key: string): Promise<string> => (await gitText(processes, place, ['config', '--get', key]))?.trim() ?? '';
  const [name, email] = [await setting('user.name'), await setting('user.email')];
  // Without them the file gets a name that asks to be replaced.
  return name === '' || email === '' ? null : { name, email };
}
