import type { SqlError } from '../model/trace.ts';
import type { Cell, StatementRow } from '../report/view-statements.ts';
import type { LegView, ReportView } from '../report/view-model.ts';
import { h, unseen } from './dom.ts';
import { folded, legTabs, notes, quiet, section, type Section } from './section.ts';
import { rowButton, table, type Column, type Row } from './table.ts';

/** Every statement with what it did. */
export function statementsSection(view: ReportView): Section {
  const amount = view.legs[0]?.statements.rows.length ?? 0;
  const panels = view.legs.map((leg) => ({ title: leg.title, note: leg.duration, content: [...legTables(leg), notes([...leg.statements.notes, ...(view.estimateNote === null ? [] : [view.estimateNote])])] }));
  return section({ id: 'statements', title: 'Statements', count: amount }, panels.length === 0 ? quiet('Nothing ran.') : legTabs(panels));
}

const columns: readonly Column[] = [
  { title: '#', class: 'number' },
  { title: 'Statement', class: 'statement' },
  { title: 'Time', class: 'number time' },
  { title: 'Result', class: 'result' },
  { title: 'Locks', class: 'cell' },
  { title: 'Rewrites', class: 'cell' },
  { title: 'Scans', class: 'cell' },
  { title: 'WAL', class: 'number' },
];

/** All statements; of a very long script those that stand out, and all of them to unfold. */
function legTables({ title, statements: { rows, highlights } }: LegView): readonly HTMLElement[] {
  if (rows.length === 0) return [quiet('This script has no statement.')];
  const all = (): HTMLElement => statementTable(`Statements of ${title}`, rows);
  if (highlights === null) return [all()];
  return [quiet(`${highlights.length} of ${rows.length} statements stand out:`), statementTable(`Statements of ${title} that stand out`, highlights), folded(`All ${rows.length} statements`, all)];
}

function statementTable(caption: string, rows: readonly StatementRow[]): HTMLElement {
  return h('div', { class: 'statements' }, table(caption, columns, rows.map(row)));
}

function row(statement: StatementRow): Row {
  const { number, sql, place, outcome, remarks, notices, error } = statement;
  const told = [...[...remarks, ...notices].map((notice) => h('p', { class: 'told' }, notice)), ...(error === null ? [] : [errorLine(error)])];
  return {
    class: `outcome-${outcome}`,
    place,
    cells: [
      String(number),
      rowButton(h('code', {}, sql), place, `Statement ${number}, line ${place.line}, ${outcome}: ${sql}`),
      time(statement),
      statement.result,
      cell(statement.locks),
      cell(statement.rewrites),
      cell(statement.scans),
      cell(statement.wal),
    ],
    below: told.length === 0 ? null : h('div', {}, ...told),
  };
}

function time(statement: StatementRow): HTMLElement {
  if (statement.outcome === 'skipped') return h('span', { class: 'quiet' }, 'not run');
  const share = h('span', { class: 'share', 'aria-hidden': 'true' });
  share.style.setProperty('width', `${(statement.share * 100).toFixed(1)}%`);
  return h('span', { class: 'timed' }, statement.time, share);
}

function cell(content: Cell): HTMLElement {
  if (content.tone === 'unknown') return h('span', { class: 'unknown', title: content.detail }, h('span', { 'aria-hidden': 'true' }, '–'), unseen(`not observable: ${content.detail}`));
  return h('span', { class: `tone-${content.tone}`, title: content.detail || undefined }, content.text);
}

function errorLine(error: SqlError): HTMLElement {
  return h('p', { class: 'told tone-bad' }, `${error.message} (SQLSTATE ${error.sqlstate})`);
}
