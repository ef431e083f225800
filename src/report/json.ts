import type { Finding } from '../model/finding.ts';
import type { CheckReport, DryRunReport, FileReport } from '../model/report.ts';
import type { Span } from '../model/span.ts';
import { countFindings, lineStarts, placeOf } from './build.ts';

/**
 * The check as JSON, version 1: every finding with its place as lines and columns (from 1, columns in UTF-16 units)
 * and as offsets into the file. Fields are only ever added within a version.
 */
export function jsonCheck(report: CheckReport): string {
  const { version, migrations, statements, problems, files } = report;
  const { error, warning, information } = countFindings(files);
  const summary = { migrations, statements, errors: error, warnings: warning, information };
  return `${JSON.stringify({ version, kind: 'check', summary, files: files.map(jsonFile), problems }, null, 2)}\n`;
}

/** The dry run as JSON, version 1: the whole report, from which every other format can be made again. */
export function jsonDryRun(report: DryRunReport): string {
  return `${JSON.stringify({ kind: 'dry run', ...report }, null, 2)}\n`;
}

function jsonFile(file: FileReport): object {
  const starts = lineStarts(file.text);
  return { path: file.path, findings: file.findings.map((finding) => jsonFinding(finding, starts)) };
}

function jsonFinding(finding: Finding, starts: readonly number[]): object {
  const { rule, severity, message, span, statement, related, tags, fixes } = finding;
  return {
    rule,
    severity,
    message,
    ...jsonPlace(span, starts),
    statement,
    related: related.map((place) => (place.file === undefined ? { message: place.message, ...jsonPlace(place.span, starts) } : place)),
    tags,
    fixes: fixes.map((fix) => ({ title: fix.title, edits: fix.edits.map((edit) => ({ ...jsonPlace(edit.span, starts), text: edit.text })) })),
  };
}

function jsonPlace(span: Span, starts: readonly number[]): object {
  const from = placeOf(starts, span.start);
  const to = placeOf(starts, span.end);
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column, span };
}
