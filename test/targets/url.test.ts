import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { connectionError, placeOf } from '../../src/dryrun/targets/server-errors.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import { whyAsk } from '../../src/dryrun/targets/url.ts';
import { thisProcess } from '../../src/host/owner.ts';
import { atEnd } from '../support/endings.ts';
import { runPair } from '../support/plans.ts';
import { sharedServer, withDatabase } from '../support/postgres.ts';
import { urlTargetAt, urlTargetOf } from '../support/url-target.ts';
import { userError, using, usual } from './contract.ts';

const major = 16;
const canary = 'c4nary-s3cret';

describe('the target url', () => {
  describe('says what is wrong and what to do', () => {
    const failing = async (url: string | null): Promise<string> => {
      const error = await userError(urlTargetAt(url).open(usual));
      assert.ok(!`${error.message}${error.next}${error.stack ?? ''}`.includes(canary), 'the password is in the message');
      assert.notEqual(error.next, '');
      return error.message;
    };

    it('without a connection', async () => assert.match(await failing(null), /LOCKSTEP_DATABASE_URL is not set/));
    it('when it is no connection', async () => {
      assert.match(await failing(`mysql://root:${canary}@localhost/shop`), /no PostgreSQL URL/);
      assert.match(await failing(canary), /no PostgreSQL URL/);
    });
    it('when nothing listens', async () => assert.match(await failing(`postgres://me:${canary}@127.0.0.1:1/shop`), /127\.0\.0\.1:1 cannot be used: nothing listens there/));
    it('when the name leads nowhere', async () => assert.match(await failing(`postgres://me:${canary}@nowhere.internal/shop`), /nowhere\.internal/));
    it('when the database is not there', async () => assert.match(await failing((await sharedServer(major)).url('no_such_database')), /no database “no_such_database”/));
    it('when the server has no TLS', async () => assert.match(await failing(`${(await sharedServer(major)).url('postgres')}?sslmode=require`), /does not speak TLS/));

    it('when the role may not create databases', () =>
      withDatabase(major, async ({ client, server }) => {
        await client.query('CREATE ROLE weak_one LOGIN');
        try {
          const error = await userError(urlTargetAt(server.url('postgres').replace('postgres@', 'weak_one@')).open(usual));
          assert.match(error.message, /weak_one may not create databases on 127\.0\.0\.1/);
          assert.match(error.next, /ALTER ROLE "weak_one" CREATEDB/);
        } finally {
          await client.query('DROP ROLE weak_one');
        }
      }));

    it('when a pooler stands before the server', async () => {
      const pooler = await poolerBefore(Number(new URL((await sharedServer(major)).url('postgres')).port));
      assert.match(await failing(`postgres://postgres@127.0.0.1:${String(pooler)}/postgres`), /a connection pooler stands before it/);
    });

    it('in the words of each failure that only other networks have', () => {
      const place = placeOf(`postgres://me:${canary}@db.example.com/shop`);
      assert.ok(place !== null);
      const words = (message: string, code?: string): string => connectionError(Object.assign(new Error(message), code === undefined ? {} : { code }), place).message;
      assert.match(words('password authentication failed for user "me"', '28P01'), /refuses the password of “me”/);
      assert.match(words('no pg_hba.conf entry for host "192.0.2.7", user "me", database "shop", no encryption', '28000'), /takes encrypted connections only/);
      assert.match(words('no pg_hba.conf entry for host "192.0.2.7", user "me", database "shop", SSL encryption', '28000'), /pg_hba\.conf does not let “me” in/);
      assert.match(words('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'), /certificate is not trusted/);
      assert.match(words('timeout expired'), /does not answer/);
      assert.match(words('sorry, too many clients already', '53300'), /no connection left/);
      assert.match(words('unsupported startup parameter: options', '08P01'), /pooler/);
      assert.match(words('something new', 'XX000'), /it said “something new”/);
    });
  });

  describe('asks first', () => {
    const reason = (url: string): string | null => whyAsk(placeOf(url) ?? assert.fail(url));

    it('about hosts that are neither here nor in a private network, and about names with “prod”', () => {
      for (const host of ['localhost', '127.0.0.1', '[::1]', '10.1.2.3', '172.20.0.5', '192.168.1.1', 'db', 'db.internal']) assert.equal(reason(`postgres://me@${host}/shop`), null, host);
      for (const host of ['db.example.com', '8.8.8.8', '172.32.0.1', '[2001:db8::1]']) assert.match(reason(`postgres://me@${host}/shop`) ?? '', /private network/, host);
      assert.match(reason('postgres://me@prod-db/shop') ?? '', /“prod”/);
      assert.match(reason('postgres://me@localhost/shop_production') ?? '', /shop_production/);
    });

    it('and connects to nothing when the answer is no', async () => {
      const asked: string[] = [];
      const listener = createServer(() => assert.fail('it connected')).listen(0, '127.0.0.1');
      await once(listener, 'listening');
      const { port } = listener.address() as AddressInfo; // A TCP server has one.
      const target = urlTargetAt(`postgres://me@127.0.0.1:${String(port)}/production`, { confirm: ({ host }) => { asked.push(host); return Promise.resolve(false); } });
      const error = await userError(target.open(usual));
      listener.close();
      assert.deepEqual(asked, ['127.0.0.1']);
      assert.match(error.next, /--yes-this-server 127\.0\.0\.1/);
    });
  });

  it('changes nothing in the database that the connection names', () =>
    withDatabase(major, async ({ client, url }) => {
      await client.query('CREATE TABLE real_one (id int); INSERT INTO real_one VALUES (1)');
      const everything = `SELECT array_agg(pg_class::text ORDER BY oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace`;
      const before = (await client.query(everything)).rows;
      const { trace } = await runPair(urlTargetAt(url), { history: ['CREATE TABLE real_one (id int)'], up: 'DROP TABLE real_one', down: 'CREATE TABLE real_one (id int)' });
      assert.deepEqual(trace.legs.map((leg) => leg.outcome), ['done', 'done', 'done']);
      assert.deepEqual((await client.query(everything)).rows, before);
      assert.deepEqual((await client.query('SELECT * FROM real_one')).rows, [{ id: 1 }]);
    }));

  it('refuses what would change the whole server, before anything is made', async () => {
    const changes = ['CREATE ROLE app', `DO $$ BEGIN CREATE ROLE app; EXCEPTION WHEN duplicate_object THEN NULL; END $$`, 'ALTER DATABASE shop SET work_mem = 64', `COMMENT ON ROLE app IS 'x'`, 'GRANT CONNECT ON DATABASE shop TO app', 'ALTER SYSTEM SET work_mem = 64', `COPY (SELECT 1) TO PROGRAM 'cat'`, 'ALTER ROLE app RENAME TO other', 'DROP OWNED BY app'];
    for (const up of changes) {
      const error = await userError(runPair(urlTargetOf(major), { up }));
      assert.equal(error.code, 'target-lacks', up);
      assert.ok(error.message.includes(up.split('\n')[0] ?? up), error.message);
    }
    const harmless = await runPair(urlTargetOf(major), { up: `DO $$ BEGIN PERFORM 1; END $$; COMMENT ON SCHEMA public IS 'no role'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC` });
    assert.equal(harmless.trace.legs[0]?.outcome, 'done');
  });

  describe('notices what a function or an unreadable block leaves on the server', () => {
    const hidden = (sql: string): string => `CREATE FUNCTION pg_temp.hidden() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN ${sql}; END $f$; SELECT pg_temp.hidden()`;
    const told: string[] = [];
    const target = async (): Promise<Target> => urlTargetAt((await sharedServer(major)).url('postgres'), { tell: (message) => void told.push(message) });
    beforeEach(() => told.splice(0));

    it('in the report and at the end, with the statement that removes it; it is not dropped unasked', async () => {
      const server = await sharedServer(major);
      const { trace } = await runPair(await target(), { up: hidden('CREATE ROLE "Left behind"') });
      const [note] = trace.target.notes ?? [];
      assert.match(note ?? '', /127\.0\.0\.1 now has what it had not before this run: role Left behind\. .* DROP ROLE "Left behind";$/);
      assert.deepEqual(told, [note]);
      // The statement is the right one, and the server is as it was.
      await server.administer(/DROP ROLE .*;$/.exec(note ?? '')?.[0] ?? 'no statement');
      assert.equal((await runPair(await target(), { up: 'SELECT 1' })).trace.target.notes, undefined);
      assert.equal(told.length, 1);
    });

    it('also what a block has dropped', async () => {
      const server = await sharedServer(major);
      await server.administer('CREATE ROLE soon_gone');
      await runPair(await target(), { up: `DO $$ BEGIN EXECUTE 'DROP ' || 'ROLE soon_gone'; END $$` });
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /has lost during this run: role soon_gone\./);
    });

    it('and says nothing where the down takes it back at the end', async () => {
      const { verdict } = await runPair(await target(), { up: hidden('CREATE ROLE taken_back; DROP ROLE taken_back'), down: 'SELECT 1' });
      assert.equal(verdict, 'exact');
      assert.deepEqual(told, []);
    });

    it('when the run is cancelled before there is a report', async () => {
      const server = await sharedServer(major);
      const stop = new AbortController();
      await using(await target(), async ({ session }) => {
        await session.query(hidden('CREATE ROLE cancelled'));
        const slow = session.query('SELECT pg_sleep(600)');
        stop.abort();
        await userError(slow);
      }, { signal: stop.signal });
      await server.administer('DROP ROLE cancelled');
      assert.equal(told.length, 1);
      assert.match(told[0] ?? '', /role cancelled\..* DROP ROLE cancelled;$/);
    });
  });

  describe('leaves no database behind', () => {
    const scratchDatabases = async (): Promise<readonly string[]> => {
      const client = new pg.Client({ connectionString: (await sharedServer(major)).url('postgres') });
      await client.connect();
      const { rows } = await client.query<{ datname: string }>(`SELECT datname FROM pg_database WHERE datname LIKE 'lockstep\\_%' ORDER BY 1`).finally(() => client.end());
      return rows.map((row) => row.datname);
    };

    it('when the run is cancelled while a statement works', async () => {
      const stop = new AbortController();
      await using(urlTargetOf(major), async ({ session }) => {
        assert.equal((await scratchDatabases()).length, 1);
        const slow = session.query('SELECT pg_sleep(600)');
        stop.abort();
        await userError(slow);
      }, { signal: stop.signal });
      assert.deepEqual(await scratchDatabases(), []);
    });

    it('when the server ends the session', async () => {
      await using(urlTargetOf(major), async ({ session }) => {
        const slow = session.query('SELECT pg_sleep(600)');
        await (await sharedServer(major)).administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'lockstep\\_%'`);
        assert.match((await userError(slow)).message, /connection/);
      });
      assert.deepEqual(await scratchDatabases(), []);
    });

    it('of a killed process after the next run, and keeps what living owners have', async () => {
      const server = await sharedServer(major);
      const killed = await openElsewhere(server.url('postgres'));
      const living = thisProcess.mark();
      const [machine] = living.split('_');
      const old = (Date.now() - 25 * 60 * 60_000).toString(36);
      const fresh = (Date.now() - 60_000).toString(36);
      const kept = [`lockstep_${living}_aaaaaaaa`, `lockstep_0a0a0a_1_${fresh}_aaaaaaaa`, 'lockstep_of_somebody'];
      const swept = [`lockstep_0a0a0a_1_${old}_aaaaaaaa`, `lockstep_${machine ?? ''}_${String(await deadProcess())}_${fresh}_aaaaaaaa`];
      for (const name of [...kept, ...swept]) await server.administer(`CREATE DATABASE ${name}`);
      assert.ok((await scratchDatabases()).includes(killed));
      await using(urlTargetOf(major), () => Promise.resolve());
      const left = await scratchDatabases();
      for (const name of kept) await server.administer(`DROP DATABASE ${name}`);
      assert.deepEqual(left, [...kept].sort());
    });
  });
});

/** A process of its own that opens the target and is killed while it has it; the name of its database. */
async function openElsewhere(url: string): Promise<string> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('opener.ts', import.meta.url))], { env: { ...process.env, OPEN_THIS: url }, stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer]; // Node types the arguments of events as any[].
  child.kill('SIGKILL');
  await once(child, 'exit');
  return said.toString().trim();
}

async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? assert.fail('it did not start');
}

/** What every pooler does at the least: it answers for a server with a process number of its own. */
async function poolerBefore(port: number): Promise<number> {
  const relay = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    client.pipe(server);
    server.on('data', (data) => {
      // BackendKeyData (manual 54.7): the byte K, the length 12, the process, its key.
      const at = data.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
      if (at >= 0) data.writeInt32BE(data.readInt32BE(at + 5) + 1_000_000, at + 5);
      client.write(data);
    });
    for (const [one, other] of [[client, server], [server, client]] as const) one.on('close', () => other.destroy()).on('error', () => other.destroy());
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  atEnd(() => Promise.resolve(void relay.close()));
  return (relay.address() as AddressInfo).port; // A TCP server has one.
}
