import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { dryRun } from '../../src/dryrun/run.ts';
import { embeddedTarget } from '../../src/dryrun/targets/embedded.ts';
import type { OpenOptions, OpenTarget } from '../../src/dryrun/targets/target.ts';
import { UserError } from '../../src/model/errors.ts';
import { databaseEngine, engineVersion } from '../../src/host/database.ts';
import { planOf, runPair } from '../support/plans.ts';
import { engineFor } from './engine.ts';
import { databaseProcesses, gone, isAlive } from './processes.ts';

const options = (fields: Partial<OpenOptions> = {}): OpenOptions => ({
  extensions: [], startFrom: [], statementTimeout: 20_000, signal: new AbortController().signal, ...fields,
});

const isUserError = (code: string, words: RegExp) => (error: unknown): boolean =>
  error instanceof UserError && error.code === code && words.test(error.message) && error.next.length > 10;

describe('the process of the embedded PostgreSQL', () => {
  const { target, cache } = engineFor('process');
  const endless = 'DO $$ BEGIN LOOP END LOOP; END $$';

  async function withTarget(fields: Partial<OpenOptions>, use: (opened: OpenTarget) => Promise<void>): Promise<void> {
    const opened = await target.open(options(fields));
    try {
      await use(opened);
    } finally {
      await opened.close();
    }
  }

  it('is gone when the run is over', async () => {
    await runPair(target, { up: 'CREATE TABLE one ()', down: 'DROP TABLE one' });
    assert.deepEqual(await gone(databaseProcesses), []);
  });

  it('is killed when an endless loop outlives the statement timeout, and the report is whole', async () => {
    const { trace, verdict } = await runPair(target, { up: `SELECT 1; ${endless}; SELECT 2`, statementTimeout: 1_000, mode: 'autocommit' });
    assert.equal(verdict, 'up failed');
    assert.deepEqual(trace.legs[0]?.statements.map((statement) => statement.outcome), ['done', 'failed', 'skipped']);
    assert.match(trace.legs[0]?.statements[1]?.error?.message ?? '', /statement timeout/);
    assert.deepEqual(await gone(databaseProcesses), []);
  });

  it('is killed when the run is cancelled in the middle of an endless loop', async () => {
    const controller = new AbortController();
    const run = dryRun(target, await planOf({ up: endless }), {
      signal: controller.signal,
      progress: ({ message }) => {
        if (message.startsWith('Running the up')) setTimeout(() => { controller.abort(); }, 100);
      },
    });
    await assert.rejects(run, isUserError('cancelled', /cancelled/));
    assert.deepEqual(await gone(databaseProcesses), []);
  });

  it('does not even start when the run was cancelled before', async () => {
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(target.open(options({ signal: controller.signal })), isUserError('cancelled', /cancelled/));
    assert.deepEqual(await gone(databaseProcesses), []);
  });

  it('tells when it crashed, and the next run gets a fresh one', async () => {
    await withTarget({}, async ({ session }) => {
      const pending = session.query('SELECT pg_sleep(30)');
      const [pid] = databaseProcesses();
      assert.ok(pid !== undefined);
      process.kill(pid, 'SIGKILL');
      await assert.rejects(pending, isUserError('target-failed', /ended unexpectedly \(signal SIGKILL\)/));
      await assert.rejects(session.query('SELECT 1'), isUserError('target-failed', /ended unexpectedly/));
    });
    const { verdict } = await runPair(target, { up: 'CREATE TABLE one ()', down: 'DROP TABLE one' });
    assert.equal(verdict, 'exact');
  });

  it('ends with its parent, even in an endless loop', async () => {
    const parent = fork(fileURLToPath(new URL('parent.ts', import.meta.url)), [cache], { stdio: 'inherit' });
    const [pid] = (await once(parent, 'message')) as [number];
    parent.kill('SIGKILL');
    assert.deepEqual(await gone(() => [pid].filter(isAlive)), []);
  });

  it('brings the contrib extensions, and says clearly which it has not', async () => {
    const { verdict } = await runPair(target, { history: ['CREATE EXTENSION pg_trgm; CREATE EXTENSION "uuid-ossp"; CREATE TABLE t (id uuid DEFAULT uuid_generate_v4())'], up: 'CREATE INDEX i ON t ((id::text) gin_trgm_ops)' });
    assert.equal(verdict, 'up failed');
    await assert.rejects(runPair(target, { history: ['CREATE EXTENSION postgis'], up: 'SELECT 1' }), isUserError('target-lacks', /no extension "postgis"/));
  });

  it('fails clearly on roles that a hosted PostgreSQL would have', async () => {
    await assert.rejects(runPair(target, { history: ['CREATE TABLE t (); GRANT SELECT ON t TO authenticated'], up: 'SELECT 1' }), isUserError('history-failed', /role "authenticated" does not exist/));
  });
});

describe('the cache of replayed histories', () => {
  const { target, cache } = engineFor('cache');
  const history = ['CREATE TABLE one (id int)', 'CREATE TABLE two (id int)'];

  it('starts the second run where the first one left the history', async () => {
    const first = await runPair(target, { history, up: 'DROP TABLE two' });
    assert.equal(first.trace.history.cached, false);
    const second = await runPair(target, { history, up: 'DROP TABLE two' });
    assert.equal(second.trace.history.cached, true);
    assert.deepEqual(second.trace.before, first.trace.before);
  });

  it('replays only what is new', async () => {
    const opened = await target.open(options({ startFrom: await keysOf([...history, 'CREATE TABLE three ()']) }));
    assert.notEqual(opened.startedFrom, null);
    assert.deepEqual((await opened.session.query(`SELECT relname::text AS name FROM pg_class WHERE relname IN ('one', 'two', 'three') ORDER BY 1`)).rows, [{ name: 'one' }, { name: 'two' }]);
    await opened.close();
  });

  it('notices any change of the history', async () => {
    const other = await runPair(target, { history: ['CREATE TABLE one (id bigint)', 'CREATE TABLE two (id int)'], up: 'SELECT 1' });
    assert.equal(other.trace.history.cached, false);
  });

  it('rebuilds what is damaged', async () => {
    for (const file of readdirSync(cache)) writeFileSync(`${cache}/${file}`, readFileSync(`${cache}/${file}`).subarray(0, 20_000));
    const { trace } = await runPair(target, { history, up: 'DROP TABLE two' });
    assert.equal(trace.history.cached, false);
    const again = await runPair(target, { history, up: 'DROP TABLE two' });
    assert.equal(again.trace.history.cached, true);
  });

  it('stays small and leaves nothing unfinished', async () => {
    for (let index = 0; index < 20; index += 1) writeFileSync(`${cache}/old-${String(index)}.tar.gz`, '');
    await runPair(target, { history: ['CREATE TABLE fresh ()'], up: 'SELECT 1' });
    const files = readdirSync(cache);
    assert.ok(files.length <= 17, `${String(files.length)} files`);
    assert.deepEqual(files.filter((file) => file.endsWith('.tmp')), []);
  });

  it('is done without where it cannot be written', async () => {
    const nowhere = embeddedTarget(databaseEngine({ cacheFolder: '/dev/null/lockstep', spareFor: 0 }));
    const { verdict, trace } = await runPair(nowhere, { history, up: 'CREATE TABLE three ()', down: 'DROP TABLE three' });
    assert.deepEqual([verdict, trace.history.cached], ['exact', false]);
  });

  it('is bound to the engine that wrote it', () => {
    const { version } = JSON.parse(readFileSync(new URL('../../node_modules/@electric-sql/pglite/package.json', import.meta.url), 'utf8')) as { version: string };
    assert.equal(engineVersion, `pglite-${version}`);
  });
});

describe('the spare instance', () => {
  it('waits with the history that the last run ended on, and is taken by the next', async () => {
    const { target, engine } = engineFor('spare', { spareFor: 60_000 });
    const history = ['CREATE TABLE one (id int)'];
    await runPair(target, { history, up: 'DROP TABLE one' });
    const [spare] = databaseProcesses();
    assert.ok(spare !== undefined);
    const opened = await target.open(options({ startFrom: await keysOf(history) }));
    assert.deepEqual(databaseProcesses(), [spare]);
    assert.equal((await opened.session.query('SELECT count(*) AS n FROM one')).rows[0]?.['n'], 0);
    await opened.close();
    engine.close();
    assert.deepEqual(await gone(databaseProcesses), []);
  });

  it('is replaced when it died while it waited, and goes by itself when nobody comes', async () => {
    const { target } = engineFor('spare', { spareFor: 3_000 });
    const pair = { history: ['CREATE TABLE one (id int)'], up: 'DROP TABLE one', down: 'CREATE TABLE one (id int)' };
    await runPair(target, pair);
    for (const pid of databaseProcesses()) process.kill(pid, 'SIGKILL');
    await gone(databaseProcesses);
    assert.equal((await runPair(target, pair)).verdict, 'data lost');
    assert.deepEqual(await gone(databaseProcesses), []);
  });

  it('gives way to a run that starts from something else', async () => {
    const { target, engine } = engineFor('spare', { spareFor: 60_000 });
    await runPair(target, { history: ['CREATE TABLE one (id int)'], up: 'SELECT 1' });
    const { trace } = await runPair(target, { history: ['CREATE TABLE other (id int)'], up: 'SELECT 1' });
    assert.ok(trace.before.snapshot['table public.other'] !== undefined && trace.before.snapshot['table public.one'] === undefined);
    engine.close();
    assert.deepEqual(await gone(databaseProcesses), []);
  });
});

async function keysOf(history: readonly string[]): Promise<readonly string[]> {
  const { historyKeys } = await import('../../src/dryrun/history.ts');
  return [...(await historyKeys((await planOf({ history, up: '' })).history))].reverse();
}
