import { UserError } from '../../model/errors.ts';
import type { Session } from './target.ts';

/** How to say that a server has no files for an extension, and what to do; `where` begins the sentence: `The image postgres:17`. */
export interface Lacking {
  readonly where: string;
  readonly next: string;
}

/** Says before anything runs which extensions the server has no files for. */
export async function refuseMissingExtensions(session: Session, wanted: readonly string[], { where, next }: Lacking): Promise<void> {
  if (wanted.length === 0) return;
  const { rows } = await session.query('SELECT name FROM pg_available_extensions');
  const available = new Set(rows.map((row) => row['name']));
  const lacking = wanted.filter((name) => !available.has(name));
  if (lacking.length === 0) return;
  throw new UserError('target-lacks', `${where} has no extension ${lacking.map((name) => `"${name}"`).join(', ')}, which these migrations create.`, next);
}
