import type { Statement } from '../model/statement.ts';
import type { ActiveRules } from './active-rules.ts';
import { RecordingContext, type Answer } from './recording-context.ts';
import type { Timeline } from './timeline.ts';
import type { RuleMatch } from './to-finding.ts';

interface Memo {
  readonly rules: ActiveRules;
  readonly answers: readonly Answer[];
  readonly matches: readonly RuleMatch[];
}

const memos = new WeakMap<Statement, Memo>();
const noMatches: readonly RuleMatch[] = [];

/** What the rules say of one statement at this point of its script; as long as what they asked for is the same, what they said before. */
export function checkStatement(statement: Statement, timeline: Timeline, rules: ActiveRules): readonly RuleMatch[] {
  const interested = rules.byKind.get(statement.kind);
  if (interested === undefined) return noMatches;
  const memo = memos.get(statement);
  if (memo !== undefined && memo.rules === rules && hold(memo.answers, timeline)) return memo.matches;
  const context = new RecordingContext(timeline);
  const matches: RuleMatch[] = [];
  for (const rule of interested) for (const match of rule.check(statement, context)) matches.push({ rule, match });
  memos.set(statement, { rules, answers: context.answers, matches: matches.length === 0 ? noMatches : matches });
  return matches;
}

function hold(answers: readonly Answer[], timeline: Timeline): boolean {
  for (const answer of answers) if (!answer.holds(timeline)) return false;
  return true;
}
