import type { Pace, StatementTrace, TableSize, Trace } from '../model/trace.ts';
import { bytes, count, duration } from './wording.ts';

/** Sizes and pace that estimates rest on; without a pace, the times of the run are those of the real rows. */
export interface Basis {
  readonly tables: Readonly<Record<string, TableSize>>;
  readonly pace: Pace | null;
}

export function basisOf({ sizes, pace }: Trace): Basis | null {
  if (sizes?.source === 'target') return { tables: sizes.tables, pace: null };
  return sizes === undefined || pace === undefined ? null : { tables: sizes.tables, pace };
}

/** What the estimates of a report are, in one sentence; null where it has none. */
export function estimateNote({ sizes, pace }: Trace): string | null {
  if (sizes === undefined || pace === undefined || sizes.source === 'target') return null;
  const rate = (perMillisecond: number): string => `${bytes(Math.round(perMillisecond * 1000))}/s`;
  return `Estimates are extrapolated, not measured: the table’s size in ${sizes.source} (${sizes.capturedAt?.slice(0, 10) ?? ''}) ÷ the pace of this target on a table of a few megabytes (reading ${rate(pace.scan)}, rewriting ${rate(pace.rewrite)}, one index ${rate(pace.index)}). A busy server, or a table larger than memory, takes longer.`;
}

/**
 * How long the reads and rewrites of one statement would take on the real tables: bytes ÷ pace, and for each index
 * that is built over a table, its bytes ÷ the pace of an index.
 */
export function estimates({ outcome, scans, rewrites, locks, commandTag }: StatementTrace, { tables, pace }: Basis): readonly string[] {
  if (outcome !== 'done') return [];
  const rewritten = rewrites.kind === 'measured' ? rewrites.value : [];
  const written = new Set(rewritten.filter((each) => each.relationKind === 'table').map((each) => each.relation));
  const read = scans.kind === 'measured' ? scans.value.map((scan) => scan.relation).filter((table) => !written.has(table)) : [];
  // An index over a column of another type is made anew under its old name, and is among the rewritten ones already.
  const isNew = (index: string): boolean => rewritten.every((each) => each.relation !== index);
  const newIndexes = locks.kind === 'measured' ? locks.value.filter((lock) => lock.relationKind === 'index' && !lock.existedBefore && isNew(lock.relation)).length : 0;
  // Built concurrently, an index is made where no lock on it is seen.
  const indexes = rewritten.length - written.size + Math.max(newIndexes, commandTag === 'CREATE INDEX' ? 1 : 0);
  if (pace === null) return [...new Set([...written, ...read])].flatMap((table) => (tables[table] === undefined ? [] : [`measured on the real rows of ${table}: ${sizeWords(tables[table])}`]));
  const parts = [...written].map((table) => ({ table, verb: 'rewriting', pace: pace.rewrite })).concat([...new Set(read)].map((table) => ({ table, verb: 'reading', pace: pace.scan })));
  return parts.flatMap(({ table, verb, pace: perMillisecond }, at) => {
    const size = tables[table];
    if (size === undefined || size.bytes === 0) return [];
    const built = at === 0 ? indexes : 0;
    const time = size.bytes / perMillisecond + (built * size.bytes) / pace.index;
    const also = built === 0 ? '' : ` and building ${count(built, 'index')}`;
    return [`estimate: ${verb} ${table}${also} takes about ${duration(time)} with its ${sizeWords(size)}`];
  });
}

function sizeWords({ rows, bytes: size }: TableSize): string {
  return `${bytes(size)} (${rows.toLocaleString('en-US', { maximumFractionDigits: 0 })} rows)`;
}
