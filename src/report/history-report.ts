import type { Severity } from '../model/finding.ts';
import type { FolderRun, HistoryReport, MigrationRun } from '../model/history-run.ts';
import { reaches } from './build.ts';
import { isBroken } from './verify-words.ts';
import { count, duration, type Tone } from './wording.ts';

/** True when every migration that was tried proved itself and no finding of this weight stands. */
export function historyIsClean(report: HistoryReport, threshold: Severity): boolean {
  return report.folders.every((folder) => folder.runs.every((run) => toneOf(run) !== 'bad' && !run.findings.some((finding) => reaches(finding.severity, threshold))));
}

/** How a migration's outcome is meant; a missing down counts through its finding. */
export function toneOf({ verdict, upAgainDiffers, verification }: MigrationRun): Tone {
  if (isBroken(verification)) return 'bad';
  if (verdict === 'exact') return upAgainDiffers ? 'bad' : 'good';
  return verdict === 'no down' ? 'warn' : 'bad';
}

export interface HistorySummary {
  readonly tried: number;
  /** How many had each verdict; those that none had are left out. */
  readonly verdicts: Readonly<Partial<Record<MigrationRun['verdict'], number>>>;
  readonly findings: number;
}

export function summarise({ folders }: Pick<HistoryReport, 'folders'>): HistorySummary {
  const runs = folders.flatMap((folder) => folder.runs);
  const verdicts: Partial<Record<MigrationRun['verdict'], number>> = {};
  for (const run of runs) verdicts[run.verdict] = (verdicts[run.verdict] ?? 0) + 1;
  return { tried: runs.length, verdicts, findings: runs.reduce((sum, run) => sum + run.findings.length, 0) };
}

/** "12 migrations: 10 exact, 2 down failed · 3 findings stand · 4.1 s". */
export function summarySentence(report: HistoryReport): string {
  const { tried, verdicts, findings } = summarise(report);
  if (tried === 0) return report.since === null ? 'No migration was tried' : `No migration is new or changed since ${report.since}`;
  const each = Object.entries(verdicts).map(([verdict, amount]) => `${String(amount)} ${verdict}`);
  const stand = findings === 0 ? 'no finding stands' : `${count(findings, 'finding')} ${findings === 1 ? 'stands' : 'stand'}`;
  return `${count(tried, 'migration')}: ${each.join(', ')} · ${stand} · ${duration(report.duration)}`;
}

/** "Drizzle · embedded PostgreSQL 18.6 · 3 of 12 migrations tried". */
export function folderCircumstances({ layout, target, migrations, runs }: FolderRun): string {
  const tried = runs.length === migrations ? count(migrations, 'migration') : `${String(runs.length)} of ${count(migrations, 'migration')} tried`;
  return [layout, ...(target === null ? [] : [target.title]), tried].join(' · ');
}

/** The whole report as JSON, version 1 (docs/schemas/history.schema.json). */
export function jsonHistory(report: HistoryReport): string {
  return `${JSON.stringify({ kind: 'history', ...report, summary: summarise(report) }, null, 2)}\n`;
}
