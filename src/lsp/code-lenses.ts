import type { CodeLens } from 'vscode-languageserver';
import type { FilePort } from '../app/ports.ts';
import type { Checks } from './checks.ts';
import type { OpenDocument } from './documents.ts';
import { otherPath } from './projects.ts';

/** "Dry Run" and "Open Down" over the first line of a migration; only for editors that have the commands. */
export async function codeLenses(document: OpenDocument, checks: Checks, files: FilePort): Promise<CodeLens[]> {
  const located = checks.live(document.path)?.places[0] ?? null;
  if (located === null) return [];
  const start = { line: 0, character: 0 };
  const range = { start, end: start };
  const lens = (title: string, command: string): CodeLens => ({ range, command: { title, command, arguments: [document.uri] } });
  const other = otherPath(located);
  const lenses = [lens('$(beaker) Dry Run', 'lockstep.dryRun')];
  if (other === null) return lenses;
  const side = located.side === 'up' ? 'Down' : 'Up';
  return [...lenses, lens((await files.exists(other)) ? `Open ${side}` : `Write the ${side}`, 'lockstep.openOtherSide')];
}
