import type { FileReport, CheckReport, DryRunReport, Verdict } from '../model/report.ts';
import type { Severity } from '../model/finding.ts';
import { isBroken } from './verify-words.ts';

/** Line and column as people and editors show them: both from 1, columns in UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where each line of a text begins; `\n`, `\r\n` and a lone `\r` end a line, as in VS Code. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === LF || (unit === CR && text.charCodeAt(at + 1) !== LF)) starts.push(at + 1);
  }
  return starts;
}

/** The place of an offset; offsets outside the text are moved to its nearest end. */
export function placeOf(starts: readonly number[], offset: number): Place {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: Math.max(0, offset - (starts[low] ?? 0)) + 1 };
}

/** The text of one line (from 1) without its line ending. */
export function lineText(text: string, starts: readonly number[], line: number): string {
  return text.slice(starts[line - 1] ?? text.length, starts[line] ?? text.length).replace(/[\r\n]+$/, '');
}

export type Counts = Readonly<Record<Severity, number>>;

/** How many findings of each severity. */
export function countFindings(files: readonly FileReport[]): Counts {
  const counts = { error: 0, warning: 0, information: 0 };
  for (const file of files) for (const finding of file.findings) counts[finding.severity] += 1;
  return counts;
}

const ranks: Readonly<Record<Severity, number>> = { information: 0, warning: 1, error: 2 };

/** True when `severity` is as bad as `threshold` or worse. */
export function reaches(severity: Severity, threshold: Severity): boolean {
  return ranks[severity] >= ranks[threshold];
}

/** True when the report holds nothing that fails at this threshold; a problem of the project always counts as an error. */
export function checkIsClean(report: CheckReport, threshold: Severity): boolean {
  return report.problems.length === 0 && !report.files.some((file) => file.findings.some((finding) => reaches(finding.severity, threshold)));
}

/**
 * True when the pair proved itself and no finding of this weight still stands. A finding that the run withdrew does
 * not count, a table open to other tenants always does, and a missing down counts through its finding, because only the policy knows whether one is needed.
 */
export function dryRunIsClean(report: DryRunReport, threshold: Severity): boolean {
  const standing = report.findings.some((judged) => judged.confirmation !== 'withdrawn' && reaches(judged.finding.severity, threshold));
  return cleanVerdicts.includes(report.verdict) && report.upAgainDifferences.length === 0 && !standing && !isBroken(report.verification);
}

const cleanVerdicts: readonly Verdict[] = ['exact', 'no down'];
const LF = 10;
const CR = 13;
