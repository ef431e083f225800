import type { Finding, Severity } from '../../src/model/finding.ts';
import type { CheckReport, FileReport } from '../../src/model/report.ts';

/** One finding about the given words of a text. */
export function finding(text: string, words: string, extra: Partial<Finding> = {}): Finding {
  const start = text.indexOf(words);
  if (start < 0) throw new Error(`not in the text: ${words}`);
  const severity: Severity = 'warning';
  return { rule: 'create-index-blocking', severity, message: 'Writes wait until the index is built.', span: { start, end: start + words.length }, statement: 0, related: [], tags: [], fixes: [], ...extra };
}

export function checkReport(files: readonly FileReport[], extra: Partial<CheckReport> = {}): CheckReport {
  return { version: 1, files, migrations: files.length, statements: 1, problems: [], ...extra };
}

export function file(path: string, text: string, ...findings: readonly Finding[]): FileReport {
  return { path, text, findings };
}
