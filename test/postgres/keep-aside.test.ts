import assert from 'node:assert/strict';
import { keepingOf, rehearseKept } from '../../src/app/keep-aside.ts';
import { rehearseUp } from '../../src/app/rehearse-up.ts';
import { inReverse } from '../../src/down/generate.ts';
import { keepAside } from '../../src/down/keep/keep.ts';
import { keepingPlace } from '../../src/down/keep/kept.ts';
import { writeDown } from '../../src/down/write.ts';
import { UserError } from '../../src/model/errors.ts';
import { ground } from '../fixtures/down/corpus.ts';
import { keepCases } from '../fixtures/down/kept.ts';
import { emptiedTarget } from '../support/emptied-target.ts';
import { planOf, runPair } from '../support/plans.ts';
import { installedMajors } from '../support/postgres.ts';
import { serverTarget } from '../support/server-target.ts';

// What keeps rows aside is older than PostgreSQL 14, so that one major shows it; the downs it rests on run on all of them.
const majors = installedMajors.slice(-1);

for (const major of majors) {
  describe(`data kept aside on PostgreSQL ${String(major)}`, () => {
    const target = emptiedTarget(serverTarget(major));
    for (const each of keepCases.filter(({ from = 14 }) => from <= major)) {
      it(`${each.kept === 'exact' ? 'comes back' : 'is refused'}: ${each.up}`, async () => {
        const pair = { history: each.setup === undefined ? [ground] : [ground, each.setup], up: each.up, mode: each.mode ?? 'transaction' } as const;
        const plan = await planOf(pair);
        const options = { signal: new AbortController().signal, progress: () => undefined, mode: plan.migration.up.mode };
        const first = await rehearseUp(target, plan, options);
        const keeping = keepingOf(plan, first, null);
        if (each.kept !== 'exact') return assert.match(await refusal(async () => {
          await rehearseKept(target, { plan, keeping, first }, options);
          const [reason] = first.steps.map((step) => keepAside({ ...step, postgres: first.postgres }, keepingPlace('now'))).flatMap((kept) => (kept.kind === 'not kept' ? [kept.reason] : []));
          return reason ?? 'nothing stands in the way';
        }), each.kept);
        const kept = await rehearseKept(target, { plan, keeping, first }, options);
        assert.ok(kept !== null, `${keeping.rewritten === null ? 'nothing is kept' : keeping.rewritten.text}`);
        const down = writeDown(kept.undone, { header: '', separator: null, opening: [] });
        const run = await runPair(target, { ...pair, up: kept.kept.text, down });
        const failed = run.trace.legs.flatMap((leg) => leg.statements).find((statement) => statement.error !== null);
        const shown = `${kept.kept.text}\n---- down\n${down}\n----\n${failed?.error?.message ?? ''}\n${JSON.stringify([run.leftovers, run.losses, run.remainders, kept.kept.differences], null, 1)}`;
        assert.deepEqual([run.verdict, inReverse(kept.undone).filter(({ inverse }) => inverse.kind !== 'exact').map(({ inverse }) => inverse)], ['exact', []], shown);
        assert.deepEqual([run.upAgainDifferences, kept.kept.differences], [[], []], shown);
      });
    }
  });
}

async function refusal(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message;
  }
}
