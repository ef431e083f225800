import type { Finding, SqlFinding } from '../model/finding.ts';
import { shift } from '../model/span.ts';
import type { Match, Rule } from '../rules/define-rule.ts';
import type { ActiveRules } from './active-rules.ts';

/** What one rule said. */
export interface RuleMatch {
  readonly rule: Rule;
  readonly match: Match;
}

const none: readonly never[] = [];

/** A match as a finding; `offset` moves its places from the statement into the file. */
export function toFinding({ rule, match }: RuleMatch, offset: number, statement: number | null, rules: ActiveRules): SqlFinding {
  const finding: Finding = {
    rule: rule.id,
    severity: rules.severities.get(rule.id) ?? match.severity ?? rule.severity,
    message: match.message,
    span: shift(match.span, offset),
    statement,
    related: match.related?.map((each) => ({ ...each, span: shift(each.span, offset) })) ?? none,
    tags: match.tags ?? none,
    fixes: match.fixes?.map((fix) => ({ title: fix.title, edits: fix.edits.map((edit) => ({ span: shift(edit.span, offset), text: edit.text })) })) ?? none,
  };
  const placed = match.place === undefined ? finding : { ...finding, place: match.place };
  return match.relation === undefined ? placed : { ...placed, relation: match.relation };
}
