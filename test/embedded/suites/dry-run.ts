import assert from 'node:assert/strict';
import type { Target } from '../../../src/dryrun/targets/target.ts';
import type { StatementTrace } from '../../../src/model/trace.ts';
import { UserError } from '../../../src/model/errors.ts';
import { legOf, locksOf, measured, runPair } from '../../support/plans.ts';

const shop = `
  CREATE TABLE users (id bigserial PRIMARY KEY, email text NOT NULL, nick varchar(20));
  CREATE TABLE orders (id integer PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, note text, total numeric(10,2) NOT NULL);
  CREATE INDEX orders_note ON orders (note);`;

/** What the session's role may: an ordinary one owns the database and nothing else. */
type Role = 'superuser' | 'ordinary';

/** What every target has to tell of a dry run. */
export function describeDryRun(title: string, target: () => Target, role: Role = 'superuser'): void {
  describe(`dry run on ${title}`, () => {
    describeEffects(target, role);
    describeTransactions(target);
    describeErrors(target);
  });
}

function describeEffects(target: () => Target, role: Role): void {
  const only = async (sql: string): Promise<ReturnType<typeof legOf>['statements'][number]> => {
    const { trace } = await runPair(target(), { history: [shop], up: sql, mode: 'autocommit' });
    const statement = legOf(trace, 'up').statements[0];
    assert.equal(statement?.error, null);
    return statement;
  };

  it('sees a scan and no rewrite when a column becomes NOT NULL', async () => {
    const statement = await only('ALTER TABLE orders ALTER COLUMN note SET NOT NULL');
    assert.deepEqual(locksOf(statement), ['public.orders ACCESS EXCLUSIVE']);
    assert.deepEqual(measured(statement.rewrites), []);
    assert.deepEqual(measured(statement.scans), [{ relation: 'public.orders', rowsRead: 4 }]);
  });

  it('sees table and indexes rewritten by a new type', async () => {
    const statement = await only('ALTER TABLE orders ALTER COLUMN id TYPE bigint');
    const rewritten = measured(statement.rewrites).map((each) => `${each.relationKind} ${each.relation}`).sort();
    assert.deepEqual(rewritten, ['index public.orders_note', 'index public.orders_pkey', 'table public.orders']);
    assert.ok(measured(statement.walBytes) > 0);
  });

  it('sees that a wider varchar rewrites nothing', async () => {
    const statement = await only('ALTER TABLE users ALTER COLUMN nick TYPE varchar(40)');
    assert.deepEqual(measured(statement.rewrites), []);
    assert.deepEqual(measured(statement.scans), []);
  });

  it('takes a new file of TRUNCATE for no rewrite', async () => {
    const statement = await only('TRUNCATE orders');
    assert.deepEqual(measured(statement.rewrites), []);
    assert.ok(locksOf(statement).includes('public.orders ACCESS EXCLUSIVE'));
  });

  it('sees both tables of a foreign key locked and read', async () => {
    const statement = await only('ALTER TABLE orders ADD CONSTRAINT again FOREIGN KEY (user_id) REFERENCES users');
    assert.deepEqual(locksOf(statement).filter((lock) => /SHARE ROW/.test(lock)), ['public.orders SHARE ROW EXCLUSIVE', 'public.users SHARE ROW EXCLUSIVE']);
    assert.deepEqual(measured(statement.scans).map((scan) => scan.relation).sort(), ['public.orders', 'public.users']);
  });

  it('sees the referenced table locked by a new table', async () => {
    assert.deepEqual(locksOf(await only('CREATE TABLE lines (order_id integer REFERENCES orders)')).filter((lock) => lock.includes('SHARE ROW')), ['public.orders SHARE ROW EXCLUSIVE']);
  });

  it('says through which table a lock came on one that the statement does not name', async () => {
    const dropped = await only('ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey');
    const users = measured(dropped.locks).find((lock) => lock.relation === 'public.users');
    // The name of the constraint holds "user", but not "users".
    assert.equal(users?.via, 'referenced by public.orders');
    assert.equal(measured(dropped.locks).find((lock) => lock.relation === 'public.orders')?.via, undefined);
  });

  it('sees within one transaction what happens to relations that it has locked before', async () => {
    const up = `
      ALTER TABLE orders ADD COLUMN extra int;
      ALTER TABLE orders ALTER COLUMN id TYPE bigint;
      ALTER TABLE orders ADD CHECK (total > 0);
      COMMENT ON TABLE orders IS 'bought';
      DROP INDEX orders_note;
      ALTER TABLE orders RENAME TO purchases;
      ALTER TABLE purchases ALTER COLUMN note SET NOT NULL;
      SAVEPOINT s;
      ALTER TABLE users ADD COLUMN gone int;
      ROLLBACK TO s;
      CREATE TABLE lines (order_id bigint REFERENCES purchases);
      ALTER TABLE users ADD COLUMN again int;
      DROP TABLE lines`;
    const { trace } = await runPair(target(), { history: [shop], up });
    const sightings = legOf(trace, 'up').statements.flatMap((each) => {
      if (/^\s*(SAVEPOINT|ROLLBACK)/.test(each.sql)) return [];
      return [{ tables: locksOf(each).filter((lock) => /orders |purchases |users |lines /.test(lock)), rewritten: measured(each.rewrites).map((one) => one.relation).sort(), scans: measured(each.scans).map((one) => one.relation) }];
    });
    const none = { tables: [], rewritten: [], scans: [] };
    assert.deepEqual(sightings, [
      { ...none, tables: ['public.orders ACCESS EXCLUSIVE'] },
      { tables: ['public.orders SHARE'], rewritten: ['public.orders', 'public.orders_note', 'public.orders_pkey'], scans: ['public.orders'] },
      { ...none, scans: ['public.orders'] },
      { ...none, tables: ['public.orders SHARE UPDATE EXCLUSIVE'] },
      none,
      none,
      { ...none, scans: ['public.purchases'] },
      { ...none, tables: ['public.users ACCESS EXCLUSIVE'] },
      { ...none, tables: ['public.purchases SHARE ROW EXCLUSIVE'] },
      { ...none, tables: ['public.users ACCESS EXCLUSIVE'] },
      none,
    ]);
  });

  it('counts the temporary files of a sort, and says so where the script keeps PostgreSQL from telling', async () => {
    const sort = 'CREATE TABLE sorted AS SELECT md5(n::text) AS hash FROM generate_series(1, 40000) n ORDER BY 1';
    const up = `SET LOCAL work_mem = '64kB'; ${sort}; SET LOCAL client_min_messages = warning; DROP TABLE sorted`;
    const { trace } = await runPair(target(), { up });
    const [, sorted, , silenced] = legOf(trace, 'up').statements;
    if (role === 'ordinary') {
      assert.match(sorted?.tempFiles.kind === 'unavailable' ? sorted.tempFiles.reason : '', /which this role may not set/);
      return;
    }
    assert.ok(measured(sorted?.tempFiles ?? none).bytes > 500_000);
    assert.deepEqual(sorted?.notices, []);
    assert.match(silenced?.tempFiles.kind === 'unavailable' ? silenced.tempFiles.reason : '', /client_min_messages/);
  });

  it('sees the table behind a dropped index', async () => {
    assert.deepEqual(locksOf(await only('DROP INDEX orders_note')), ['public.orders ACCESS EXCLUSIVE', 'public.orders_note ACCESS EXCLUSIVE']);
  });

  it('counts rows and hears notices', async () => {
    const update = await only(`UPDATE orders SET note = 'seen'`);
    assert.deepEqual([update.commandTag, update.rows], ['UPDATE', 4]);
    assert.equal((await only('ALTER TABLE orders ADD COLUMN x int')).commandTag, 'ALTER TABLE');
    assert.deepEqual((await only(`DROP TABLE IF EXISTS nowhere`)).notices, ['NOTICE: table "nowhere" does not exist, skipping']);
  });

  it('says what it cannot see, and why, unless a second session saw it', async () => {
    const statement = await only('CREATE INDEX CONCURRENTLY orders_total ON orders (total)');
    assertSampledOrSaid(statement);
    assert.deepEqual(measured(statement.rewrites), []);
    assert.ok(measured(statement.walBytes) > 0);
  });

  it('sees what a DO block locks, and lets one that commits by itself run', async () => {
    assert.deepEqual(locksOf(await only('DO $$ BEGIN ALTER TABLE orders ADD COLUMN x int; END $$')), ['public.orders ACCESS EXCLUSIVE']);
    const committing = await only(`DO $$ BEGIN UPDATE orders SET note = 'x'; COMMIT; END $$`);
    assert.equal(committing.outcome, 'done');
    assertSampledOrSaid(committing);
  });

  it('sees the rewrite of VACUUM FULL, and the lock of REINDEX but not of its concurrent form', async () => {
    assert.ok(measured((await only('VACUUM FULL orders')).rewrites).some((each) => each.relation === 'public.orders'));
    const reindexed = await only('REINDEX TABLE orders');
    assert.ok(locksOf(reindexed).includes('public.orders SHARE'));
    assert.deepEqual(measured(reindexed.rewrites).map((each) => each.relation).sort(), ['public.orders_note', 'public.orders_pkey']);
    assertSampledOrSaid(await only('REINDEX TABLE CONCURRENTLY orders'));
  });

  // An ordinary role may not hand its tables to one that it has just made.
  if (role === 'superuser') it('sees on, whatever role, search path and isolation the file sets', async () => {
    const up = `SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; CREATE ROLE lockstep_weak; ALTER TABLE orders OWNER TO lockstep_weak;
      SET LOCAL ROLE lockstep_weak; SET LOCAL search_path = ''; ALTER TABLE public.orders ALTER COLUMN note SET NOT NULL`;
    const { trace } = await runPair(target(), { history: [shop], up, down: 'ALTER TABLE orders OWNER TO postgres; DROP OWNED BY lockstep_weak; DROP ROLE lockstep_weak' });
    const statements = legOf(trace, 'up').statements;
    assert.deepEqual(statements.map((statement) => statement.error?.message ?? 'ok'), Array(6).fill('ok'));
    assert.deepEqual(measured(statements[5]?.scans ?? { kind: 'unavailable', reason: 'no statement' }), [{ relation: 'public.orders', rowsRead: 4 }]);
    assert.equal(legOf(trace, 'up again').outcome, 'done');
  });

  it('lets LOCK fail where no transaction is open', async () => {
    const { trace } = await runPair(target(), { history: [shop], up: 'LOCK TABLE orders', mode: 'autocommit' });
    assert.equal(legOf(trace, 'up').statements[0]?.error?.sqlstate, '25P01');
  });

  it('measures a lock window to the end of the transaction', async () => {
    const { trace } = await runPair(target(), { history: [shop], up: 'ALTER TABLE orders ADD COLUMN paid boolean; UPDATE users SET nick = NULL; UPDATE users SET nick = NULL' });
    const up = legOf(trace, 'up');
    const window = up.lockWindows.find((each) => each.relation === 'public.orders' && each.mode === 'ACCESS EXCLUSIVE');
    assert.equal(window?.from, 0);
    assert.equal(window?.to, up.duration);
    assert.deepEqual(new Set(up.statements.map((statement) => statement.transaction)), new Set([0]));
  });
}

const none = { kind: 'unavailable', reason: 'there is no such statement' } as const;

/** What leaves no lock behind is sampled by a second session, or said to be unseen. */
function assertSampledOrSaid({ locks, watched }: StatementTrace): void {
  if (locks.kind === 'unavailable') assert.match(locks.reason, /transactions of its own/);
  else assert.ok(watched !== undefined && watched.looks > 0);
}

function describeTransactions(target: () => Target): void {
  const concurrently = 'CREATE INDEX CONCURRENTLY later ON orders (total)';

  it('lets CONCURRENTLY fail where the tool opens a transaction', async () => {
    const { trace, verdict } = await runPair(target(), { history: [shop], up: concurrently });
    assert.equal(legOf(trace, 'up').statements[0]?.error?.sqlstate, '25001');
    assert.equal(verdict, 'up failed');
  });

  it('lets CONCURRENTLY run when it is alone in an implicit transaction, and fail beside another statement', async () => {
    const alone = await runPair(target(), { history: [shop], up: concurrently, down: 'DROP INDEX CONCURRENTLY later', mode: 'implicit' });
    assert.equal(alone.verdict, 'exact');
    const beside = await runPair(target(), { history: [shop], up: `SELECT 1; ${concurrently}`, mode: 'implicit' });
    assert.equal(legOf(beside.trace, 'up').statements[1]?.error?.sqlstate, '25001');
  });

  it('rolls everything back after an error and skips the rest', async () => {
    const { trace, changes } = await runPair(target(), { history: [shop], up: 'CREATE TABLE one (); SELECT nothing; CREATE TABLE two ()' });
    assert.deepEqual(legOf(trace, 'up').statements.map((statement) => statement.outcome), ['done', 'failed', 'skipped']);
    assert.equal(trace.afterUp, null);
    assert.deepEqual(changes, []);
  });

  it('honours BEGIN and COMMIT of the file', async () => {
    const up = 'BEGIN; CREATE TABLE one (); COMMIT; CREATE INDEX CONCURRENTLY later ON orders (total)';
    const { trace, changes } = await runPair(target(), { history: [shop], up, mode: 'autocommit' });
    assert.deepEqual(legOf(trace, 'up').statements.map((statement) => statement.transaction), [0, 0, 0, 1]);
    assert.deepEqual(changes.map((change) => change.change), ['added', 'added']);
  });

  it('says that a BEGIN without COMMIT leaves nothing', async () => {
    const { trace, changes } = await runPair(target(), { history: [shop], up: 'BEGIN; CREATE TABLE one ()', mode: 'autocommit' });
    assert.deepEqual(changes, []);
    assert.match(legOf(trace, 'up').statements.at(-1)?.notices.at(-1) ?? '', /never committed/);
  });

  it('finds a deferred constraint violated at the commit', async () => {
    const history = [`${shop} ALTER TABLE orders ADD CONSTRAINT late FOREIGN KEY (user_id) REFERENCES users DEFERRABLE INITIALLY DEFERRED; ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey`];
    const { trace, verdict } = await runPair(target(), { history, up: 'UPDATE orders SET user_id = -1; SELECT 1' });
    const up = legOf(trace, 'up');
    assert.deepEqual([up.outcome, up.commitError?.sqlstate], ['failed', '23503']);
    assert.deepEqual(up.statements.map((statement) => [statement.outcome, statement.error]), [['done', null], ['done', null]], 'neither is to blame');
    assert.equal(verdict, 'up failed');
  });

  it('leaves no setting or role of one leg to the next', async () => {
    const { verdict } = await runPair(target(), { history: [shop], up: `SET search_path = pg_catalog; CREATE TABLE public.one ()`, down: 'DROP TABLE one', mode: 'autocommit' });
    assert.equal(verdict, 'exact');
  });
}

function describeErrors(target: () => Target): void {
  it('fails on made-up rows what would fail on real ones', async () => {
    const { trace } = await runPair(target(), { history: [shop], up: 'ALTER TABLE orders ADD COLUMN due date NOT NULL' });
    assert.equal(legOf(trace, 'up').statements[0]?.error?.sqlstate, '23502');
  });

  it('places an error after emoji and CRLF in UTF-16 units', async () => {
    const up = `-- 😀 über\r\nSELECT '😀😀',\r\n  missing_column FROM orders;\r\n`;
    const { trace } = await runPair(target(), { history: [shop], up });
    const span = legOf(trace, 'up').statements[0]?.error?.span;
    assert.equal(up.slice(span?.start, span?.end), 'missing_column');
  });

  it('refuses COPY FROM STDIN in words of its own instead of waiting for rows', async () => {
    const { trace } = await runPair(target(), { history: [shop], up: 'COPY orders FROM STDIN' });
    assert.match(legOf(trace, 'up').statements[0]?.error?.message ?? '', /STDIN/);
  });

  it('cancels a statement at the timeout', async () => {
    const { trace, verdict } = await runPair(target(), { history: [shop], up: 'SELECT pg_sleep(60)', statementTimeout: 1_000 });
    assert.equal(legOf(trace, 'up').statements[0]?.error?.sqlstate, '57014');
    assert.equal(verdict, 'up failed');
  });

  it('names migration, file and line when the history fails', async () => {
    const broken = runPair(target(), { history: [shop, '-- one\n-- two\nALTER TABLE nowhere\n  ADD COLUMN x int;'], up: 'SELECT 1' });
    await assert.rejects(broken, (error) => error instanceof UserError && error.code === 'history-failed' && /past_2 fails at \/past_2\.sql:3: relation "nowhere" does not exist \(42P01\)/.test(error.message));
  });

  it('carries hostile names as data', async () => {
    const name = `"""><img onerror=alert(1)> ' \n\t\\ x"`;
    const { trace, verdict, changes } = await runPair(target(), {
      history: [`CREATE TABLE ${name} (id int PRIMARY KEY, ${name} text)`],
      up: `ALTER TABLE ${name} ADD COLUMN y int NOT NULL DEFAULT 1`,
      down: `ALTER TABLE ${name} DROP COLUMN y`,
    });
    assert.equal(verdict, 'exact');
    assert.deepEqual(trace.unfilled, []);
    assert.deepEqual(locksOf(legOf(trace, 'up').statements[0]), [`public.${name} ACCESS EXCLUSIVE`]);
    const change = changes[0];
    assert.equal(change?.change === 'added' ? change.after.name : null, `public.${name}.y`);
  });
}
