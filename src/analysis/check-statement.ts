import type { Statement } from '../model/statement.ts';
import type { ActiveRules } from './active-rules.ts';
import { notesOf } from './notes.ts';
import { holds, RecordingContext, type Answer } from './recording-context.ts';
import type { Timeline } from './timeline.ts';
import type { RuleMatch } from './to-finding.ts';

const noMatches: readonly RuleMatch[] = [];

/** What the rules say of one statement at this point of its script; as long as what they asked for is the same, what they said before. */
export function checkStatement(statement: Statement, timeline: Timeline, rules: ActiveRules): readonly RuleMatch[] {
  const interested = rules.byKind.get(statement.kind);
  if (interested === undefined) return noMatches;
  const notes = notesOf(statement);
  if (notes.memo?.rules === rules && allHold(notes.memo.answers, timeline)) return notes.memo.matches;
  const context = new RecordingContext(timeline);
  const matches: RuleMatch[] = [];
  for (const rule of interested) for (const match of rule.check(statement, context)) matches.push({ rule, match });
  notes.memo = { rules, answers: context.answers, matches: matches.length === 0 ? noMatches : matches };
  return notes.memo.matches;
}

function allHold(answers: readonly Answer[], timeline: Timeline): boolean {
  for (const answer of answers) if (!holds(answer, timeline)) return false;
  return true;
}
