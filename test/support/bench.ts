import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/run.mjs';

/** What a file of test/bench gives: the page of `npm run bench` shows it as it is. */
export interface Table {
  readonly title: string;
  /** What was measured, on what, in one or two sentences. */
  readonly note: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The squawk that the benchmark compares with, or null where its package has no binary for this machine. */
export function squawk(): string | null {
  const file = join(root, `test/bench/peers/node_modules/@squawk-cli/${process.platform}-${process.arch}/bin/squawk`);
  return existsSync(file) ? file : null;
}

/** The value below which the given share (0 to 1) of the samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
