import { blocks, strength } from '../model/lock.ts';
import type { LegTrace, Observed, ObservedLock, Rewrite, SqlError, StatementTrace } from '../model/trace.ts';
import { oneLine, truncate } from './display.ts';
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
  readonly rows: string;
  readonly locks: Cell;
  readonly rewrites: Cell;
  readonly scans: Cell;
  readonly wal: Cell;
  readonly transaction: number;
  readonly notices: readonly string[];
  readonly error: SqlError | null;
}

export interface StatementsView {
  readonly rows: readonly StatementRow[];
  /** Why a cell says "not observable", one sentence each. */
  readonly notes: readonly string[];
}

/** The statement table of one leg. */
export function statementsView(leg: LegTrace, target: ToTarget): StatementsView {
  const total = leg.statements.reduce((sum, statement) => sum + statement.duration, 0);
  return { rows: leg.statements.map((statement) => row(statement, total, target(leg.path, statement.span))), notes: notes(leg) };
}

function row(statement: StatementTrace, total: number, place: Target): StatementRow {
  const ran = statement.outcome !== 'skipped';
  return {
    number: statement.index + 1,
    sql: truncate(oneLine(statement.sql), 240),
    place,
    outcome: statement.outcome,
    time: ran ? duration(statement.duration) : '',
    share: total > 0 ? statement.duration / total : 0,
    rows: statement.rows === null ? '' : String(statement.rows),
    locks: ran ? cell(statement.locks, lockCell) : nothing,
    rewrites: ran ? cell(statement.rewrites, rewriteCell) : nothing,
    scans: ran ? cell(statement.scans, (scans) => names(scans.map((scan) => `${scan.relation} (${count(scan.rowsRead, 'row')})`), 'plain')) : nothing,
    wal: ran ? cell(statement.walBytes, (amount) => ({ text: bytes(amount), detail: '', tone: 'plain' })) : nothing,
    transaction: statement.transaction,
    notices: statement.notices,
    error: statement.error,
  };
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
  const detail = sorted.map((lock) => `${lock.mode} on ${lock.relation}${lock.existedBefore ? '' : ' (new)'}`).join('\n');
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
    for (const observed of [statement.locks, statement.rewrites, statement.scans, statement.walBytes]) {
      if (observed.kind === 'unavailable') reasons.set(observed.reason, (reasons.get(observed.reason) ?? new Set()).add(statement.index + 1));
    }
  }
  return [...reasons].map(([reason, statements]) => `Statement ${[...statements].join(', ')}: ${reason}`);
}

const nothing: Cell = { text: '', detail: '', tone: 'quiet' };
