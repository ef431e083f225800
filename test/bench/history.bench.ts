import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedTarget } from '../../src/dryrun/targets/embedded.ts';
import { walkHistory } from '../../src/dryrun/walk.ts';
import { databaseEngine } from '../../src/host/database.ts';
import { generatedPair, stepsOf } from '../dryrun/generated-history.ts';
import type { Table } from '../support/bench.ts';

const count = 300;

/** How the time for one migration grows along a history. */
export async function bench(): Promise<Table> {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  const engine = databaseEngine({ cacheFolder, spareFor: 0 });
  const durations: number[] = [];
  let heap = 0;
  try {
    await walkHistory(embeddedTarget(engine), {
      steps: await stepsOf(Array.from({ length: count }, (_, n) => generatedPair(n))),
      statementTimeout: 60_000,
      signal: new AbortController().signal,
      progress: () => undefined,
      visit: (_step, _trace, duration) => {
        durations.push(duration);
        heap = Math.max(heap, process.memoryUsage().heapUsed);
      },
    });
  } finally {
    engine.close();
    rmSync(cacheFolder, { recursive: true, force: true });
  }
  const [early, late] = [median(durations.slice(0, 100)), median(durations.slice(-100))];
  return {
    title: 'Whole history on the embedded PostgreSQL',
    note: `${String(count)} generated pairs, one table for every ten, each tried up, down and up again; some downs fail, some leave something behind, some migrations write rows. Medians of one migration, which grow with the catalog that is read four times for each.`,
    rows: [
      { measured: 'a migration of the last hundred ÷ one of the first hundred', ratio: (late / early).toFixed(2), wanted: '–', 'time (ms)': Math.round(late) },
      { measured: 'the whole history', ratio: '–', wanted: '–', 'time (ms)': Math.round(durations.reduce((sum, each) => sum + each, 0)) },
      { measured: 'largest heap, MB', ratio: Math.round(heap / 1e6), wanted: '≤ 200', 'time (ms)': '' },
    ],
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
