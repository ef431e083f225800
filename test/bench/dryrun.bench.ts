import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { dryRun } from '../../src/dryrun/run.ts';
import { embeddedTarget } from '../../src/dryrun/targets/embedded.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import { databaseEngine } from '../../src/host/database.ts';
import type { Table } from '../support/bench.ts';
import { planOf } from '../support/plans.ts';
import { longHistory, next } from './long-history.ts';
import { ordinary, overheadOn, timed } from './observation.ts';

/** What watching costs, and what the cache saves. */
export async function bench(): Promise<Table> {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  try {
    const observed = await overheadOn(embeddedTarget(databaseEngine({ cacheFolder, spareFor: 0 })), ordinary);
    const [spare, fresh] = await secondRun(cacheFolder);
    return {
      title: 'Dry run on the embedded PostgreSQL',
      note: 'Observation: a migration over 50,000 rows, with Lockstep’s looks between the statements and without, same engine, median of seven. History: 200 migrations with 800 statements; the first run starts with an empty cache.',
      rows: [
        { measured: 'time with observation ÷ time of the same SQL raw', ratio: observed.toFixed(2), wanted: '≤ 1.5' },
        { measured: 'second dry run ÷ first, in an editor (a spare instance waits)', ratio: spare.toFixed(2), wanted: '≤ 0.2' },
        { measured: 'second dry run ÷ first, in a new process (from the cache on disk)', ratio: fresh.toFixed(2), wanted: '–' },
      ],
    };
  } finally {
    rmSync(cacheFolder, { recursive: true, force: true });
  }
}

/** Second ÷ first with a spare, and from the disk alone. */
async function secondRun(cacheFolder: string): Promise<readonly [number, number]> {
  const engine = databaseEngine({ cacheFolder: `${cacheFolder}/editor`, spareFor: 60_000 });
  const target = embeddedTarget(engine);
  const first = await timed(() => runHistory(target));
  // What an author needs at least to look at the first report.
  await setTimeout(5_000);
  const second = await timed(() => runHistory(target));
  engine.close();
  const fresh = await timed(() => runHistory(embeddedTarget(databaseEngine({ cacheFolder: `${cacheFolder}/editor`, spareFor: 0 }))));
  return [second / first, fresh / first];
}

async function runHistory(target: Target): Promise<void> {
  const plan = await planOf({ history: longHistory, ...next });
  await dryRun(target, plan, { signal: new AbortController().signal, progress: () => undefined });
}
