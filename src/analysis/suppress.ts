import type { Finding, SqlFinding } from '../model/finding.ts';
import type { SuppressionContext } from '../rules/define-rule.ts';
import { rules as allRules } from '../rules/index.generated.ts';
import type { SqlScript } from '../sql/script.ts';
import type { ActiveRules } from './active-rules.ts';
import type { LintInput } from './lint.ts';
import { suppressions, type Suppression } from './suppressions.ts';
import { toFindings } from './to-finding.ts';

/** Takes out what the script's comments silence, and adds what the suppression rules say of the comments. */
export function suppress(findings: readonly SqlFinding[], input: LintInput, rules: ActiveRules): readonly SqlFinding[] {
  const comments = suppressions(input.script);
  if (comments.length === 0) return findings;
  const used = new Map<Suppression, Set<string>>(comments.map((comment) => [comment, new Set()]));
  const left = findings.filter((finding) => {
    const silencing = comments.filter((comment) => isInForce(comment, input.today) && silences(comment, finding, input.script));
    for (const comment of silencing) used.get(comment)?.add(finding.rule);
    return silencing.length === 0;
  });
  return [...left, ...comments.flatMap((comment) => judge(describe(comment, used.get(comment) ?? new Set(), input, rules), rules))];
}

function judge(comment: SuppressionContext, rules: ActiveRules): readonly Finding[] {
  return rules.suppression.flatMap((rule) => rule.check(comment).flatMap((match) => toFindings({ rule, match, statement: null }, 0, null, rules)));
}

function isInForce(comment: Suppression, today: string): boolean {
  return !comment.hasNoDay && (comment.until === null || today < comment.until);
}

function silences(comment: Suppression, finding: Finding, script: SqlScript): boolean {
  if (comment.rules.length > 0 && !comment.rules.includes(finding.rule)) return false;
  if (comment.reach === 'file') return true;
  const { start, end } = comment.reach;
  const places = [finding.span.start];
  const placed = finding.statement === null ? undefined : script.statements[finding.statement];
  if (placed !== undefined) places.push(placed.start, placed.start + placed.statement.text.length);
  return places.some((at) => at >= start && at <= end);
}

function describe(comment: Suppression, used: ReadonlySet<string>, input: LintInput, rules: ActiveRules): SuppressionContext {
  return {
    rules: comment.rules,
    reason: comment.reason,
    unknown: comment.rules.filter((id) => !allRules.some((rule) => rule.id === id)),
    // A rule that is switched off has nothing to silence; that is no fault of the comment.
    unused: comment.rules.filter((id) => rules.ids.has(id) && !used.has(id)),
    silencesNothing: used.size === 0,
    hasNoDay: comment.hasNoDay,
    expired: comment.hasNoDay || isInForce(comment, input.today) ? null : comment.until,
    span: comment.span,
  };
}
