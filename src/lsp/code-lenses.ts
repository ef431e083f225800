import type { CodeLens } from 'vscode-languageserver';
import { gapOf, type LiveFile } from '../app/live-file.ts';
import { pathOfSide } from '../app/lint-input.ts';
import type { DownGap, LiveScript } from '../app/live-script.ts';
import type { FilePort } from '../app/ports.ts';
import type { Located } from '../app/project.ts';
import type { Checks } from './checks.ts';
import type { OpenDocument } from './documents.ts';
import { otherPath } from './projects.ts';

/** "Dry Run", "Open Down" and what the down misses, over the first line of each script; only for editors that have the commands. */
export async function codeLenses(document: OpenDocument, checks: Checks, files: FilePort): Promise<CodeLens[]> {
  const live = checks.live(document.path);
  if (live === null) return [];
  const lenses = live.scripts.map(async (script) => (script.located === null ? [] : lensesOf(script.located, { document, live, files, checks, script })));
  return (await Promise.all(lenses)).flat();
}

/** What the lenses of a document say of the downs of its migrations; empty where none misses anything. */
export function gapWords(path: string, checks: Checks): string {
  const live = checks.live(path);
  return live === null ? '' : live.scripts.map((script) => { const gap = gapOf(live, script, checks.surroundingsOf(path)); return gap === null ? '' : gapTitle(gap); }).join('\n');
}

interface Over {
  readonly document: OpenDocument;
  readonly live: LiveFile;
  readonly files: FilePort;
  readonly checks: Checks;
  readonly script: LiveScript;
}

async function lensesOf(located: Located, over: Over): Promise<readonly CodeLens[]> {
  const { document, script } = over;
  const { line } = document.text.positionAt(script.reading?.span.start ?? 0);
  const start = { line, character: 0 };
  const lens = (title: string, command: string, tooltip?: string): CodeLens => ({ range: { start, end: start }, command: { title, command, arguments: [document.uri, start], ...(tooltip === undefined ? {} : { tooltip }) } });
  const other = otherPath(located);
  const run = lens('$(beaker) Dry Run', 'lockstep.dryRun');
  if (other === null) return [run];
  const side = located.side === 'up' ? 'Down' : 'Up';
  const open = lens((await isThere(other, located, over)) ? `Open ${side}` : `Write the ${side}`, 'lockstep.openOtherSide');
  const gap = gapOf(over.live, script, over.checks.surroundingsOf(document.path));
  return gap === null ? [run, open] : [run, open, lens(`$(warning) ${gapTitle(gap)}`, 'lockstep.completeDown', gapDetails(gap))];
}

/** "Down misses 2 of 5 changes". That nothing is missed is not said: words promise what only a dry run can prove. */
function gapTitle({ changes, missed: { length: missed } }: DownGap): string {
  if (missed < changes) return `Down misses ${String(missed)} of ${String(changes)} changes`;
  return changes === 1 ? 'Down misses the only change' : `Down misses all ${String(changes)} changes`;
}

const mostNamed = 8;

function gapDetails({ missed }: DownGap): string {
  const names = missed.map(({ words }) => words);
  const named = names.length > mostNamed ? [...names.slice(0, mostNamed - 1), `${String(names.length - mostNamed + 1)} more`] : names;
  return `Nothing in the down takes back ${named.join(', ')}. Click to see it with what is missing; nothing is written before you apply it.`;
}

function isThere(other: string, { migration, side }: Located, { live, files }: Over): Promise<boolean> {
  if (other !== pathOfSide(migration, side)) return files.exists(other);
  return Promise.resolve(live.scripts.some(({ located }) => located?.migration.id === migration.id && located.side !== side));
}
