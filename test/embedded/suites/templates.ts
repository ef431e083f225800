import assert from 'node:assert/strict';
import { prepared } from '../../../src/dryrun/run.ts';
import { takeSnapshot } from '../../../src/dryrun/schema/snapshot.ts';
import type { Session, Target } from '../../../src/dryrun/targets/target.ts';
import type { PostgresMajor } from '../../../src/model/config.ts';
import type { SchemaFacts } from '../../../src/model/schema.ts';
import { loadParser } from '../../../src/sql/parse.ts';
import type { TemplateScript, TemplateStep } from '../../../src/templates/define-template.ts';
import { schemaFromSnapshot } from '../../../src/templates/support/schema-from-snapshot.ts';
import { scriptText } from '../../../src/templates/support/scripts.ts';
import { planOf, runPair, type PastText } from '../../support/plans.ts';
import { layoutNames, modeOf, type LayoutName } from '../../templates/around.ts';
import { buildOf, combinations, type Combination } from '../../templates/combinations.ts';
import { facts } from '../../templates/facts.ts';
import { rows, structure } from '../../templates/history.ts';

interface Extent {
  readonly postgres: PostgresMajor;
  /** `all`: every way in which a layout runs it, and over made-up rows as well. `ends`: the first and the last of these ways; `first`: the first. */
  readonly tried: 'all' | 'ends' | 'first';
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
        const chosen = tried === 'all' ? ways : [...new Set([ways.at(0), ways.at(tried === 'ends' ? -1 : 0)])].filter((each) => each !== undefined);
        for (const { layout, steps } of chosen) await runSteps(target(), { layout, steps, history: [structure, rows], verdicts: combination.verdicts ?? {} });
        // Without rows of its own, a dry run makes some up.
        for (const { layout, steps } of tried === 'all' ? ways.slice(0, 1) : []) await runSteps(target(), { layout, steps, history: [structure], verdicts: { ...combination.verdicts, ...combination.madeUp } });
      });
    }

    it('a trigger keeps the old and the new column alike, and the way back loses nothing', async () => {
      const steps = stepsOf('rename column', 'plain', postgres);
      const names = 'SELECT name, full_name FROM customers ORDER BY id DESC LIMIT 1';
      await atWork(target(), [structure, rows], async (session) => {
        const add = (column: string, value: string): string => `INSERT INTO customers (tenant_id, ${column}) VALUES ('11111111-1111-4111-8111-111111111111', '${value}')`;
        const last = async (query: string): Promise<unknown> => (await session.query(query)).rows[0];
        await session.query(textOf(steps[0]?.up));
        await session.query(add('name', 'by old code'));
        assert.deepEqual(await last(names), { name: 'by old code', full_name: 'by old code' });
        await session.query(add('full_name', 'by new code'));
        assert.deepEqual(await last(names), { name: 'by new code', full_name: 'by new code' });
        await session.query(`UPDATE customers SET name = 'old again' WHERE full_name = 'by new code'`);
        assert.deepEqual(await last(names), { name: 'old again', full_name: 'old again' });
        await session.query(`UPDATE customers SET full_name = 'new again' WHERE name = 'old again'`);
        assert.deepEqual(await last(names), { name: 'new again', full_name: 'new again' });
        for (const step of steps.slice(1, -1)) await session.query(textOf(step.up));
        await session.query(add('full_name', 'after the switch'));
        await session.query(`UPDATE customers SET full_name = 'changed' WHERE full_name = 'new again'`);
        for (const step of steps.slice(1, -1).reverse()) await session.query(textOf(step.down));
        assert.deepEqual((await session.query(`SELECT name FROM customers ORDER BY id`)).rows.slice(-3).map((row) => row['name']), ['by old code', 'changed', 'after the switch']);
      });
    });

    it('a backfill that was stopped goes on where it stopped, and its down puts everything back', async () => {
      const [step] = stepsOf('backfill', 'autocommit', postgres);
      const emails = `SELECT string_agg(coalesce(email, '-'), ' ' ORDER BY id) AS emails FROM customers`;
      await atWork(target(), [structure, rows], async (session) => {
        const all = async (): Promise<unknown> => (await session.query(emails)).rows[0]?.['emails'];
        const before = await all();
        await session.query(`ALTER TABLE customers ADD CONSTRAINT stop CHECK (email <> 'ann5@example.com')`);
        await assert.rejects(session.query(textOf(step?.up)), /violates check constraint "stop"/);
        assert.equal(await all(), 'ann1@example.com ann2@example.com - ann4@example.com Ann5@Example.com - Ann7@Example.com', 'two batches are committed');
        await session.query('ALTER TABLE customers DROP CONSTRAINT stop');
        const { notices } = await session.query(textOf(step?.up));
        assert.deepEqual(notices.map((each) => each.message), ['relation "customers_email_before" already exists, skipping', '2 rows of customers to fill', '0 of 2 rows of customers filled', '0 of 2 rows of customers filled', '1 of 2 rows of customers filled', '2 of 2 rows of customers filled']);
        assert.equal(await all(), String(before).toLowerCase());
        await session.query(textOf(step?.down));
        assert.equal(await all(), before);
        await session.query(textOf(step?.down));
        assert.equal(await all(), before, 'a second down does nothing');
      });
    });

    it('a backfill in one transaction refuses too many rows', async () => {
      const [step] = stepsOf('backfill', 'drizzle', postgres);
      const many = `INSERT INTO customers (tenant_id, name, email) SELECT '11111111-1111-4111-8111-111111111111', 'n', 'A' FROM generate_series(1, 100001)`;
      await atWork(target(), [structure, rows, many], async (session) => {
        await assert.rejects(session.query(textOf(step?.up)), /100006 rows of customers are too many for one transaction/);
      });
    });
  });
}

function stepsOf(title: string, layout: LayoutName, postgres: PostgresMajor): readonly TemplateStep[] {
  const combination = combinations.find((each) => each.title === title);
  if (combination === undefined) throw new Error(`there is no combination ${title}`);
  return buildOf(combination, { layout, postgres }).steps;
}

function textOf(script: TemplateScript | undefined): string {
  if (script === undefined) throw new Error('there is no such step');
  return scriptText(script, null);
}

/** A session in a database of its own that stands where the history ends. */
async function atWork(target: Target, history: readonly string[], use: (session: Session) => Promise<void>): Promise<void> {
  const plan = await planOf({ history, up: 'SELECT 1' });
  await prepared(target, plan, { signal: new AbortController().signal, progress: () => undefined }, async ({ session }) => {
    await session.reset();
    await use(session);
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
    await session.reset();
    return schemaFromSnapshot(await takeSnapshot(session));
  });
}
