import type { Pace, StatementTrace, TableSize, Trace } from '../model/trace.ts';
import { bytes, count, duration } from './wording.ts';

/** Sizes and pace that estimates rest on; null where the run measured real rows, or nobody knows the sizes. */
export interface Basis {
  readonly tables: Readonly<Record<string, TableSize>>;
  readonly pace: Pace;
}

export function basisOf({ sizes, pace }: Trace): Basis | null {
  return sizes === undefined || pace === undefined || sizes.source === 'target' ? null : { tables: sizes.tables, pace };
}

/** What the estimates of a report are, in one sentence; null where it has none. */
export function estimateNote({ sizes, pace }: Trace): string | null {
  if (sizes === undefined || pace === undefined || sizes.source === 'target') return null;
  const rate = (perMillisecond: number): string => `${bytes(Math.round(perMillisecond * 1000))}/s`;
  return `Estimates are extrapolated, not measured: the table’s size in ${sizes.source} (${sizes.capturedAt.slice(0, 10)}) ÷ the pace of this target on a table of a few megabytes (reading ${rate(pace.scan)}, rewriting ${rate(pace.rewrite)}, one index ${rate(pace.index)}). A busy server, or a table larger than memory, takes longer.`;
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
  const newIndexes = locks.kind === 'measured' ? locks.value.filter((lock) => lock.relationKind === 'index' && !lock.existedBefore).length : 0;
  // Built concurrently, an index is made where no lock on it is seen.
  const indexes = rewritten.length - written.size + Math.max(newIndexes, commandTag === 'CREATE INDEX' ? 1 : 0);
  const parts = [...written].map((table) => ({ table, verb: 'rewriting', pace: pace.rewrite })).concat([...new Set(read)].map((table) => ({ table, verb: 'reading', pace: pace.scan })));
  return parts.flatMap(({ table, verb, pace: perMillisecond }, at) => {
    const size = tables[table];
    if (size === undefined || size.bytes === 0) return [];
    const built = at === 0 ? indexes : 0;
    const time = size.bytes / perMillisecond + (built * size.bytes) / pace.index;
    const also = built === 0 ? '' : ` and building ${count(built, 'index')}`;
    return [`estimate: ${verb} ${table}${also} takes about ${duration(time)} with its ${bytes(size.bytes)} (${amount(size.rows)} rows)`];
  });
}

function amount(rows: number): string {
  return rows.toLocaleString('en-US', { maximumFractionDigits: 0 });
}
