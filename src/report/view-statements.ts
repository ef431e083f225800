import { blocks, strength } from '../model/lock.ts';
import type { LegTrace, Observed, ObservedLock, Rewrite, SqlError, StatementTrace } from '../model/trace.ts';
import { oneLine, truncate } from './display.ts';
import { estimates, type Basis } from './estimates.ts';
import type { Target, ToTarget } from './view-target.ts';
import { bytes, count, duration, type Tone } from './wording.ts';

/** One cell of the table. `detail` is the whole story behind a short text; empty when the text says it all. */
export interface Cell {
  readonly text: string;
  readonly detail: string;
  readonly tone: Tone | 'quiet' | 'unknown';
}

export interface StatementRow {
  readonly number: number;
  readonly sql: string;
  readonly place: Target;
  readonly outcome: StatementTrace['outcome'];
  readonly time: string;
  /** Share of the leg's time, 0 to 1. */
  readonly share: number;
  /** What PostgreSQL answered, as psql shows it: `UPDATE 80`. */
  readonly result: string;
  readonly locks: Cell;
  readonly rewrites: Cell;
  readonly scans: Cell;
  readonly wal: Cell;
  readonly transaction: number;
  readonly notices: readonly string[];
  /** What it spilled to disk, what a second session saw it do, and what it would take on the real tables. */
  readonly remarks: readonly string[];
  readonly error: SqlError | null;
}

export interface StatementsView {
  readonly rows: readonly StatementRow[];
  /** Of a script too long to be read through: the rows that stand out, in their order; null when all are worth a look. */
  readonly highlights: readonly StatementRow[] | null;
  /** Why a cell says "not observable", one sentence each. */
  readonly notes: readonly string[];
}

/** The statement table of one leg; `basis` is what estimates for real tables rest on. */
export function statementsView(leg: LegTrace, target: ToTarget, basis: Basis | null): StatementsView {
  const total = leg.statements.reduce((sum, statement) => sum + statement.duration, 0);
  const rows = leg.statements.map((statement) => row(statement, { total, place: target(leg.path, statement.span), basis }));
  return { rows, highlights: rows.length > mostRows ? standingOut(rows) : null, notes: notes(leg) };
}

/** What fits a page that is still read; beyond it, the worst are shown first. */
const mostRows = 100;
const mostHighlights = 40;

/** What failed, then what rewrote tables, spilled or spoke, then what took longest. */
function standingOut(rows: readonly StatementRow[]): readonly StatementRow[] {
  const weight = (each: StatementRow): number => (each.outcome === 'failed' ? 4 : 0) + (each.rewrites.tone === 'warn' ? 2 : 0) + (each.remarks.length + each.notices.length > 0 ? 1 : 0) + each.share;
  const best = [...rows].filter(({ outcome }) => outcome !== 'skipped').sort((a, b) => weight(b) - weight(a)).slice(0, mostHighlights);
  return best.sort((a, b) => a.number - b.number);
}

interface Setting {
  readonly total: number;
  readonly place: Target;
  readonly basis: Basis | null;
}

function row(statement: StatementTrace, { total, place, basis }: Setting): StatementRow {
  const ran = statement.outcome !== 'skipped';
  return {
    number: statement.index + 1,
    sql: truncate(oneLine(statement.sql), 240),
    place,
    outcome: statement.outcome,
    time: ran ? duration(statement.duration) : '',
    share: total > 0 ? statement.duration / total : 0,
    result: [statement.commandTag ?? '', statement.rows ?? ''].join(' ').trim(),
    locks: ran ? cell(statement.locks, lockCell) : nothing,
    rewrites: ran ? cell(statement.rewrites, rewriteCell) : nothing,
    scans: ran ? cell(statement.scans, (scans) => names(scans.map((scan) => `${scan.relation} (${count(scan.rowsRead, 'row')})`), 'plain')) : nothing,
    wal: ran ? cell(statement.walBytes, (amount) => ({ text: bytes(amount), detail: '', tone: 'plain' })) : nothing,
    transaction: statement.transaction,
    notices: statement.notices,
    remarks: [...spilled(statement), ...phases(statement), ...(basis === null ? [] : estimates(statement, basis))],
    error: statement.error,
  };
}

function spilled({ tempFiles }: StatementTrace): readonly string[] {
  if (tempFiles.kind === 'unavailable' || tempFiles.value.files === 0) return [];
  return [`spilled ${bytes(tempFiles.value.bytes)} to ${count(tempFiles.value.files, 'temporary file')}`];
}

function phases({ watched }: StatementTrace): readonly string[] {
  if (watched === undefined || watched.phases.length === 0) return [];
  return [`seen by a second session: ${watched.phases.map(({ name, from, to }) => `${name} (${duration(to - from)})`).join(', ')}`];
}

function cell<T>(observed: Observed<T>, show: (value: T) => Cell): Cell {
  return observed.kind === 'measured' ? show(observed.value) : { text: 'not observable', detail: observed.reason, tone: 'unknown' };
}

/** The strongest lock on something that others use, a table rather than an index; the rest stands in the detail. */
function lockCell(locks: readonly ObservedLock[]): Cell {
  const sorted = [...locks].sort((a, b) => strength(b.mode) - strength(a.mode));
  const existing = sorted.filter((lock) => lock.existedBefore);
  const tables = existing.filter((lock) => lock.relationKind !== 'index');
  const others = tables.length > 0 ? tables : existing;
  const detail = sorted.map((lock) => `${lock.mode} on ${lock.relation}${lock.existedBefore ? '' : ' (new)'}${lock.via === undefined ? '' : ` (${lock.via})`}`).join('\n');
  const worst = others[0];
  if (worst === undefined) return { text: locks.length === 0 ? '' : 'new relations only', detail, tone: 'quiet' };
  const tones = { 'reads and writes': 'bad', writes: 'warn', nothing: 'quiet' } as const;
  const more = others.length > 1 ? ` +${others.length - 1}` : '';
  return { text: `${worst.mode} on ${worst.relation}${more}`, detail, tone: tones[blocks(worst.mode)] };
}

/** Tables by name; of their indexes, which go along, only how many. */
function rewriteCell(rewrites: readonly Rewrite[]): Cell {
  const tables = rewrites.filter((rewrite) => rewrite.relationKind === 'table').map((rewrite) => rewrite.relation);
  const indexes = rewrites.length - tables.length;
  const text = [...tables, ...(indexes === 0 ? [] : [count(indexes, 'index')])].join(' + ');
  return { text, detail: rewrites.map((rewrite) => `${rewrite.relationKind} ${rewrite.relation}`).join('\n'), tone: tables.length > 0 ? 'warn' : 'quiet' };
}

function names(relations: readonly string[], tone: Tone): Cell {
  return { text: relations.join(', '), detail: '', tone: relations.length === 0 ? 'quiet' : tone };
}

function notes(leg: LegTrace): readonly string[] {
  const reasons = new Map<string, Set<number>>();
  for (const statement of leg.statements.filter(({ outcome }) => outcome !== 'skipped')) {
    for (const observed of [statement.locks, statement.rewrites, statement.scans, statement.walBytes, statement.tempFiles]) {
      if (observed.kind === 'unavailable') reasons.set(observed.reason, (reasons.get(observed.reason) ?? new Set()).add(statement.index + 1));
    }
  }
  return [...reasons].map(([reason, statements]) => `Statement ${[...statements].join(', ')}: ${reason}`);
}

const nothing: Cell = { text: '', detail: '', tone: 'quiet' };
