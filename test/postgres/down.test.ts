import assert from 'node:assert/strict';
import { undo } from '../../src/app/make-down.ts';
import { inReverse } from '../../src/down/generate.ts';
import { writeDown } from '../../src/down/write.ts';
import type { PastMigration } from '../../src/dryrun/plan.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import { defaultConfig, type PostgresMajor } from '../../src/model/config.ts';
import { parseScript } from '../../src/sql/script.ts';
import { corpus, ground, type DownCase } from '../fixtures/down/corpus.ts';
import { practice } from '../fixtures/down/practice.ts';
import { rarities } from '../fixtures/down/rarities.ts';
import { serverWide } from '../fixtures/down/server-wide.ts';
import { keptTarget, type KeptTarget } from '../support/kept-target.ts';
import { planOf, runPair } from '../support/plans.ts';
import { installedMajors, isAtEnd, isWhole } from '../support/postgres.ts';
import { serverWideTarget } from '../support/server-wide-target.ts';

for (const major of installedMajors) {
  describe(`generated downs on PostgreSQL ${String(major)}`, () => {
    // The oldest and the newest run everything; those between share the ordinary ones out, unless all are asked for.
    const ordinary = [...corpus, ...practice];
    const chosen = isAtEnd(major) || isWhole ? [...ordinary, ...rarities] : ordinary.filter((_, index) => index % 3 === major % 3);
    for (const each of chosen.filter(({ from = 14 }) => from <= major)) {
      it(titleOf(each), () => provesOnKept(each, major));
    }
    for (const each of serverWide.filter(({ from = 14 }) => isAtEnd(major) && from <= major)) {
      it(titleOf(each), async () => {
        const { text } = await generatesAsSaid(each, serverWideTarget(major));
        await roundTrips(each, text, serverWideTarget(major));
      });
    }
    after(async () => {
      await lent.get(major)?.drop();
      lent.delete(major);
    });
  });
}

function titleOf({ down, setup, up }: DownCase): string {
  return `${down}: ${setup === undefined ? '' : `(${setup.slice(0, 60)}) `}${up}`;
}

/** The databases of cases that begin with the ground alone and leave it as it was. */
const lent = new Map<PostgresMajor, KeptTarget>();

async function provesOnKept(each: DownCase, major: PostgresMajor): Promise<void> {
  const { history } = await planOf(pairOf(each));
  const leavesNothing = each.down === 'exact' && each.verdict === undefined;
  const isLent = leavesNothing && each.setup === undefined;
  const target = (isLent ? lent.get(major) : undefined) ?? keptTarget(major, history);
  if (isLent) lent.set(major, target);
  try {
    const { text, down } = await generatesAsSaid(each, target);
    await (leavesNothing ? target.bringBack(down) : target.drop());
    await roundTrips(each, text, target);
    await (isLent ? target.bringBack(down) : target.drop());
  } catch (error) {
    await target.drop();
    throw error;
  }
}

/** The generated down is what the case says: its text, and the same as something that can be applied. */
async function generatesAsSaid(each: DownCase, target: Target): Promise<{ readonly text: string; readonly down: PastMigration }> {
  const plan = await planOf(pairOf(each));
  const { up } = plan.migration;
  const undone = await undo(target, plan, { signal: new AbortController().signal, progress: () => undefined, mode: up.mode, config: defaultConfig });
  const kinds = inReverse(undone).map(({ inverse }) => inverse.kind);
  const text = writeDown(undone, { header: '', separator: null, opening: [] });
  const worst = kinds.includes('impossible') ? 'impossible' : kinds.includes('lossy') ? 'lossy' : 'exact';
  assert.equal(worst, each.down, text);
  return { text, down: { id: 'the way back', up: { path: '/back.sql', text, statements: parseScript(text).statements, mode: up.mode } } };
}

/** The round trip with the generated down is what the case says. */
async function roundTrips(each: DownCase, text: string, target: Target): Promise<void> {
  const run = await runPair(target, { ...pairOf(each), down: text });
  const failed = run.trace.legs.flatMap((leg) => leg.statements).find((statement) => statement.error !== null);
  const shown = `${text}\n${JSON.stringify(run.leftovers, null, 1)}\n${JSON.stringify(run.losses)}\n${failed?.sql ?? ''}\n${failed?.error?.message ?? ''}`;
  assert.equal(run.verdict, each.verdict ?? 'exact', shown);
  if (each.down === 'exact') assert.deepEqual([run.leftovers, run.losses, run.upAgainDifferences], [[], [], []], shown);
}

function pairOf({ up, setup, mode = 'transaction' }: DownCase): { readonly history: readonly string[]; readonly up: string; readonly mode: typeof mode } {
  return { history: setup === undefined ? [ground] : [ground, setup], up, mode };
}
