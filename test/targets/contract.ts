import assert from 'node:assert/strict';
import { DatabaseError, type OpenOptions, type OpenTarget, type Target } from '../../src/dryrun/targets/target.ts';
import { UserError } from '../../src/model/errors.ts';

export interface ContractOptions {
  readonly target: () => Target;
  /** True where the target is expected to give a second session. */
  readonly watches: boolean;
  /** True where it keeps databases for later openings. */
  readonly keeps: boolean;
}

/** What every target owes to those who use it, whatever stands behind it. */
export function describeTarget(title: string, options: ContractOptions): void {
  describe(`the target contract on ${title}`, function () {
    this.timeout(120_000);
    describe('its session', () => { describeSession(options); });
    describeLostPlans(options);
    describeEndings(options);
    describeSecondSession(options);
    describeSurroundings(options);
  });
}

/** One opening serves them all: what a session tells does not depend on how it began. */
function describeSession({ target }: ContractOptions): void {
  let opened: OpenTarget | null = null;
  const open = (): OpenTarget => opened ?? assert.fail('the target did not open');

  before(async () => { opened = await target().open(usual); });
  after(() => opened?.close());

  it('gives rows with names and types, how many it changed, and what PostgreSQL calls it', async () => {
    const { session } = open();
    const { rows } = await session.query(`SELECT 1::int2 AS small, 2 AS int, 3::int8 AS big, 1.5::float8 AS real, 1.50::numeric AS exact, true AS yes, NULL AS nothing, 'é' AS text, 16::oid AS oid`);
    assert.deepEqual(rows, [{ small: 1, int: 2, big: 3, real: 1.5, exact: '1.50', yes: true, nothing: null, text: 'é', oid: 16 }]);
    await session.query('CREATE TABLE t (id int PRIMARY KEY)');
    const inserted = await session.query('INSERT INTO t SELECT generate_series(1, 3)');
    assert.equal(inserted.affectedRows, 3);
    assert.match(inserted.commandTag ?? '', /^INSERT/);
    assert.ok(inserted.duration >= 0);
  });

  it('refuses with SQLSTATE, detail, hint and a position in characters', async () => {
    const { session } = open();
    const refused = await refusal(session.query(`SELECT 'é€😀', nonsense`));
    assert.deepEqual({ sqlstate: refused.sqlstate, position: refused.position }, { sqlstate: '42703', position: 15 });
    await session.query('CREATE TABLE u (id int PRIMARY KEY)');
    await session.query('INSERT INTO u VALUES (1)');
    const double = await refusal(session.query('INSERT INTO u VALUES (1)'));
    assert.deepEqual({ sqlstate: double.sqlstate, detail: double.detail, position: double.position }, { sqlstate: '23505', detail: 'Key (id)=(1) already exists.', position: null });
    const raised = await refusal(session.query(`DO $$ BEGIN RAISE EXCEPTION 'no' USING HINT = 'try yes'; END $$`));
    assert.deepEqual({ message: raised.message, hint: raised.hint }, { message: 'no', hint: 'try yes' });
  });

  it('passes notices on, with the statement that they belong to', async () => {
    const { session } = open();
    const noisy = await session.query(`DO $$ BEGIN RAISE NOTICE 'one'; RAISE WARNING 'two'; END $$`);
    assert.deepEqual(noisy.notices, [{ severity: 'NOTICE', message: 'one' }, { severity: 'WARNING', message: 'two' }]);
    assert.deepEqual((await session.query('SELECT 1')).notices, []);
  });

  it('tells after each statement what the transaction is in', async () => {
    const { session } = open();
    assert.equal((await session.query('BEGIN')).transaction, 'open');
    assert.equal((await refusal(session.query('SELECT 1/0'))).transaction, 'failed');
    assert.equal((await session.query('ROLLBACK')).transaction, 'idle');
  });

  it('takes several statements in one text for one transaction', async () => {
    const { session } = open();
    await refusal(session.query('CREATE TABLE gone (id int); SELECT 1/0'));
    assert.deepEqual((await session.query(`SELECT to_regclass('gone')::text AS it`)).rows, [{ it: null }]);
  });

  it('runs queries in the order of their calls', async () => {
    const { session } = open();
    await session.query('CREATE TABLE turns (turn serial, name text)');
    const note = (name: string): string => `INSERT INTO turns (name) SELECT '${name}'`;
    await Promise.all([session.query(`${note('slow')} FROM pg_sleep(0.1)`), refusal(session.query('SELECT 1/0')), session.query(note('quick'))]);
    assert.deepEqual((await session.query('SELECT name FROM turns ORDER BY turn')).rows, [{ name: 'slow' }, { name: 'quick' }]);
  });

  it('answers what it is asked again and again, under whatever settings, and after a refusal', async () => {
    const { session } = open();
    const names = `SELECT relname FROM pg_class WHERE relname IN ('asked', 'pg_class') ORDER BY 1`;
    assert.deepEqual((await session.ask(names)).rows, [{ relname: 'pg_class' }]);
    await session.query(`CREATE SCHEMA decoy; CREATE TABLE decoy.asked (); CREATE ROLE asker; GRANT asker TO CURRENT_USER; SET search_path = decoy; SET ROLE asker`);
    assert.deepEqual((await session.ask(names)).rows, [{ relname: 'asked' }, { relname: 'pg_class' }]);
    await session.query('RESET ROLE');
    await session.query('BEGIN');
    await refusal(session.query('SELECT 1/0'));
    const once = `SELECT count(*)::int4 AS n FROM pg_class WHERE relname = 'asked'`;
    assert.equal((await refusal(session.ask(once))).sqlstate, '25P02');
    await session.query('ROLLBACK');
    for (let resets = 0; resets < 60; resets += 1) await session.reset();
    assert.deepEqual((await session.ask(once)).rows, [{ n: 1 }]);
    await session.query('DROP SCHEMA decoy CASCADE; DROP ROLE asker; RESET search_path');
  });

  it('is after a reset as a new connection', async () => {
    const { session } = open();
    const path = `SELECT current_setting('search_path') AS path`;
    const { rows: [usualPath] } = await session.query(path);
    await session.query(`CREATE ROLE leftover; GRANT leftover TO CURRENT_USER; CREATE SEQUENCE counter`);
    await session.query(`SET search_path = pg_temp; CREATE TEMP TABLE temporary (id int); SELECT nextval('public.counter'), pg_advisory_lock(7); LISTEN news; PREPARE theirs AS SELECT 1; DECLARE open_still CURSOR WITH HOLD FOR SELECT 1; SET ROLE leftover`);
    await session.reset();
    const { rows } = await session.query(`
      SELECT current_user = session_user AS self, to_regclass('pg_temp.temporary')::text AS temporary,
             (SELECT count(*)::int4 FROM pg_locks WHERE locktype = 'advisory') AS locks, (SELECT count(*)::int4 FROM pg_cursors WHERE name = 'open_still') AS cursors,
             (SELECT count(*)::int4 FROM pg_prepared_statements WHERE name = 'theirs') AS plans, (SELECT count(*)::int4 FROM pg_listening_channels()) AS channels`);
    assert.deepEqual(rows, [{ self: true, temporary: null, locks: 0, cursors: 0, plans: 0, channels: 0 }]);
    assert.deepEqual((await session.query(path)).rows, [usualPath]);
    assert.equal((await refusal(session.query('SELECT lastval()'))).sqlstate, '55000');
    await session.query('DROP ROLE leftover; DROP SEQUENCE counter');
  });
}

/** Each in an opening of its own, because a session that lost its plans once makes no more. */
function describeLostPlans({ target }: ContractOptions): void {
  const question = `SELECT count(*)::int4 AS n FROM pg_class WHERE relname = 'pg_class'`;
  const forgetful = 'CREATE FUNCTION forget() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE $x$ DEALLOCATE ALL $x$; END $$';
  const cases = {
    'a statement': ['BEGIN', 'DEALLOCATE ALL'],
    'a block': ['BEGIN', `DO $$ BEGIN EXECUTE 'deallocate all'; END $$`],
    'a function': [forgetful, 'BEGIN', 'SELECT forget()'],
    'DISCARD ALL': ['DISCARD ALL', 'BEGIN'],
  };
  for (const [what, script] of Object.entries(cases)) {
    it(`goes on answering inside a transaction after ${what} took every plan away`, () =>
      using(target(), async ({ session }) => {
        await session.ask(question);
        for (const sql of script) await session.query(sql);
        const { rows, transaction } = await session.ask(question);
        assert.deepEqual({ rows, transaction }, { rows: [{ n: 1 }], transaction: 'open' });
        await session.query('ROLLBACK');
        await session.reset();
        assert.deepEqual((await session.ask(question)).rows, [{ n: 1 }]);
      }));
  }
}

function describeEndings({ target }: ContractOptions): void {
  it('ends a statement that outlives its timeout', () =>
    using(target(), async ({ session }) => {
      const late = await refusal(session.query('SELECT pg_sleep(60)'));
      assert.equal(late.sqlstate, '57014');
    }, { statementTimeout: 300 }));

  it('keeps nothing of one opening for the next', async () => {
    await using(target(), ({ session }) => session.query('CREATE TABLE left_behind (id int); CREATE SCHEMA left_over'));
    await using(target(), async ({ session }) => {
      const { rows } = await session.query(`SELECT to_regclass('left_behind')::text AS table, to_regnamespace('left_over')::text AS schema`);
      assert.deepEqual(rows, [{ table: null, schema: null }]);
    });
  });

  it('is cancelled in the middle of a statement, says so from then on, and can still be closed', async () => {
    const stop = new AbortController();
    await using(target(), async ({ session }) => {
      await session.query('SELECT 1');
      const slow = session.query('SELECT pg_sleep(60)');
      stop.abort();
      assert.equal((await userError(slow)).code, 'cancelled');
      assert.equal((await userError(session.query('SELECT 1'))).code, 'cancelled');
    }, { signal: stop.signal });
  });

  it('does not open what was cancelled before', async () => {
    assert.equal((await userError(target().open({ ...usual, signal: AbortSignal.abort() }))).code, 'cancelled');
  });

  it('gives several runs a database each', async () => {
    await Promise.all(['a', 'b'].map((name) => using(target(), async ({ session }) => {
      await session.query('CREATE TABLE mine (name text)');
      await session.query(`INSERT INTO mine VALUES ('${name}')`);
      assert.deepEqual((await session.query('SELECT name FROM mine')).rows, [{ name }]);
    })));
  });
}

function describeSecondSession({ target, watches }: ContractOptions): void {
  if (!watches) {
    it('says why there is no second session', () =>
      using(target(), async (opened) => {
        assert.equal(opened.connect, undefined);
        assert.equal(opened.capabilities.secondSession.kind, 'unavailable');
      }));
    return;
  }
  it('gives a second session that sees the locks of the first while it works', () =>
    using(target(), async (opened) => {
      assert.deepEqual(opened.capabilities.secondSession, { kind: 'measured', value: true });
      const second = await opened.connect?.();
      assert.ok(second !== undefined);
      try {
        await opened.session.query('CREATE TABLE watched (id int)');
        await opened.session.query('BEGIN; LOCK TABLE watched IN SHARE MODE');
        const { rows } = await second.query(`SELECT mode FROM pg_locks WHERE relation = 'watched'::regclass AND pid <> pg_backend_pid()`);
        assert.deepEqual(rows, [{ mode: 'ShareLock' }]);
      } finally {
        await second.close();
      }
    }));
}

function describeSurroundings({ target, keeps }: ContractOptions): void {
  it('says what it is, as PostgreSQL itself does', () =>
    using(target(), async ({ session, capabilities: { info } }) => {
      assert.equal((await session.query('SHOW server_version')).rows[0]?.['server_version']?.toString().split(' ')[0], info.serverVersion.split(' ')[0]);
      assert.equal(info.id, target().id);
      assert.ok(info.title.includes(info.serverVersion.split('.')[0] ?? ''));
    }));

  it('has the contrib extensions that the scripts create', () =>
    using(target(), async ({ session }) => {
      await session.query('CREATE EXTENSION pg_trgm; CREATE EXTENSION citext');
      assert.equal((await session.query(`SELECT similarity('abc', 'abd') > 0 AS similar`)).rows[0]?.['similar'], true);
    }, { extensions: ['pg_trgm', 'citext'] }));

  it('says which extension it lacks before anything runs', async () => {
    const lacking = await userError(target().open({ ...usual, extensions: ['no_such_extension'] }));
    assert.equal(lacking.code, 'target-lacks');
    assert.match(lacking.message, /"no_such_extension"/);
  });

  it(keeps ? 'starts from what was kept, and goes on after keeping' : 'keeps nothing, and says so', async () => {
    const key = `kept-${String(process.pid)}-${String(Date.now())}`;
    await using(target(), async ({ session, save }) => {
      assert.equal(save !== undefined, keeps);
      if (save === undefined) return;
      await session.query('CREATE TABLE kept (id int)');
      await save(key);
      await session.query('DROP TABLE kept');
    });
    await using(target(), async ({ session, startedFrom }) => {
      assert.equal(startedFrom, keeps ? key : null);
      assert.deepEqual((await session.query(`SELECT to_regclass('kept')::text AS it`)).rows, [{ it: keeps ? 'kept' : null }]);
    }, { startFrom: ['another', key] });
  });
}

/** What a dry run asks for when nothing is special. */
export const usual: OpenOptions = { extensions: [], startFrom: [], statementTimeout: 20_000, signal: new AbortController().signal };

/** Opens, uses and closes. */
export async function using<T>(target: Target, use: (opened: OpenTarget) => Promise<T>, options: Partial<OpenOptions> = {}): Promise<T> {
  const opened = await target.open({ ...usual, ...options });
  try {
    return await use(opened);
  } finally {
    await opened.close();
  }
}

export async function refusal(asked: Promise<unknown>): Promise<DatabaseError> {
  const error = await failureOf(asked);
  assert.ok(error instanceof DatabaseError, `not PostgreSQL's refusal: ${String(error)}`);
  return error;
}

export async function userError(asked: Promise<unknown>): Promise<UserError> {
  const error = await failureOf(asked);
  assert.ok(error instanceof UserError, `not for the user: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return error;
}

async function failureOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(() => assert.fail('it was not refused'), (error: unknown) => error);
}
