import assert from 'node:assert/strict';
import { prepared } from '../../../src/dryrun/run.ts';
import { takeSnapshot } from '../../../src/dryrun/schema/snapshot.ts';
import type { Target } from '../../../src/dryrun/targets/target.ts';
import type { PostgresMajor } from '../../../src/model/config.ts';
import type { SchemaFacts } from '../../../src/model/schema.ts';
import { loadParser } from '../../../src/sql/parse.ts';
import type { TemplateStep } from '../../../src/templates/define-template.ts';
import { schemaFromSnapshot } from '../../../src/templates/support/schema-from-snapshot.ts';
import { scriptText } from '../../../src/templates/support/scripts.ts';
import { planOf, runPair, type PastText } from '../../support/plans.ts';
import { layoutNames, modeOf, type LayoutName } from '../../templates/around.ts';
import { buildOf, combinations, type Combination } from '../../templates/combinations.ts';
import { facts } from '../../templates/facts.ts';
import { rows, structure } from '../../templates/history.ts';

interface Extent {
  readonly postgres: PostgresMajor;
  /** `all`: every way in which a layout runs it, and over made-up rows as well. `ends`: the first and the last of these ways. */
  readonly tried: 'all' | 'ends';
}

/** What templates write, run: every pair alone brings everything back, over rows and over made-up ones. */
export function describeTemplates(title: string, target: () => Target, { postgres, tried }: Extent): void {
  describe(`templates on ${title}`, function () {
    // Up to six migrations, each in three layouts and with a history of its own.
    this.timeout(300_000);
    it('the facts that the tests of the templates work on are those of the catalog', async () => {
      assert.deepEqual({ ...(await factsOf(target(), [structure, rows])), roles: [] }, facts);
    });

    for (const combination of combinations) {
      it(combination.title, async () => {
        await loadParser();
        const ways = variants(combination, postgres);
        const chosen = tried === 'all' ? ways : [...new Set([ways.at(0), ways.at(-1)])].filter((each) => each !== undefined);
        for (const { layout, steps } of chosen) await runSteps(target(), { layout, steps, history: [structure, rows], verdicts: combination.verdicts ?? {} });
        // Without rows of its own, a dry run makes some up.
        for (const { layout, steps } of tried === 'all' ? ways.slice(0, 1) : []) await runSteps(target(), { layout, steps, history: [structure], verdicts: { ...combination.verdicts, ...combination.madeUp } });
      });
    }
  });
}

interface Variant {
  readonly layout: LayoutName;
  readonly steps: readonly TemplateStep[];
}

/** Layouts that run the same statements in the same transactions are tried once. */
function variants(combination: Combination, postgres: PostgresMajor): readonly Variant[] {
  const found = new Map<string, Variant>();
  for (const layout of layoutNames) {
    const { steps, problems } = buildOf(combination, { layout, postgres });
    assert.deepEqual(problems, []);
    const key = JSON.stringify(steps.map(({ up, down }) => [up, down].map((script) => [scriptText(script, null), script.statements.length > 1 && modeOf(layout, script).kind === 'autocommit'])));
    if (!found.has(key)) found.set(key, { layout, steps });
  }
  return [...found.values()];
}

interface Steps {
  readonly layout: LayoutName;
  readonly steps: readonly TemplateStep[];
  readonly history: readonly string[];
  readonly verdicts: NonNullable<Combination['verdicts']>;
}

async function runSteps(target: Target, { layout, steps, history, verdicts }: Steps): Promise<void> {
  const past: PastText[] = [...history];
  for (const step of steps) {
    const [up, down] = [scriptText(step.up, null), scriptText(step.down, null)];
    const mode = modeOf(layout, step.up).kind;
    const run = await runPair(target, { history: past, up, down, mode });
    const error = run.trace.legs.flatMap((leg) => leg.statements).find((each) => each.error !== null)?.error?.message ?? null;
    const expected = verdicts[step.name] ?? 'exact';
    assert.deepEqual([layout, step.name, run.verdict, run.upAgainDifferences], [layout, step.name, expected, []], JSON.stringify({ error, losses: run.losses, leftovers: run.leftovers, remainders: run.remainders }, null, 1));
    past.push({ text: up, mode });
  }
}

async function factsOf(target: Target, history: readonly string[]): Promise<SchemaFacts> {
  const plan = await planOf({ history, up: 'SELECT 1' });
  return prepared(target, plan, { signal: new AbortController().signal, progress: () => undefined }, async ({ session }) => {
    await session.query('DISCARD ALL');
    return schemaFromSnapshot(await takeSnapshot(session));
  });
}
