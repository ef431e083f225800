import type { Statement } from '../model/statement.ts';
import type { ActiveRules } from './active-rules.ts';
import { notesOf, type Memo } from './notes.ts';
import { holds, RecordingContext } from './recording-context.ts';
import type { Timeline } from './timeline.ts';
import type { RuleMatch } from './to-finding.ts';

const noMatches: readonly RuleMatch[] = [];

/** What the rules say of one statement at this point of its script; as long as what they asked for is the same, what they said before. Null when no rule looks at it. */
export function checkStatement(statement: Statement, timeline: Timeline, rules: ActiveRules): Memo | null {
  if (!rules.byKind.has(statement.kind)) return null;
  const notes = notesOf(statement);
  if (notes.memo === null || !stillHolds(notes.memo, timeline, rules)) notes.memo = check(statement, timeline, rules);
  return notes.memo;
}

function stillHolds(memo: Memo, timeline: Timeline, rules: ActiveRules): boolean {
  if (memo.rules !== rules || (memo.place !== null && memo.place !== timeline.place)) return false;
  for (const answer of memo.answers) if (!holds(answer, timeline)) return false;
  return true;
}

function check(statement: Statement, timeline: Timeline, rules: ActiveRules): Memo {
  const context = new RecordingContext(timeline);
  const matches: RuleMatch[] = [];
  for (const rule of rules.byKind.get(statement.kind) ?? []) for (const match of rule.check(statement, context)) matches.push({ rule, match, statement });
  return { rules, answers: context.answers, place: context.place, matches: matches.length === 0 ? noMatches : matches };
}
