import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runLeg } from '../../src/dryrun/leg.ts';
import { startObserver } from '../../src/dryrun/observe/observer.ts';
import type { PlannedScript } from '../../src/dryrun/plan.ts';
import { dryRun } from '../../src/dryrun/run.ts';
import { embeddedTarget } from '../../src/dryrun/targets/embedded.ts';
import type { Session, Target } from '../../src/dryrun/targets/target.ts';
import { databaseEngine } from '../../src/host/database.ts';
import type { Table } from '../support/bench.ts';
import { planOf } from '../support/plans.ts';

/** What watching costs, and what the cache saves. */
export async function bench(): Promise<Table> {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'));
  try {
    const observed = await overhead(cacheFolder);
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

const rounds = 7;

const ground = `
  CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, plan varchar(10), spent integer NOT NULL);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, total numeric(10,2) NOT NULL, note text);
  INSERT INTO customers SELECT n, 'person' || n || '@example.com', 'free', n FROM generate_series(1, 50000) n;
  INSERT INTO orders SELECT n, 1 + n % 50000, n, 'note ' || n FROM generate_series(1, 50000) n`;

const up = `
  SET LOCAL lock_timeout = '5s';
  ALTER TABLE customers ADD COLUMN country char(2) NOT NULL DEFAULT 'DE';
  ALTER TABLE customers ALTER COLUMN plan TYPE varchar(20);
  CREATE INDEX customers_email ON customers (lower(email));
  CREATE INDEX orders_customer ON orders (customer_id);
  ALTER TABLE orders ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
  ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fk;
  ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total > 0);
  ALTER TABLE orders ALTER COLUMN note SET NOT NULL;
  UPDATE customers SET plan = 'paid' WHERE spent % 5 = 0;
  CREATE TABLE refunds (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders);
  ALTER TABLE customers ALTER COLUMN spent TYPE bigint`;

const down = `
  ALTER TABLE customers ALTER COLUMN spent TYPE integer; DROP TABLE refunds; ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
  ALTER TABLE orders DROP CONSTRAINT total_positive; ALTER TABLE orders DROP CONSTRAINT orders_customer_fk; DROP INDEX orders_customer; DROP INDEX customers_email;
  ALTER TABLE customers ALTER COLUMN plan TYPE varchar(10); ALTER TABLE customers DROP COLUMN country`;

async function overhead(cacheFolder: string): Promise<number> {
  const target = embeddedTarget(databaseEngine({ cacheFolder, spareFor: 0 }));
  const opened = await target.open({ extensions: [], startFrom: [], statementTimeout: 120_000, signal: new AbortController().signal });
  const plan = await planOf({ up, down });
  const ratios: number[] = [];
  try {
    await opened.session.query(ground);
    for (let round = 0; round <= rounds; round += 1) {
      const [raw, observed] = [await timed(() => runRaw(opened.session, plan.migration.up)), await backAnd(() => runObserved(opened.session, plan.migration.up))];
      await opened.session.query(down);
      // The first round fills the engine's own caches.
      if (round > 0) ratios.push(observed / raw);
    }
  } finally {
    await opened.close();
  }
  return median(ratios);

  async function backAnd(run: () => Promise<void>): Promise<number> {
    await opened.session.query(down);
    return timed(run);
  }
}

async function runRaw(session: Session, script: PlannedScript): Promise<void> {
  await session.query('BEGIN');
  for (const { statement } of script.statements) await session.query(statement.text);
  await session.query('COMMIT');
}

async function runObserved(session: Session, script: PlannedScript): Promise<void> {
  const leg = await runLeg(session, { leg: 'up', script, observer: await startObserver(session), onStatement: () => undefined });
  if (leg.outcome === 'failed') throw new Error('the benchmark’s migration failed');
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
  const history = Array.from({ length: 200 }, (_, n) => migration(n));
  const plan = await planOf({ history, up: 'ALTER TABLE entity_0 ADD COLUMN added text', down: 'ALTER TABLE entity_0 DROP COLUMN added' });
  await dryRun(target, plan, { signal: new AbortController().signal, progress: () => undefined });
}

/** Every fourth migration makes a table, the others change one. */
function migration(n: number): string {
  const table = `entity_${String(Math.floor(n / 4))}`;
  if (n % 4 === 0) {
    return `CREATE TABLE ${table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, state text NOT NULL DEFAULT 'new', made timestamptz NOT NULL DEFAULT now());
      CREATE INDEX ${table}_state ON ${table} (state); ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY; CREATE POLICY all_rows ON ${table} USING (true)`;
  }
  const column = `extra_${String(n % 4)}`;
  return `ALTER TABLE ${table} ADD COLUMN ${column} integer; UPDATE ${table} SET ${column} = 0; ALTER TABLE ${table} ALTER COLUMN ${column} SET NOT NULL; CREATE INDEX ${table}_${column} ON ${table} (${column})`;
}

async function timed(run: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
