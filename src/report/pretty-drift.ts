import type { DriftReport, Route } from '../model/drift.ts';
import { visible, wrap } from './display.ts';
import { driftWords } from './drift-document.ts';
import { shortPath, type Terminal } from './terminal.ts';
import { changedObject, count } from './wording.ts';

/** What differs, object by object, then as DDL in both directions, the sum last. */
export function prettyDrift(report: DriftReport, terminal: Terminal): string {
  const { bold, dim, green, red } = terminal.colors;
  const { differences, other, notCompared } = report;
  const folder = visible(shortPath(report.folder, terminal));
  const head = `${bold(folder)} ${dim(`· ${count(report.migrations, 'migration')}, replayed on ${report.replayedOn}, against ${visible(other.title)}`)}`;
  const last = differences.length === 0 ? green(`✓ ${capital(other.title)} is what the history yields`) : red(`✗ ${count(differences.length, 'object')} ${differences.length === 1 ? 'differs' : 'differ'}`);
  const sections = [
    [head, ...differences.map((change) => differenceLine(change, terminal))],
    routeLines(`From the history to ${other.title}`, report.toOther, terminal),
    other.kind === 'declared' ? [] : routeLines(`From ${other.title} back to the history`, report.toHistory, terminal),
    [...notCompared.map((what) => dim(`Not compared: ${what}.`)), last],
  ];
  return `${sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function differenceLine(change: DriftReport['differences'][number], terminal: Terminal): string {
  const { dim, green, red, yellow } = terminal.colors;
  const sign = { added: green('+'), removed: red('-'), altered: yellow('~') }[change.change];
  const { kind, name } = changedObject(change);
  return `  ${sign} ${dim(kind)} ${visible(name)} ${dim(driftWords[change.change])}`;
}

function routeLines(title: string, { statements, reason }: Route, terminal: Terminal): readonly string[] {
  if (statements.length === 0 && reason === null) return [];
  const { bold, dim } = terminal.colors;
  const ddl = statements.flatMap((statement) => `${statement};`.split('\n')).map((line) => `  ${visible(line)}`);
  return [bold(`${title}:`), ...(reason === null ? [] : wrap(visible(`-- ${reason}`), terminal.width - 2).map((line) => dim(`  ${line}`))), ...ddl];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The comparison as JSON, version 1 (docs/schemas/drift.schema.json). */
export function jsonDrift(report: DriftReport): string {
  return `${JSON.stringify({ kind: 'drift', ...report }, null, 2)}\n`;
}
