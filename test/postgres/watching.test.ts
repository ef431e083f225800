import assert from 'node:assert/strict';
import pg from 'pg';
import { dryRun } from '../../src/dryrun/run.ts';
import { UserError } from '../../src/model/errors.ts';
import type { PostgresMajor } from '../../src/model/config.ts';
import { installedMajors, sharedServer } from '../support/postgres.ts';
import { legOf, measured, planOf, runPair } from '../support/plans.ts';
import { serverTarget } from '../support/server-target.ts';

const shop = `
  CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
  CREATE TABLE orders (id integer PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, note text);
  CREATE TABLE events (at date NOT NULL, id integer) PARTITION BY RANGE (at);
  CREATE TABLE past PARTITION OF events FOR VALUES FROM ('2001-01-01') TO ('2101-01-01');
  CREATE FUNCTION slow(value text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.1); RETURN value; END $$;`;

const quiet = { signal: new AbortController().signal, progress: () => undefined };

// The oldest and the newest: between them lies all that differs in what PostgreSQL tells of other sessions.
for (const major of installedMajors.filter((each) => each === 14 || each === 18)) describeWatching(major);

function describeWatching(major: PostgresMajor): void {
  describe(`a second session on PostgreSQL ${String(major)}`, () => {
    it('sees the lock and the phases of an index that is built concurrently', async () => {
      const up = 'CREATE INDEX CONCURRENTLY later ON orders (slow(note))';
      const { trace } = await runPair(serverTarget(major), { history: [shop], up, mode: 'autocommit' });
      const leg = legOf(trace, 'up');
      const [statement] = leg.statements;
      assert.ok(statement?.watched !== undefined && statement.watched.looks > 3);
      assert.ok(statement.watched.phases.some(({ name }) => name.startsWith('building index')), JSON.stringify(statement.watched));
      const window = leg.lockWindows.find((each) => each.relation === 'public.orders');
      assert.deepEqual([window?.mode, window?.sampled], ['SHARE UPDATE EXCLUSIVE', true]);
      assert.ok(window !== undefined && window.to > window.from);
      if (major === 14) assert.match(statement.scans.kind === 'unavailable' ? statement.scans.reason : '', /PostgreSQL 14/);
      else assert.deepEqual(measured(statement.scans).map((scan) => scan.relation), ['public.orders']);
    });

    it('sees the locks of a block that commits by itself', async () => {
      const up = `DO $$ BEGIN LOCK TABLE orders IN EXCLUSIVE MODE; PERFORM pg_sleep(0.2); COMMIT; PERFORM pg_sleep(0.2); END $$`;
      const { trace } = await runPair(serverTarget(major), { history: [shop], up, mode: 'autocommit' });
      const leg = legOf(trace, 'up');
      const window = leg.lockWindows.find((each) => each.relation === 'public.orders' && each.mode === 'EXCLUSIVE');
      assert.ok(window !== undefined && window.to < leg.duration, 'it is gone before the block is');
    });

    it('names partitions that are locked with their table', async () => {
      const { trace } = await runPair(serverTarget(major), { history: [shop], up: 'ALTER TABLE events ADD COLUMN kind text' });
      const locks = measured(legOf(trace, 'up').statements[0]?.locks ?? { kind: 'unavailable', reason: 'no statement' });
      assert.equal(locks.find((lock) => lock.relation === 'public.past')?.via, 'partition of public.events');
    });

    it('probes how long readers and writers really wait, also behind a foreign key', async () => {
      const up = 'CREATE INDEX late ON orders (note); SELECT pg_sleep(1)';
      const trace = await dryRun(serverTarget(major), await planOf({ history: [shop], up }), { ...quiet, probe: 'on' });
      const probe = measured(legOf(trace, 'up').probe ?? { kind: 'unavailable', reason: 'no probe' });
      assert.deepEqual(probe.map(({ table }) => table), ['public.orders', 'public.users']);
      const [orders, users] = probe;
      // SHARE keeps out writers and nobody else (manual 13.3.1), so they make fewer attempts in the same time.
      assert.ok(orders !== undefined && users !== undefined && orders.write.attempts < orders.read.attempts, JSON.stringify(orders));
      assert.ok(orders.write.longest > users.write.longest, JSON.stringify(probe));
      assert.deepEqual([orders.read.ended, orders.write.ended], [null, null]);
    });

    it('says why a probe ended before the script', async () => {
      const trace = await dryRun(serverTarget(major), await planOf({ history: [shop], up: 'DROP TABLE orders', mode: 'autocommit' }), { ...quiet, probe: 'on' });
      const probe = measured(legOf(trace, 'up').probe ?? { kind: 'unavailable', reason: 'no probe' });
      const orders = probe.find(({ table }) => table === 'public.orders');
      for (const access of [orders?.read, orders?.write]) if (access?.ended != null) assert.match(access.ended, /does not exist/);
    });

    it('leaves no session behind when a probed run is cancelled', async () => {
      const stop = new AbortController();
      const progress = ({ message }: { readonly message: string }): void => { if (message.startsWith('Running the up')) setTimeout(() => { stop.abort(); }, 100); };
      const run = dryRun(serverTarget(major), await planOf({ history: [shop], up: 'LOCK TABLE orders; SELECT pg_sleep(20)' }), { signal: stop.signal, progress, probe: 'on' });
      await assert.rejects(run, (error) => error instanceof UserError && error.code === 'cancelled');
      const server = await sharedServer(major);
      const client = new pg.Client({ connectionString: server.url('postgres') });
      await client.connect();
      const { rows } = await client.query<{ left: string }>(`SELECT count(*) AS left FROM pg_stat_activity WHERE application_name = 'lockstep' AND datname LIKE 'dry\\_run\\_%'`);
      await client.end();
      assert.equal(rows[0]?.left, '0');
    });
  });
}
