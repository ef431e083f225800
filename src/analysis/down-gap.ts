import { leftByDown, madeHere } from '../rules/support/made-here.ts';
import { lint, timelineOf, type LintInput } from './lint.ts';
import { RecordingContext } from './recording-context.ts';

/** What of an up its down leaves, counted by the things that the up makes. */
export interface DownGap {
  /** All that a down of this up has to take back. */
  readonly changes: number;
  readonly missed: readonly MissedChange[];
}

export interface MissedChange {
  /** Index of the statement of the up. */
  readonly statement: number;
  /** `the table orders` */
  readonly words: string;
}

/**
 * Says no more than the findings of the up do: what `down-incomplete` tells of, or all where `down-missing` tells of an empty down. Null when neither has
 * anything to say, because nothing is missed, a comment says that it is meant so, or the rules are off; and where there is no down at all to miss something.
 */
export function downGap(input: LintInput): DownGap | null {
  const findings = lint(input);
  const isEmpty = input.downState === 'empty' && findings.some(({ rule }) => rule === 'down-missing');
  const incomplete = new Set(findings.filter(({ rule }) => rule === 'down-incomplete').map(({ statement }) => statement));
  if (!isEmpty && incomplete.size === 0) return null;
  const missed: MissedChange[] = [];
  let changes = 0;
  const timeline = timelineOf(input);
  for (const placed of input.script.statements) {
    const { statement, index } = placed;
    const context = new RecordingContext(timeline);
    const made = madeHere(statement, context);
    const left = isEmpty ? made : incomplete.has(index) ? leftByDown(statement, context) : [];
    changes += made.length;
    missed.push(...left.map(({ words }) => ({ statement: index, words })));
    timeline.advance(placed);
  }
  return missed.length === 0 ? null : { changes, missed };
}
