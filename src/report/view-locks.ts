import { blocks, strength, type Blocked, type LockMode } from '../model/lock.ts';
import type { LegTrace, LockWindow } from '../model/trace.ts';
import type { Target, ToTarget } from './view-target.ts';
import { waitsView, type WaitsView } from './view-waits.ts';
import { count, duration } from './wording.ts';

/** One bar of the timeline; `from` and `width` are fractions of the leg. */
export interface LockBar {
  readonly relation: string;
  readonly relationKind: LockWindow['relationKind'];
  /** Why it is locked though the statement does not name it: "referenced by public.orders"; else empty. */
  readonly via: string;
  readonly mode: LockMode;
  readonly blocks: Blocked;
  readonly from: number;
  readonly width: number;
  readonly held: string;
  /** "from 1.2 ms to 14 ms". */
  readonly when: string;
  readonly statement: number;
  readonly place: Target;
}

export interface LocksView {
  /** Locks that a running application has to wait for, longest first. */
  readonly waits: readonly LockBar[];
  /** The same, added up by relation, beside what the probe measured. */
  readonly who: WaitsView;
  /** Locks that block neither reads nor writes, and locks on relations that the leg itself made. */
  readonly harmless: readonly LockBar[];
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** Why some locks are not on the timeline, one sentence each. */
  readonly notes: readonly string[];
}

/** The lock timeline of one leg. */
export function locksView(leg: LegTrace, target: ToTarget): LocksView {
  const length = Math.max(leg.duration, ...leg.lockWindows.map((window) => window.to), 0.001);
  const spans = new Map(leg.statements.map((statement) => [statement.index, statement.span]));
  const bars = leg.lockWindows.map((window): readonly [LockWindow, LockBar] => {
    const place = target(leg.path, spans.get(window.statement) ?? { start: 0, end: 0 });
    return [window, bar(window, length, place)];
  });
  const waiting = ([window]: readonly [LockWindow, LockBar]): boolean => hasToWait(window, leg.lockWindows);
  const worstFirst = (a: readonly [LockWindow, LockBar], b: readonly [LockWindow, LockBar]): number =>
    held(b[0]) - held(a[0]) || strength(b[0].mode) - strength(a[0].mode);
  return {
    waits: bars.filter(waiting).sort(worstFirst).map(([, lock]) => lock),
    who: waitsView(leg, bars.filter(waiting).map(([window]) => window)),
    harmless: bars.filter((entry) => !waiting(entry)).map(([, lock]) => lock),
    ticks: ticks(length),
    notes: notes(leg),
  };
}

/**
 * An index's lock says nothing new while its table is as closed. Alone it matters: planning a query takes ACCESS SHARE
 * on every index of its tables, so a REINDEX makes all of them wait (manual, REINDEX).
 */
function hasToWait(window: LockWindow, all: readonly LockWindow[]): boolean {
  if (!window.existedBefore || blocks(window.mode) === 'nothing') return false;
  if (window.relationKind !== 'index') return true;
  const closed = all.some((other) => other.relationKind === 'table' && blocks(other.mode) === 'reads and writes' && other.from <= window.from && other.to >= window.to);
  return blocks(window.mode) === 'reads and writes' && !closed;
}

function bar(window: LockWindow, length: number, place: Target): LockBar {
  const { relation, relationKind, mode, from, to, statement, via = '', sampled } = window;
  return {
    relation,
    relationKind,
    via,
    mode,
    blocks: blocks(mode),
    from: clamp(from / length),
    width: clamp((to - from) / length),
    // Sampled: it was held at least from the first sight to the last.
    held: `${sampled === true ? '≥ ' : ''}${duration(held(window))}`,
    when: `${sampled === true ? 'seen ' : ''}from ${duration(from)} to ${duration(to)}`,
    statement: statement + 1,
    place,
  };
}

function held(window: LockWindow): number {
  return window.to - window.from;
}

/** Round times, at most six of them: 1, 2 or 5 times a power of ten apart. */
function ticks(length: number): LocksView['ticks'] {
  const rough = length / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const amount = Math.floor(length / step + 1e-9);
  return Array.from({ length: amount + 1 }, (_, index) => ({ at: clamp((index * step) / length), label: index === 0 ? '0' : tickLabel(index * step) }));
}

function tickLabel(milliseconds: number): string {
  return milliseconds >= 1000 ? `${Number((milliseconds / 1000).toPrecision(3))} s` : `${Number(milliseconds.toPrecision(3))} ms`;
}

function notes(leg: LegTrace): readonly string[] {
  const reasons = new Map<string, number[]>();
  for (const { locks, index, outcome } of leg.statements) {
    if (locks.kind === 'unavailable' && outcome !== 'skipped') reasons.set(locks.reason, [...(reasons.get(locks.reason) ?? []), index + 1]);
  }
  const sampled = leg.statements.filter(({ locks, watched }) => watched !== undefined && locks.kind === 'measured' && locks.value.some((lock) => lock.seen !== undefined));
  return [
    ...[...reasons].map(([reason, statements]) => `Statement ${statements.join(', ')}: ${reason}`),
    ...sampled.map(({ index, watched }) => `Statement ${index + 1}: its locks were sampled ${count(watched?.looks ?? 0, 'time')} from a second session; what lasted shorter than the time between two looks may be missing.`),
  ];
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}
