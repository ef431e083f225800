import type { FolderRun, HistoryReport, MigrationRun } from '../model/history-run.ts';
import { oneLine, padEnd, padStart, visible, wrap } from './display.ts';
import { folderCircumstances, historyIsClean, summarySentence, toneOf } from './history-report.ts';
import { paintSeverity, paintTone, shortPath, type Terminal } from './terminal.ts';
import { verificationLines } from './verify-words.ts';
import { count, duration, type Tone } from './wording.ts';

/** A line for each migration, what stands against it below, and the sum last. */
export function prettyHistory(report: HistoryReport, terminal: Terminal): string {
  const folders = report.folders.map((folder) => folderLines(folder, terminal));
  const tone: Tone = historyIsClean(report, 'warning') ? 'good' : 'bad';
  const last = paintTone(tone, terminal)(`${marks[tone]} ${summarySentence(report)}`);
  return `${[...folders, [last]].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const marks: Readonly<Record<Tone, string>> = { good: '✓', warn: '!', bad: '✗', plain: '·' };

function folderLines(folder: FolderRun, terminal: Terminal): readonly string[] {
  const { bold, dim } = terminal.colors;
  const id = Math.max(...folder.runs.map((run) => visible(run.migration).length), 0);
  return [`${bold(visible(shortPath(folder.path, terminal)))} ${dim(`· ${visible(folderCircumstances(folder))}`)}`, ...folder.runs.flatMap((run) => runLines(run, id, terminal))];
}

function runLines(run: MigrationRun, width: number, terminal: Terminal): readonly string[] {
  const { dim } = terminal.colors;
  const tone = toneOf(run);
  const paint = paintTone(tone, terminal);
  const time = run.verdict === 'not run' ? '–' : duration(run.duration);
  const standing = run.findings.length === 0 ? '' : ` · ${count(run.findings.length, 'finding')}`;
  const head = `${paint(marks[tone])} ${padEnd(visible(run.migration), width)}  ${dim(padStart(time, 8))}  ${paint(run.verdict === 'exact' && run.upAgainDiffers ? 'the second up differs' : run.verdict)}${dim(standing)}`;
  const place = run.failure === null ? [] : [`${visible(shortPath(run.failure.path, terminal))}:${String(run.failure.line)}`];
  const reasons = run.verdict === 'exact' && !run.upAgainDiffers ? [] : run.reasons;
  const findings = run.findings.map((finding) => `${paintSeverity(finding.severity, terminal)(finding.rule)} ${visible(shortPath(finding.path, terminal))}:${String(finding.line)}`);
  const below = [...reasons, ...place, ...(run.verification === null ? [] : verificationLines(run.verification))];
  return [head, ...below.flatMap((line) => wrap(oneLine(line), Math.max(40, terminal.width - 4))).map((line) => dim(`    ${visible(line)}`)), ...findings.map((line) => `    ${line}`)];
}
