import type { DriftReport, Route } from '../model/drift.ts';
import { visible } from './display.ts';
import { changedObject, count } from './wording.ts';

/** What differs as one SQL text that a person reads in an editor: object by object as comments, then the DDL in both directions. `folder` is how the reader knows it. */
export function driftDocument(report: DriftReport, folder: string): string {
  const { differences, other, migrations, replayedOn, notCompared } = report;
  const title = visible(other.title);
  const head = [
    `Drift of ${visible(folder)} (${count(migrations, 'migration')}, replayed on ${replayedOn})`,
    `against ${title}`,
    '',
    `${count(differences.length, 'object')} ${differences.length === 1 ? 'differs' : 'differ'}:`,
    ...differences.map((change) => `  ${signs[change.change]} ${changedObject(change).kind} ${visible(changedObject(change).name)} ${driftWords[change.change]}`),
    '',
    ...notCompared.map((what) => `Not compared: ${what}.`),
  ];
  const routes = [
    ...route(`From the history to ${title}`, report.toOther),
    // What is declared leads the history, never the other way round.
    ...(other.kind === 'declared' ? [] : route(`From ${title} back to the history`, report.toHistory)),
  ];
  return `${[head.map(comment).join('\n'), ...routes].join('\n\n')}\n`;
}

/** What a change means to whoever looks from the history. */
export const driftWords = { added: 'is not in the history', removed: 'is missing', altered: 'is another' } as const;

const signs = { added: '+', removed: '-', altered: '~' } as const;

function route(title: string, { statements, reason }: Route): readonly string[] {
  if (statements.length === 0 && reason === null) return [];
  const heading = [title, ...(reason === null ? [] : reason.split('\n').map(visible))].map(comment).join('\n');
  return [[heading, ...statements.map((statement) => `${statement};`)].join('\n')];
}

function comment(line: string): string {
  return `-- ${line}`.trimEnd();
}
