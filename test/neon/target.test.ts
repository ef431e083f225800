import assert from 'node:assert/strict';
import { neonTarget, type NeonPlace } from '../../src/dryrun/targets/neon.ts';
import type { OpenOptions, Target } from '../../src/dryrun/targets/target.ts';
import { UserError } from '../../src/model/errors.ts';
import { measured, runPair } from '../support/plans.ts';
import type { Emulator } from './emulator/emulator.ts';
import { fingerprintOfParent, onBranch, sharedEmulator, surroundingsOf, withParent } from './support.ts';

describe('the Neon target', () => {
  let emulator: Emulator;

  before(async () => {
    emulator = await sharedEmulator();
  });

  afterEach(() => emulator.reset());

  const target = (place: Partial<NeonPlace> = {}): Target =>
    neonTarget({ project: emulator.project.id, parentBranch: null, database: null, role: null, ttlMinutes: 60, ...place }, surroundingsOf(emulator));
  const open = (options: Partial<OpenOptions> = {}): ReturnType<Target['open']> =>
    target().open({ extensions: [], startFrom: [], statementTimeout: 10_000, signal: new AbortController().signal, ...options });
  const noMistakes = (): void => assert.deepEqual(emulator.mistakes, []);

  it('runs the pair on a branch with the parent’s rows, never writes the parent, and leaves no branch', async () => {
    await withParent(emulator, `CREATE TABLE orders (id int PRIMARY KEY, note text); INSERT INTO orders SELECT n, 'n' || n FROM generate_series(1, 500) n; GRANT ALL ON orders TO neon_owner; ALTER TABLE orders OWNER TO neon_owner`, async () => {
      const before = await fingerprintOfParent(emulator);
      const run = await runPair(target(), { up: 'ALTER TABLE orders ADD COLUMN total int; UPDATE orders SET total = id; DELETE FROM orders WHERE id > 400', down: 'ALTER TABLE orders DROP COLUMN total' });
      assert.equal(run.trace.target.id, 'neon');
      assert.match(run.trace.target.title, /^PostgreSQL 15\.\S+ .*on a Neon branch of main$/);
      assert.equal(run.trace.legs[0]?.statements[1]?.rows, 500);
      assert.deepEqual(run.trace.unfilled, []);
      assert.equal(run.verdict, 'data lost');
      assert.deepEqual(await fingerprintOfParent(emulator), before);
    });
    assert.deepEqual(emulator.branches(), []);
    const onParent = emulator.log.filter(({ method, path }) => method !== 'GET' && path.includes(emulator.main.id));
    assert.deepEqual(onParent, []);
    noMistakes();
  });

  it('says what its role may not read, and leaves no branch', async () => {
    await withParent(emulator, 'CREATE TABLE foreign_rows (id int); REVOKE pg_read_all_data FROM neon_owner', async () => {
      try {
        await assert.rejects(runPair(target(), { up: 'CREATE TABLE added (id int)' }), (error) => error instanceof UserError && /may not read all that a round trip compares: permission denied for table foreign_rows/.test(error.message));
      } finally {
        await onBranch(emulator, emulator.main.id, 'GRANT pg_read_all_data TO neon_owner');
      }
    });
    assert.deepEqual(emulator.branches(), []);
  });

  it('marks its branch with owner, purpose and expiry, and gives it a compute of its own', async () => {
    const opened = await open();
    const [branch] = emulator.branches();
    assert.deepEqual(Object.keys(branch?.annotation ?? {}).sort(), ['lockstep-expires-at', 'lockstep-owner', 'lockstep-purpose']);
    assert.ok(branch?.endpoint !== null);
    const minutes = ((branch?.expiresAt?.getTime() ?? 0) - Date.now()) / 60_000;
    assert.ok(minutes > 50 && minutes <= 60, String(minutes));
    await opened.close();
    assert.deepEqual(emulator.branches(), []);
    noMistakes();
  });

  it('gives a second session on the same branch', async () => {
    const opened = await open();
    await opened.session.query('CREATE TABLE seen (id int)');
    const second = await opened.connect?.();
    assert.deepEqual((await second?.query(`SELECT to_regclass('seen')::text AS name`))?.rows, [{ name: 'seen' }]);
    await second?.close();
    await opened.close();
    noMistakes();
  });

  it('keeps Neon’s own comparison of the schemas beside ours', async () => {
    const { trace } = await runPair(target(), { up: 'CREATE TABLE added (id int PRIMARY KEY)', down: 'DROP TABLE added' });
    assert.ok(trace.foreignDiff !== undefined);
    const { by, against, text } = measured(trace.foreignDiff);
    assert.deepEqual({ by, against }, { by: 'Neon’s compare_schema', against: 'the branch main' });
    assert.match(text, /^\+CREATE TABLE public\.added \($/m);
    noMistakes();
  });

  it('says why when Neon does not compare, and runs on', async () => {
    emulator.faults.push({ on: 'getProjectBranchSchemaComparison', error: { status: 500, message: 'not today' } });
    const { trace, verdict } = await runPair(target(), { up: 'CREATE TABLE added (id int PRIMARY KEY)', down: 'DROP TABLE added' });
    assert.deepEqual(trace.foreignDiff, { kind: 'unavailable', reason: 'Neon’s compare_schema did not answer: not today' });
    assert.equal(verdict, 'exact');
  });

  describe('starts where the parent is', () => {
    const history = ['CREATE TABLE a (id int)', 'CREATE TABLE b (id int)', 'CREATE TABLE c (id int)'];
    const pair = { history, up: 'ALTER TABLE c ADD COLUMN d int', down: 'ALTER TABLE c DROP COLUMN d' };

    it('by Drizzle’s table: what is newer than its newest runs first', async () => {
      await withParent(emulator, 'CREATE TABLE a (id int); CREATE TABLE b (id int); CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id serial, hash text, created_at bigint); INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (\'x\', 1000), (\'y\', 2000); GRANT ALL ON SCHEMA drizzle TO neon_owner; GRANT ALL ON ALL TABLES IN SCHEMA drizzle, public TO neon_owner', async () => {
        const { trace, verdict } = await runPair(target(), { ...pair, when: [1000, 2000, 3000, 4000] });
        assert.equal(verdict, 'exact');
        assert.deepEqual(trace.target.notes, ['The parent branch has seen 2 of the 3 earlier migrations, by drizzle.__drizzle_migrations; 1 more ran on the new one first.']);
        await assert.rejects(runPair(target(), { ...pair, when: [500, 700, 900, 1000] }), (error) => error instanceof UserError && /^now is applied already on the Neon branch main/.test(error.message));
      });
      assert.deepEqual(emulator.branches(), []);
    });

    it('by Prisma’s table: what is missing in it, or was rolled back, runs first', async () => {
      await withParent(emulator, `CREATE TABLE a (id int); CREATE TABLE c (id int); CREATE TABLE _prisma_migrations (migration_name text, finished_at timestamptz, rolled_back_at timestamptz);
        INSERT INTO _prisma_migrations VALUES ('past_1', now(), NULL), ('past_2', now(), now()), ('past_3', now(), NULL); ALTER TABLE c OWNER TO neon_owner; GRANT ALL ON ALL TABLES IN SCHEMA public TO neon_owner`, async () => {
        const { trace, verdict } = await runPair(target(), pair);
        assert.equal(verdict, 'exact');
        assert.deepEqual(trace.target.notes, ['The parent branch has seen 2 of the 3 earlier migrations, by public._prisma_migrations; 1 more ran on the new one first.']);
      });
    });

    it('without a table of either: an empty parent gets the whole history', async () => {
      const { trace, verdict } = await runPair(target(), pair);
      assert.equal(verdict, 'exact');
      assert.deepEqual(trace.target.notes, ['The parent branch has no tables, so the whole history ran on the new one first.']);
    });

    it('without a table of either: a parent with tables has seen it all', async () => {
      await withParent(emulator, 'CREATE TABLE c (id int); ALTER TABLE c OWNER TO neon_owner', async () => {
        const { trace, verdict } = await runPair(target(), pair);
        assert.equal(verdict, 'exact');
        assert.deepEqual(trace.target.notes, ['The parent branch keeps no record of migrations that Lockstep knows, so all earlier ones are taken as applied there.']);
      });
    });
  });

  it('takes a named parent branch, by name or id, and says which there are when it has none of that name', async () => {
    const between = await emulator.project.branch({ name: 'staging', parentId: emulator.main.id, expiresAt: null, annotation: {}, withEndpoint: true });
    for (const operation of between.operations) await emulator.project.poll(operation.id);
    await onBranch(emulator, between.branch.id, 'CREATE TABLE only_staging (id int)');
    for (const parentBranch of ['staging', between.branch.id]) {
      const opened = await target({ parentBranch }).open({ extensions: [], startFrom: [], statementTimeout: 10_000, signal: new AbortController().signal });
      assert.deepEqual((await opened.session.query(`SELECT to_regclass('only_staging')::text AS name`)).rows, [{ name: 'only_staging' }]);
      await opened.close();
    }
    await assert.rejects(target({ parentBranch: 'nope' }).open({ extensions: [], startFrom: [], statementTimeout: 10_000, signal: new AbortController().signal }), /has no branch nope; it has main, staging\./);
  });

  describe('sweeps at the next opening', () => {
    const leave = async (annotation: Readonly<Record<string, string>>): Promise<void> => {
      await emulator.project.branch({ name: `left-${String(emulator.project.branches.size)}`, parentId: emulator.main.id, expiresAt: null, annotation, withEndpoint: false });
    };

    it('what dead owners and expired runs left, and nothing else', async () => {
      const future = new Date(Date.now() + 3_600_000).toISOString();
      await leave({ 'lockstep-owner': 'gone', 'lockstep-expires-at': future });
      await leave({ 'lockstep-owner': 'living', 'lockstep-expires-at': '2026-01-01T00:00:00Z' });
      await leave({ 'lockstep-owner': 'living', 'lockstep-expires-at': future });
      await leave({ owner: 'somebody else' });
      await leave({});
      await (await open()).close();
      assert.deepEqual(emulator.branches().map(({ name }) => name), ['left-3', 'left-4', 'left-5']);
      noMistakes();
    });
  });
});
