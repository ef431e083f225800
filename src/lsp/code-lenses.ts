import type { CodeLens } from 'vscode-languageserver';
import type { LiveFile } from '../app/live-file.ts';
import { pathOfSide } from '../app/lint-input.ts';
import type { FilePort } from '../app/ports.ts';
import type { Located } from '../app/project.ts';
import type { Checks } from './checks.ts';
import type { OpenDocument } from './documents.ts';
import { otherPath } from './projects.ts';

/** "Dry Run" and "Open Down" over the first line of each script; only for editors that have the commands. */
export async function codeLenses(document: OpenDocument, checks: Checks, files: FilePort): Promise<CodeLens[]> {
  const live = checks.live(document.path);
  if (live === null) return [];
  const lenses = live.scripts.map(async ({ located, reading }) => (located === null ? [] : lensesOf(located, { document, live, files, at: reading?.span.start ?? 0 })));
  return (await Promise.all(lenses)).flat();
}

interface Over {
  readonly document: OpenDocument;
  readonly live: LiveFile;
  readonly files: FilePort;
  /** Offset of the script. */
  readonly at: number;
}

async function lensesOf(located: Located, over: Over): Promise<readonly CodeLens[]> {
  const { document, at } = over;
  const { line } = document.text.positionAt(at);
  const start = { line, character: 0 };
  const lens = (title: string, command: string): CodeLens => ({ range: { start, end: start }, command: { title, command, arguments: [document.uri, start] } });
  const other = otherPath(located);
  const run = lens('$(beaker) Dry Run', 'lockstep.dryRun');
  if (other === null) return [run];
  const side = located.side === 'up' ? 'Down' : 'Up';
  return [run, lens((await isThere(other, located, over)) ? `Open ${side}` : `Write the ${side}`, 'lockstep.openOtherSide')];
}

function isThere(other: string, { migration, side }: Located, { live, files }: Over): Promise<boolean> {
  if (other !== pathOfSide(migration, side)) return files.exists(other);
  return Promise.resolve(live.scripts.some(({ located }) => located?.migration.id === migration.id && located.side !== side));
}
