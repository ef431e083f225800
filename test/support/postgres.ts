import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { postgresMajors, type PostgresMajor } from '../../src/model/config.ts';
import { atEnd } from './endings.ts';

/** A real server on 127.0.0.1 that trusts its superuser `postgres`; its data is thrown away. */
export interface PostgresServer {
  readonly major: PostgresMajor;
  readonly port: number;
  readonly user: 'postgres';
  url(database: string): string;
  /** Runs one command as the superuser, outside any transaction, on a connection that is kept. */
  administer(sql: string): Promise<void>;
  stop(): Promise<void>;
  /** Kills it as a power cut would, and starts it again on the same data. Linux only. */
  crash(): Promise<void>;
}

/** A scratch database of one test: `client` is connected to it, `url` lets others connect. */
export interface ScratchDatabase {
  readonly client: pg.Client;
  readonly url: string;
  readonly server: PostgresServer;
}

/** The majors that this machine can run; the registry has no PostgreSQL 14 but for Linux on x64, and `npm test` lists what is missing. */
export const installedMajors: readonly PostgresMajor[] = postgresMajors.filter((major) => existsSync(nativeFolder(major)));

/** The oldest and the newest that this machine can run: what did not change between them shows there. */
export function isAtEnd(major: PostgresMajor): boolean {
  return major === installedMajors[0] || major === installedMajors.at(-1);
}

/** `LOCKSTEP_WHOLE=true`: every case on every major. */
export const isWhole = process.env['LOCKSTEP_WHOLE'] === 'true';

const running = new Map<PostgresMajor, Promise<PostgresServer>>();
let databases = 0;

/** Runs `use` in a database of its own, on the one server of that major which the mocha run shares. */
export async function withDatabase<T>(major: PostgresMajor, use: (database: ScratchDatabase) => Promise<T>): Promise<T> {
  const server = await sharedServer(major);
  const name = `scratch_${String(++databases)}`;
  await server.administer(`CREATE DATABASE ${name}`);
  const client = new pg.Client({ connectionString: server.url(name) });
  try {
    await client.connect();
    return await use({ client, url: server.url(name), server });
  } finally {
    await client.end();
    await server.administer(`DROP DATABASE ${name} WITH (FORCE)`);
  }
}

/** The run's server of one major: started by the first who asks, stopped by the root hook (or by a benchmark, and then started anew by the next). */
export function sharedServer(major: PostgresMajor): Promise<PostgresServer> {
  const known = running.get(major);
  if (known !== undefined) return known;
  const started = startPostgres(major);
  running.set(major, started);
  atEnd(async () => {
    running.delete(major);
    await (await started).stop();
  });
  return started;
}

/** What makes a server speak TLS. */
export interface TlsSettings {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  /** The whole pg_hba.conf. */
  readonly hba: string;
}

/** Starts a server of its own, for tests that need to stop it or change its settings. */
export async function startPostgres(major: PostgresMajor, tls?: TlsSettings): Promise<PostgresServer> {
  const account = ordinaryAccount();
  const base = mkdtempSync(join(tmpdir(), `lockstep-postgres-${String(major)}-`));
  const bin = join(reachableBinaries(major, base, account), 'bin');
  const data = join(base, 'data');
  mkdirSync(data);
  if (account !== null) for (const folder of [base, data]) chownSync(folder, account.uid, account.gid);
  await initialise(bin, data, account);
  if (tls !== undefined) speakTls(data, tls, account);
  const port = await freePort();
  const url = (database: string): string => `postgres://postgres@127.0.0.1:${String(port)}/${database}`;
  const start = async (): Promise<Started> => ({ server: await launch({ bin, data, port, account }), administrator: await connected(url('postgres')) });
  let current = await start();
  const killAtExit = (): void => {
    current.server.kill('SIGKILL');
    rmSync(base, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', killAtExit);
  return {
    major,
    port,
    user: 'postgres',
    url,
    administer: async (sql) => void (await current.administrator.query(sql)),
    async stop() {
      process.off('exit', killAtExit);
      await current.administrator.end();
      // SIGINT is "fast shutdown" (manual 18.5): it ends open sessions and does not wait for clients.
      await ended(current.server, 'SIGINT');
      rmSync(base, { recursive: true, force: true });
    },
    async crash() {
      await ended(current.server, 'SIGKILL');
      while (isUsed(data)) await wait(20);
      current = await start();
    },
  };
}

interface Started {
  readonly server: ChildProcess;
  readonly administrator: pg.Client;
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // A test may end the server: whoever asks next is told.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function ended(server: ChildProcess, signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
  const end = once(server, 'exit');
  if (server.exitCode === null && server.signalCode === null && server.kill(signal)) await end;
}

/** Whether a process of a server still works there; those of a killed one go as soon as they notice. */
function isUsed(data: string): boolean {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).some((name) => {
    try {
      return readlinkSync(`/proc/${name}/cwd`) === data;
    } catch {
      return false;
    }
  });
}

type Account = { readonly uid: number; readonly gid: number } | null;

/** PostgreSQL refuses to run as root, so root lends it `nobody`. */
function ordinaryAccount(): Account {
  if (process.getuid?.() !== 0) return null;
  const line = readFileSync('/etc/passwd', 'utf8').split('\n').find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

function nativeFolder(major: PostgresMajor): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `postgres-${String(major)}-${platform}-${process.arch}`;
  return fileURLToPath(new URL(`../postgres/servers/node_modules/${name}/native`, import.meta.url));
}

/** `nobody` may not be able to enter the checkout, so for it the binaries are copied next to the data. */
function reachableBinaries(major: PostgresMajor, base: string, account: Account): string {
  const native = nativeFolder(major);
  if (!existsSync(native)) throw new Error(`PostgreSQL ${String(major)} is not installed: run "node scripts/setup.mjs postgres".`);
  if (account === null) return native;
  cpSync(native, join(base, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(base, 'native');
}

async function initialise(bin: string, data: string, account: Account): Promise<void> {
  const args = ['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const child = spawn(join(bin, 'initdb'), args, { ...account, cwd: data, stdio: ['ignore', 'ignore', 'pipe'] });
  const errors = collect(child);
  const [code] = (await once(child, 'exit')) as [number | null]; // Node types the arguments of events as any[].
  if (code !== 0) throw new Error(`initdb ended with ${String(code)}: ${errors.text}`);
}

/** The names and the ssl setting are those of manual 18.9. */
function speakTls(data: string, { certificate, key, hba }: TlsSettings, account: Account): void {
  for (const [name, text] of Object.entries({ 'server.crt': certificate, 'server.key': key, 'pg_hba.conf': hba })) {
    writeFileSync(join(data, name), text, { mode: 0o600 });
    if (account !== null) chownSync(join(data, name), account.uid, account.gid);
  }
  appendFileSync(join(data, 'postgresql.conf'), '\nssl = on\n');
}

interface Launch {
  readonly bin: string;
  readonly data: string;
  readonly port: number;
  readonly account: Account;
}

async function launch({ bin, data, port, account }: Launch): Promise<ChildProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    full_page_writes: 'off',
    synchronous_commit: 'off',
    // Its workers look into every new database; together with the tests they would share two cores.
    autovacuum: 'off',
    max_connections: '50',
    lc_messages: 'C',
  };
  const args = ['-D', data, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const server = spawn(join(bin, 'postgres'), args, { ...account, cwd: data, stdio: ['ignore', 'ignore', 'pipe'] });
  const errors = collect(server);
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', () => {
      if (errors.text.includes('ready to accept connections')) resolve();
    });
    server.once('exit', (code) => {
      reject(new Error(`postgres ended with ${String(code)}: ${errors.text}`));
    });
  });
  return server;
}

function collect(child: ChildProcess): { text: string } {
  const kept = { text: '' };
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    // The beginning says why a server does not start; hours of later log lines are nobody's concern.
    if (kept.text.length < 20_000) kept.text += part;
  });
  return kept;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
