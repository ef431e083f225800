import assert from 'node:assert/strict';
import { undo } from '../../src/app/make-down.ts';
import { inReverse } from '../../src/down/generate.ts';
import { writeDown } from '../../src/down/write.ts';
import type { PastMigration } from '../../src/dryrun/plan.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { corpus, ground, type DownCase } from '../fixtures/down/corpus.ts';
import { practice } from '../fixtures/down/practice.ts';
import { rarities } from '../fixtures/down/rarities.ts';
import { serverWide } from '../fixtures/down/server-wide.ts';
import { planOf, runPair } from '../support/plans.ts';
import { installedMajors } from '../support/postgres.ts';
import { serverTarget } from '../support/server-target.ts';
import { serverWideTarget } from '../support/server-wide-target.ts';

for (const major of installedMajors) {
  describe(`generated downs on PostgreSQL ${String(major)}`, () => {
    // What few migrations have did not change between the oldest and the newest, which is where it runs.
    const isAtEnd = major === installedMajors[0] || major === installedMajors.at(-1);
    for (const each of [...corpus, ...practice, ...(isAtEnd ? rarities : [])].filter(({ from = 14 }) => from <= major)) {
      it(titleOf(each), async () => proves(each, serverTarget(major, await beginning())));
    }
    for (const each of serverWide.filter(({ from = 14 }) => isAtEnd && from <= major)) it(titleOf(each), () => proves(each, serverWideTarget(major)));
  });
}

function titleOf({ down, setup, up }: DownCase): string {
  return `${down}: ${setup === undefined ? '' : `(${setup.slice(0, 60)}) `}${up}`;
}

/** The generated down is what the case says, and so is the round trip with it. */
async function proves(each: DownCase, target: Target): Promise<void> {
  const { kinds, text } = await generated(each, target);
  const worst = kinds.includes('impossible') ? 'impossible' : kinds.includes('lossy') ? 'lossy' : 'exact';
  assert.equal(worst, each.down, text);
  const run = await runPair(target, { ...pairOf(each), down: text });
  const failed = run.trace.legs.flatMap((leg) => leg.statements).find((statement) => statement.error !== null);
  const shown = `${text}\n${JSON.stringify(run.leftovers, null, 1)}\n${JSON.stringify(run.losses)}\n${failed?.sql ?? ''}\n${failed?.error?.message ?? ''}`;
  assert.equal(run.verdict, each.verdict ?? 'exact', shown);
  if (each.down === 'exact') assert.deepEqual([run.leftovers, run.losses, run.upAgainDifferences], [[], [], []], shown);
}

function pairOf({ up, setup, mode = 'transaction' }: DownCase): { readonly history: readonly string[]; readonly up: string; readonly mode: typeof mode } {
  return { history: setup === undefined ? [ground] : [ground, setup], up, mode };
}

/** Every history here begins with the ground. */
async function beginning(): Promise<readonly PastMigration[]> {
  return (await planOf({ history: [ground], up: 'SELECT 1' })).history;
}

async function generated(each: DownCase, target: Target): Promise<{ readonly kinds: readonly string[]; readonly text: string }> {
  const plan = await planOf(pairOf(each));
  const mode = plan.migration.up.mode;
  const undone = await undo(target, plan, { signal: new AbortController().signal, progress: () => undefined, mode, config: defaultConfig });
  return { kinds: inReverse(undone).map(({ inverse }) => inverse.kind), text: writeDown(undone, { header: '', separator: null, opening: [] }) };
}
