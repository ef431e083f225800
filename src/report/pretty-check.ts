import type { Finding } from '../model/finding.ts';
import type { CheckReport, FileReport } from '../model/report.ts';
import { countFindings, lineStarts, placeOf } from './build.ts';
import { visible, wrap } from './display.ts';
import { frame } from './frame.ts';
import { paintSeverity, shortPath, type Terminal } from './terminal.ts';
import { count, list } from './wording.ts';

/** The findings of a check as a compiler would print them, the sum at the end. */
export function prettyCheck(report: CheckReport, terminal: Terminal): string {
  const blocks = [
    ...report.files.flatMap((file) => fileBlocks(file, terminal)),
    ...report.problems.map((problem) => problemBlock(problem, terminal)),
    summary(report, terminal),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function fileBlocks(file: FileReport, terminal: Terminal): readonly (readonly string[])[] {
  if (file.findings.length === 0) return [];
  const starts = lineStarts(file.text);
  return file.findings.map((finding) => findingBlock(finding, { ...file, starts }, terminal));
}

function findingBlock(finding: Finding, file: FileReport & { readonly starts: readonly number[] }, terminal: Terminal): readonly string[] {
  const { bold, dim } = terminal.colors;
  const paint = paintSeverity(finding.severity, terminal);
  const label = finding.severity === 'information' ? 'info' : finding.severity;
  const message = wrap(visible(finding.message), Math.max(40, terminal.width - 2));
  const head = paint(bold(`${label}[${finding.rule}]`));
  const code = frame({ path: file.path, text: file.text, starts: file.starts, span: finding.span, severity: finding.severity }, terminal);
  const notes = [
    ...finding.related.map((place) => `${dim('= note:')} ${visible(place.message)}${relatedPlace(place, file, terminal)}`),
    ...finding.fixes.map((fix) => `${dim('= fix:')} ${visible(fix.title)}`),
  ];
  return [head, ...code, ...message.map((line) => `  ${line}`), ...notes.map((note) => `  ${note}`)];
}

function relatedPlace(place: Finding['related'][number], file: FileReport & { readonly starts: readonly number[] }, terminal: Terminal): string {
  if (place.file !== undefined) return ` (${visible(shortPath(place.file, terminal))})`;
  return ` (line ${placeOf(file.starts, place.span.start).line})`;
}

function problemBlock(problem: CheckReport['problems'][number], terminal: Terminal): readonly string[] {
  const { bold, blue, dim, red } = terminal.colors;
  return [red(bold(problem.rule === undefined ? 'problem' : `problem[${problem.rule}]`)), `${blue('-->')} ${visible(shortPath(problem.path, terminal))}`, `  ${visible(problem.message)}`, `  ${dim(visible(problem.next))}`];
}

function summary(report: CheckReport, terminal: Terminal): readonly string[] {
  const { bold, dim, green } = terminal.colors;
  const counts = countFindings(report.files);
  const work = dim(`${count(report.migrations, 'migration')}, ${count(report.statements, 'statement')} checked`);
  const parts = [
    ...(counts.error > 0 ? [paintSeverity('error', terminal)(count(counts.error, 'error'))] : []),
    ...(counts.warning > 0 ? [paintSeverity('warning', terminal)(count(counts.warning, 'warning'))] : []),
    ...(counts.information > 0 ? [paintSeverity('information', terminal)(`${counts.information} for information`)] : []),
    ...(report.problems.length > 0 ? [paintSeverity('error', terminal)(`${count(report.problems.length, 'problem')} of the project`)] : []),
  ];
  if (parts.length === 0) return [`${green('✓')} ${bold('Nothing found')} · ${work}`];
  const files = report.files.filter((file) => file.findings.length > 0).length;
  return [`${bold(list(parts))}${files > 0 ? ` in ${count(files, 'file')}` : ''} · ${work}`];
}
