import type { MadeDown } from '../model/made-down.ts';
import type { Verdict } from '../model/report.ts';
import { count, leftoverSentence, lossSentence, remainderSentence, type VerdictWords } from './wording.ts';

/** What a person has to know before accepting a generated down; the same words in the terminal and in the editor. */
export function downWords(down: MadeDown, made: 'generated' | 'completed' = 'generated'): VerdictWords {
  const irreversible = down.statements.filter((each) => each.reason !== null);
  const reasons = irreversible.map((each) => `Line ${String(each.line)}: ${each.reason ?? ''}`);
  const seen = [...down.losses.map(lossSentence), ...down.remainders.map(remainderSentence), ...down.leftovers.map(leftoverSentence)].map((each) => `Seen in the round trip: ${each}.`);
  if (down.verdict === 'exact' && reasons.length === 0) return { tone: 'good', headline: `The ${made} down brings everything back: up, down and up again were run`, reasons: [] };
  if (down.verdict === 'exact') return { tone: 'warn', headline: `The ${made} down runs, and ${count(irreversible.length, 'statement')} cannot be undone for certain`, reasons };
  return { tone: failures.has(down.verdict) ? 'bad' : 'warn', headline: made === 'completed' && down.verdict === 'down failed' ? completedFails : headlines[down.verdict].replace('generated', made), reasons: [...reasons, ...seen] };
}

/** What of the data is kept, what to see to, and what ends that; or that it could be kept. */
export function keptWords({ kept, keepable, notKept }: MadeDown): readonly string[] {
  if (kept === null) return keepable.length === 0 ? notKept : [`What would be lost can be kept aside by another up: ${keepable.join('; ')}`];
  return [
    `Kept aside by the rewritten up: ${kept.what.join('; ')}`,
    ...notKept,
    ...kept.notes,
    ...kept.differences.map((each) => `Unlike the former up: ${leftoverSentence(each)}`),
    `When nobody will go back, a later migration runs: ${kept.end.map((sql) => `${sql};`).join(' ')}`,
  ];
}

const failures: ReadonlySet<Verdict> = new Set(['down failed', 'up again failed', 'up failed']);

const completedFails = 'With what was missing, the down still fails in the round trip. A dry run shows where; Generate Down writes the whole down anew';

const headlines: Readonly<Record<Verdict, string>> = {
  exact: 'The generated down brings everything back',
  'schema differs': 'The generated down runs, but does not restore the schema entirely',
  'data lost': 'The generated down restores the schema as far as it can be; rows or values stay gone',
  'contents differ': 'The generated down restores the schema, but leaves contents that were not there before',
  'no down': 'No statement of this up can be undone, or none has to be',
  'up failed': 'The up fails',
  'down failed': 'The generated down fails in the round trip, although each of its parts ran by itself',
  'up again failed': 'After the generated down, the up fails',
};
