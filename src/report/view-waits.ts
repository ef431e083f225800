import { blocks } from '../model/lock.ts';
import type { LegTrace, LockWindow, ProbedAccess } from '../model/trace.ts';
import { duration } from './wording.ts';

/** Who would wait for one relation while the leg runs. Texts are empty where nobody waits, or where nothing was probed. */
export interface WaitView {
  readonly relation: string;
  /** Longest time in which a SELECT gets no answer. */
  readonly reads: string;
  /** The same for INSERT, UPDATE and DELETE. */
  readonly writes: string;
  /** What the contention probe's reader and writer really waited. */
  readonly reader: string;
  readonly writer: string;
}

export interface WaitsView {
  readonly rows: readonly WaitView[];
  readonly isProbed: boolean;
  /** What the probe is, or why there is none although it was asked for. */
  readonly note: string;
}

/** Adds up the lock windows that ordinary statements have to wait for, and sets beside them what the probe measured. */
export function waitsView(leg: LegTrace, windows: readonly LockWindow[]): WaitsView {
  const probed = leg.probe?.kind === 'measured' ? leg.probe.value : [];
  const relations = [...new Set([...windows.map((window) => window.relation), ...probed.map(({ table }) => table)])];
  const rows = relations.map((relation): WaitView & { readonly worst: number } => {
    const own = windows.filter((window) => window.relation === relation);
    const [reads, writes] = [longest(own.filter(({ mode }) => blocks(mode) === 'reads and writes')), longest(own)];
    const found = probed.find(({ table }) => table === relation);
    return { relation, reads: waited(reads), writes: waited(writes), reader: probe(found?.read), writer: probe(found?.write), worst: Math.max(reads, writes) };
  });
  const view = [...rows].sort((a, b) => b.worst - a.worst).map(({ worst: _, ...row }): WaitView => row);
  return { rows: view, isProbed: leg.probe?.kind === 'measured', note: noteOn(leg) };
}

/** The longest stretch that the windows cover without a gap. */
function longest(windows: readonly LockWindow[]): number {
  let [best, from, to] = [0, 0, -1];
  for (const window of [...windows].sort((a, b) => a.from - b.from)) {
    if (window.from > to) from = window.from;
    to = Math.max(to, window.to);
    best = Math.max(best, to - from);
  }
  return best;
}

function waited(milliseconds: number): string {
  return milliseconds === 0 ? '' : `up to ${duration(milliseconds)}`;
}

/** What an attempt takes anyway is no waiting. */
function probe(access: ProbedAccess | undefined): string {
  if (access === undefined || access.attempts === 0) return '';
  const ended = access.ended === null ? '' : `, then: ${access.ended}`;
  return `${duration(Math.max(0, access.longest - access.usual))}${ended}`;
}

function noteOn({ probe: probed }: LegTrace): string {
  if (probed === undefined) return '';
  if (probed.kind === 'unavailable') return `Nothing was probed: ${probed.reason}`;
  return 'Probed: a session kept selecting a row, another kept taking the lock of an UPDATE, with 5 ms between two attempts; shown is the longest attempt less the quickest. CONCURRENTLY waits for these sessions too.';
}
