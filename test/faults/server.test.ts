import assert from 'node:assert/strict';
import pg from 'pg';
import { lockstep, type Ended } from '../cli/run.ts';
import { atEnd } from '../support/endings.ts';
import { startPostgres, type PostgresServer } from '../support/postgres.ts';
import { ledger } from './ledger.ts';
import { networkTo, type Network } from './proxy.ts';
import { assertSecret, canary, rigFor, until, type Rig } from './rig.ts';
import { stages, upOf, type Stage } from './stages.ts';

describe('a dry run on a server that is hit', function () {
  this.timeout(120_000);
  let server: PostgresServer;
  let network: Network;
  let rig: Rig;

  before(async () => {
    server = await startPostgres(18);
    atEnd(() => server.stop());
    network = await networkTo(server.port);
    rig = rigFor('server');
  });

  for (const stage of stages) {
    it(`${stage}: Ctrl-C on the command line`, async () => {
      const { code } = await hit(stage, ({ pid }) => process.kill(pid, 'SIGINT'));
      assert.equal(code, 130);
      await assertNothingLeft(`Ctrl-C, ${stage}`);
    });

    it(`${stage}: the command line is killed, and the next one drops its database`, async () => {
      await hit(stage, ({ pid }) => process.kill(pid, 'SIGKILL'));
      await assertCalm();
      await assertNothingLeft(`command line killed, ${stage}`);
    });

    it(`${stage}: the network is cut, and the next run drops the database`, async () => {
      const { code, stderr } = await hit(stage, () => { network.cut(); });
      network.mend();
      assert.equal(code, 2, stderr);
      assert.match(stderr, /connection|reached/i);
      await assertCalm();
      await assertNothingLeft(`network cut, ${stage}`);
    });
  }

  for (const stage of ['history', 'down'] as const) {
    it(`${stage}: the server’s process of the session is killed`, async () => {
      const { code, stderr } = await hit(stage, async () => {
        const { rows } = await asked(`SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'`);
        process.kill(Number(rows[0]?.['pid']), 'SIGKILL');
      });
      assert.equal(code, 2, stderr);
      await until(() => asked('SELECT 1').catch(() => null), 'the server after its recovery');
      await assertCalm();
      await assertNothingLeft(`server process killed, ${stage}`);
    });
  }

  it('up: the whole server is killed and comes back', async () => {
    const { code, stderr } = await hit('up', () => server.crash());
    assert.equal(code, 2, stderr);
    await assertCalm();
    await assertNothingLeft('server killed, up');
  });

  /** Runs into a stage, does the harm and gives what the command line then said. */
  async function hit(stage: Stage, harm: (commandLine: { readonly pid: number }) => unknown): Promise<Ended> {
    const ended = run(stage);
    await until(() => isAt(stage), `the stage ${stage}`);
    const commandLine = rig.processes().find(({ command }) => command.includes('cli/main.ts'));
    assert.ok(commandLine !== undefined);
    await harm(commandLine);
    return ended;
  }

  async function run(stage: Stage | 'calm'): Promise<Ended> {
    // The server trusts everybody, so the password is of no use but to be found.
    const url = `postgres://postgres:${canary}@127.0.0.1:${String(network.port)}/postgres`;
    const words = ['dry-run', `${rig.workspace}/${upOf(stage)}`, '--target', 'url', '--url-env', 'FAULTS_URL', '--format', 'json'];
    const ended = await lockstep(words, { cwd: rig.workspace, env: { ...rig.env, FAULTS_URL: url } });
    assertSecret(ended.stdout + ended.stderr, 'what the command line says');
    return ended;
  }

  async function assertCalm(): Promise<void> {
    const { stdout, stderr } = await run('calm');
    assert.match(stdout, /"verdict": ?"exact"/, stderr);
  }

  /** What the server sees of a dry run: its first connection, or a statement that waits. */
  async function isAt(stage: Stage): Promise<true | null> {
    const seen = stage === 'booting' ? `application_name LIKE 'lockstep%'` : `wait_event = 'PgSleep'`;
    return (await asked(`SELECT FROM pg_stat_activity WHERE ${seen}`)).rows.length > 0 ? true : null;
  }

  async function assertNothingLeft(fault: string): Promise<void> {
    const { rows } = await asked(`SELECT datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1')`);
    ledger.databases(rows.length);
    assert.deepEqual(rows, [], `databases left after ${fault}`);
    await rig.assertNothingLeft(fault);
  }

  async function asked(sql: string): Promise<pg.QueryResult<Record<string, unknown>>> {
    const client = new pg.Client({ connectionString: server.url('postgres') });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  }
});
