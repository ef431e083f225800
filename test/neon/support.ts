import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import type { NeonSurroundings } from '../../src/dryrun/targets/neon.ts';
import { atEnd } from '../support/endings.ts';
import { sharedServer } from '../support/postgres.ts';
import { startEmulator, type Emulator } from './emulator/emulator.ts';

let shared: Promise<Emulator> | null = null;

/** The run's emulator; `pg_dump` 15 reads servers up to its own major, so the branches are databases of a PostgreSQL 15. */
export function sharedEmulator(): Promise<Emulator> {
  shared ??= sharedServer(15).then(async (server) => {
    const emulator = await startEmulator(server);
    atEnd(() => emulator.end());
    return emulator;
  });
  return shared;
}

/** Neon's own command line against the emulator, nothing else of this machine in its reach. */
export async function neonCli(emulator: Emulator, args: readonly string[]): Promise<unknown> {
  const home = mkdtempSync(join(tmpdir(), 'lockstep-neon-'));
  try {
    const file = fileURLToPath(new URL('node_modules/neon/dist/cli.js', import.meta.url));
    const common = ['--api-host', emulator.apiHost, '--config-dir', home, '--no-analytics', '--no-color', '--output', 'json', '--project-id', emulator.project.id];
    const env = { PATH: process.env['PATH'], HOME: home, NEON_API_KEY: emulator.apiKey, NO_UPDATE_NOTIFIER: '1' };
    const { stdout } = await promisify(execFile)(process.execPath, [file, ...args, ...common], { cwd: home, env });
    return stdout.trim() === '' ? null : (JSON.parse(stdout) as unknown);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Runs SQL on a branch as the superuser, which Neon's customers are not. */
export async function onBranch(emulator: Emulator, branchId: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const real = emulator.project.branches.get(branchId)?.databases.get('neondb');
  if (real === undefined) throw new Error(`no branch ${branchId}`);
  const client = new pg.Client({ connectionString: emulator.project.server.url(real) });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Key, address and a patience that fits an emulator; the owner `gone` is dead, everybody else lives. */
export function surroundingsOf(emulator: Emulator): NeonSurroundings {
  let marks = 0;
  return {
    apiKey: () => Promise.resolve(emulator.apiKey),
    apiHost: emulator.apiHost,
    owner: { mark: () => `test_${String(++marks)}`, isGone: (mark) => mark === 'gone' },
    patience: { pause: 10, answerWithin: 5000, readyWithin: 5000 },
  };
}

/** Gives the default branch what a test needs, and takes it away again. */
export async function withParent(emulator: Emulator, sql: string, use: () => Promise<void>): Promise<void> {
  await onBranch(emulator, emulator.main.id, sql);
  try {
    await use();
  } finally {
    await onBranch(emulator, emulator.main.id, `DROP SCHEMA IF EXISTS drizzle CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION pg_database_owner; GRANT USAGE ON SCHEMA public TO PUBLIC; COMMENT ON SCHEMA public IS 'standard public schema'`);
  }
}

/** Everything that the default branch holds: its schema as pg_dump writes it, and its rows. */
export async function fingerprintOfParent(emulator: Emulator): Promise<string> {
  const { stdout } = await promisify(execFile)('pg_dump', [emulator.project.server.url(emulator.main.databases.get('neondb') ?? '')]);
  return stdout.replaceAll(/^\\(un)?restrict .*\n/gm, '');
}
