import type { Finding, SqlFinding } from '../model/finding.ts';
import { shift } from '../model/span.ts';
import type { Match, Rule } from '../rules/define-rule.ts';
import type { Statement } from '../model/statement.ts';
import type { ActiveRules } from './active-rules.ts';

/** What one rule said. */
export interface RuleMatch {
  readonly rule: Rule;
  readonly match: Match;
  /** Null when the rule is about the script or a comment. */
  readonly statement: Statement | null;
}

const none: readonly never[] = [];

/** A match as a finding, or none where the policy is silent on its table; `offset` moves its places from the statement into the file. */
export function toFindings({ rule, match, statement: about }: RuleMatch, offset: number, statement: number | null, rules: ActiveRules): readonly SqlFinding[] {
  const judged = rules.tables === null ? { severity: rules.severities.get(rule.id) ?? match.severity ?? rule.severity, message: match.message } : rules.tables.judge(rule, match, about);
  if (judged === null) return none;
  const finding: Finding = {
    rule: rule.id,
    ...judged,
    span: shift(match.span, offset),
    statement,
    related: match.related?.map((each) => ({ ...each, span: shift(each.span, offset) })) ?? none,
    tags: match.tags ?? none,
    fixes: match.fixes?.map((fix) => ({ title: fix.title, edits: fix.edits.map((edit) => ({ span: shift(edit.span, offset), text: edit.text })) })) ?? none,
  };
  const placed = match.place === undefined ? finding : { ...finding, place: match.place };
  return [match.relation === undefined ? placed : { ...placed, relation: match.relation }];
}
