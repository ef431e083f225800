import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureStats, keepStats, readStats, statsText } from '../../src/app/stats.ts';
import { dryRun } from '../../src/dryrun/run.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { UserError } from '../../src/model/errors.ts';
import type { TableSizes } from '../../src/model/trace.ts';
import { estimateNote, basisOf, estimates } from '../../src/report/estimates.ts';
import { LspClient } from '../support/lsp-client.ts';
import { scratchFolder } from '../support/migrations.ts';
import { legOf, planOf } from '../support/plans.ts';
import { withDatabase } from '../support/postgres.ts';
import { serverTarget } from '../support/server-target.ts';

const signal = new AbortController().signal;
const now = (): Date => new Date('2026-11-02T09:00:00Z');

describe('sizes of a server’s tables', () => {
  it('are captured without changing anything, by a role that may only connect', async () => {
    await withDatabase(18, async ({ client, url }) => {
      await client.query(`CREATE TABLE orders (id integer PRIMARY KEY); INSERT INTO orders SELECT generate_series(1, 5000); ANALYZE orders; CREATE SCHEMA "Side"; CREATE TABLE "Side"."It's" (id int);
        CREATE ROLE stats_reader LOGIN`);
      try {
        const readOnly = new URL(url);
        readOnly.username = 'stats_reader';
        const stats = await captureStats({ secrets: { read: () => Promise.resolve(readOnly.href) }, now }, { variable: 'ANY', signal });
        assert.deepEqual(Object.keys(stats.tables), ['"Side"."It\'s"', 'public.orders']);
        const orders = stats.tables['public.orders'];
        assert.equal(orders?.rows, 5000);
        assert.ok(orders.bytes > 100_000 && orders.indexBytes > 50_000);
        assert.ok(!statsText(stats).includes('stats_reader'), 'nothing of the connection is kept');
      } finally {
        await client.query('DROP ROLE stats_reader');
      }
    });
  });

  it('say what to do where the variable is not set, or a table is held exclusively', async () => {
    const capture = (url: string | null): Promise<unknown> => captureStats({ secrets: { read: () => Promise.resolve(url) }, now }, { variable: 'NOWHERE', signal });
    await assert.rejects(capture(null), (error) => error instanceof UserError && error.message.includes('NOWHERE is not set'));
    await withDatabase(18, async ({ client, url }) => {
      await client.query('CREATE TABLE held (id int)');
      await client.query('BEGIN; LOCK TABLE held');
      await assert.rejects(capture(url), (error) => error instanceof UserError && /55P03/.test(error.message) && /Try again/.test(error.next));
    });
  });

  it('are written for people and read back, and a broken file is said to be broken', async () => {
    const root = mkdtempSync(join(tmpdir(), 'lockstep-stats-'));
    try {
      const stats = { version: 1, capturedAt: now().toISOString(), serverVersion: '18.4', tables: { 'public.orders': { rows: 1, bytes: 8192, indexBytes: 0 } } } as const;
      const path = await keepStats(nodeFiles, root, stats);
      await keepStats(nodeFiles, root, stats);
      assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), stats);
      assert.deepEqual(await readStats(nodeFiles, root), { source: 'lockstep.stats.json', capturedAt: stats.capturedAt, tables: stats.tables });
      writeFileSync(path, '{"version": 1, "capturedAt": "x", "tables": {"a": {"rows": "many"}}}');
      await assert.rejects(readStats(nodeFiles, root), (error) => error instanceof UserError && error.code === 'config-invalid');
    } finally {
      rmSync(root, { recursive: true });
    }
  });

  it('are captured for an editor, and a connection stays out of everything that is told', async () => {
    const folder = scratchFolder({ 'migrations/0001_create_orders.sql': 'CREATE TABLE orders (id int);\n' });
    await withDatabase(18, async ({ client, url }) => {
      await client.query('CREATE TABLE orders (id int)');
      process.env['LOCKSTEP_STATS_TEST'] = url;
      const lsp = await LspClient.start({ folder: folder.path });
      try {
        const capture = (variable: string): Promise<unknown> => lsp.begin('lockstep/captureStats', { uri: null, variable }).answer;
        assert.deepEqual(await capture('LOCKSTEP_STATS_TEST'), { kind: 'stats', path: folder.at('lockstep.stats.json'), tables: 1 });
        assert.ok(!readFileSync(folder.at('lockstep.stats.json'), 'utf8').includes('127.0.0.1'));
        assert.match(JSON.stringify(await capture('LOCKSTEP_NO_SUCH')), /LOCKSTEP_NO_SUCH is not set/);
      } finally {
        delete process.env['LOCKSTEP_STATS_TEST'];
        await lsp.stop();
        folder.remove();
      }
    });
  });

  it('let a dry run on made-up rows state measured and extrapolated apart', async () => {
    const sizes: TableSizes = { source: 'lockstep.stats.json', capturedAt: now().toISOString(), tables: { 'public.orders': { rows: 4e7, bytes: 6e9, indexBytes: 2e9 }, 'public.users': { rows: 1, bytes: 8192, indexBytes: 0 } } };
    const plan = await planOf({ history: ['CREATE TABLE orders (id integer PRIMARY KEY, note text); CREATE TABLE users (id int)'], up: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint; ALTER TABLE users ADD COLUMN x int' });
    const trace = await dryRun(serverTarget(18), plan, { signal, progress: () => undefined, sizes });
    assert.deepEqual(Object.keys(trace.sizes?.tables ?? {}), ['public.orders'], 'of the tables that were worked on');
    const basis = basisOf(trace);
    const [retyped, added] = legOf(trace, 'up').statements;
    assert.ok(basis?.pace != null && retyped !== undefined && added !== undefined);
    assert.ok(basis.pace.rewrite > 0 && basis.pace.scan > basis.pace.rewrite);
    assert.match(estimates(retyped, basis).join(), /^estimate: rewriting public\.orders and building 1 index takes about .* with its 6\.0 GB \(40,000,000 rows\)$/);
    assert.deepEqual(estimates(added, basis), []);
    assert.match(estimateNote(trace) ?? '', /extrapolated, not measured/);
  });
});
