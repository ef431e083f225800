import { runLeg } from '../../src/dryrun/leg.ts';
import { startObserver } from '../../src/dryrun/observe/observer.ts';
import type { PlannedScript } from '../../src/dryrun/plan.ts';
import type { OpenTarget, Session, Target } from '../../src/dryrun/targets/target.ts';
import { planOf } from '../support/plans.ts';

const rounds = 7;

/** A migration over tables with some rows in them, and what leads back. */
export interface Measured {
  readonly ground: string;
  readonly up: string;
  readonly down: string;
}

/** Two tables with 50,000 rows each, and what migrations do to such tables. */
export const ordinary: Measured = {
  ground: `
  CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, plan varchar(10), spent integer NOT NULL);
  CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, total numeric(10,2) NOT NULL, note text);
  INSERT INTO customers SELECT n, 'person' || n || '@example.com', 'free', n FROM generate_series(1, 50000) n;
  INSERT INTO orders SELECT n, 1 + n % 50000, n, 'note ' || n FROM generate_series(1, 50000) n`,
  up: `
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
  ALTER TABLE customers ALTER COLUMN spent TYPE bigint`,
  down: `
  ALTER TABLE customers ALTER COLUMN spent TYPE integer; DROP TABLE refunds; ALTER TABLE orders ALTER COLUMN note DROP NOT NULL;
  ALTER TABLE orders DROP CONSTRAINT total_positive; ALTER TABLE orders DROP CONSTRAINT orders_customer_fk; DROP INDEX orders_customer; DROP INDEX customers_email;
  ALTER TABLE customers ALTER COLUMN plan TYPE varchar(10); ALTER TABLE customers DROP COLUMN country`,
};

/** Time of a migration with Lockstep's looks ÷ time of the same SQL raw, in one database: the median of seven pairs. */
export async function overheadOn(target: Target, { ground, up, down }: Measured): Promise<number> {
  const opened = await target.open({ extensions: [], startFrom: [], statementTimeout: 120_000, signal: new AbortController().signal });
  const plan = await planOf({ up, down });
  const ratios: number[] = [];
  try {
    await opened.session.query(ground);
    for (let round = 0; round <= rounds; round += 1) {
      const raw = await timed(() => runRaw(opened.session, plan.migration.up));
      await opened.session.query(down);
      const observed = await timed(() => runObserved(opened, plan.migration.up));
      await opened.session.query(down);
      // The first round fills the server's own caches.
      if (round > 0) ratios.push(observed / raw);
    }
  } finally {
    await opened.close();
  }
  return median(ratios);
}

async function runRaw(session: Session, script: PlannedScript): Promise<void> {
  await session.query('BEGIN');
  for (const { statement } of script.statements) await session.query(statement.text);
  await session.query('COMMIT');
}

/** As a dry run does it: with a second session where the target has one. */
async function runObserved(opened: OpenTarget, script: PlannedScript): Promise<void> {
  const second = await opened.connect?.();
  try {
    const observer = await startObserver(opened.session, { second: second === undefined ? { kind: 'unavailable', reason: 'The target has one session.' } : { kind: 'measured', value: second }, company: 'alone' });
    const leg = await runLeg(opened.session, { leg: 'up', script, observer, onStatement: () => undefined });
    if (leg.outcome === 'failed') throw new Error('the benchmark’s migration failed');
  } finally {
    await second?.close();
  }
}

export async function timed(run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await run();
  return performance.now() - begin;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
