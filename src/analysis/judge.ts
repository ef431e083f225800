import type { Finding } from '../model/finding.ts';
import type { Observation } from '../rules/define-rule.ts';
import { rules } from '../rules/index.generated.ts';
import type { LegTrace } from '../model/trace.ts';

/** What a dry run says of one finding of the script that the leg ran. */
export interface Judgement extends Observation {
  readonly finding: Finding;
}

const unmeasurable: Observation = { confirmation: 'not observed', evidence: 'No run can measure this.' };
const notRun: Observation = { confirmation: 'not observed', evidence: 'The script did not run.' };

/** Confirms or withdraws each finding by what the leg observed of its statement. `leg` is null when the script did not run. */
export function judge(findings: readonly Finding[], leg: LegTrace | null): readonly Judgement[] {
  const observers = new Map(rules.map((rule) => [rule.id, rule.scope === 'statement' ? rule.observe : undefined]));
  return findings.map((finding) => {
    const observe = observers.get(finding.rule);
    if (observe === undefined) return { finding, ...unmeasurable };
    const statement = leg?.statements.find((each) => each.index === finding.statement);
    return { finding, ...(statement === undefined ? notRun : observe({ relation: finding.relation ?? null }, statement)) };
  });
}
