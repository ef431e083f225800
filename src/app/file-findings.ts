import type { Finding } from '../model/finding.ts';
import type { Span } from '../model/span.ts';
import { rules } from '../rules/index.generated.ts';
import type { LiveScript } from './live-script.ts';

/** What the rules say of one of the scripts of a file. */
export interface CheckedScript {
  readonly live: LiveScript;
  readonly findings: readonly Finding[];
}

const aboutComments = new Set(rules.filter((rule) => rule.scope === 'suppression').map((rule) => rule.id));

/**
 * The findings of each script of one file. A comment at the head of the file is read with each of them: it is unused only where none has use for it,
 * and what is wrong with it is said once.
 */
export function inOneFile(checked: readonly CheckedScript[]): readonly (readonly Finding[])[] {
  if (checked.length < 2) return checked.map(({ findings }) => findings);
  return checked.map((own, index) => own.findings.filter((finding) => (aboutComments.has(finding.rule) ? isSaidHere(finding, checked, index) : !isSaidBefore(finding, checked.slice(0, index)))));
}

/** What stands in a part of the file that both sides use, a constant or a line that cannot be parsed. */
function isSaidBefore(finding: Finding, before: readonly CheckedScript[]): boolean {
  return before.some(({ findings }) => findings.some((each) => each.rule === finding.rule && each.span.start === finding.span.start && each.span.end === finding.span.end && each.message === finding.message));
}

function isSaidHere(finding: Finding, checked: readonly CheckedScript[], index: number): boolean {
  return checked.every(({ live, findings }, at) => {
    if (at === index || !reads(live, finding.span)) return true;
    return at > index && findings.some((each) => each.rule === finding.rule && each.span.start === finding.span.start && each.message === finding.message);
  });
}

/** Whether a script is read with the comment that stands there. */
function reads({ script }: LiveScript, { start, end }: Span): boolean {
  return script.text.slice(start, end).trim() !== '';
}
