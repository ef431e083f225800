import assert from 'node:assert/strict';
import { check } from '../../src/app/check.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';

const index = (table: string): string => `SET lock_timeout = '2s';\nCREATE INDEX ${table}_made ON ${table} (made);\n`;
const project = {
  'lockstep.config.json': '{}',
  'migrations/0001_tables.up.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, made date);\nCREATE TABLE audit_log (id bigint PRIMARY KEY, made date);\n',
  'migrations/0001_tables.down.sql': 'DROP TABLE IF EXISTS audit_log;\nDROP TABLE IF EXISTS orders;\n',
  'migrations/0002_orders_index.up.sql': index('orders'),
  'migrations/0002_orders_index.down.sql': '-- lockstep-ignore drop-index-blocking: in the test\nDROP INDEX IF EXISTS orders_made;\n',
  'migrations/0003_audit_index.up.sql': index('audit_log'),
  'migrations/0003_audit_index.down.sql': '-- lockstep-ignore drop-index-blocking: in the test\nDROP INDEX IF EXISTS audit_log_made;\n',
};

describe('the policy of a project', () => {
  let root = '';
  afterEach(() => removeFolder(root));

  /** What is said of the ups about the two indexes: file, level, and the last sentence. */
  async function said(config: object, more: Readonly<Record<string, string>> = {}): Promise<readonly (readonly string[])[]> {
    root = await temporaryFolder({ ...project, 'lockstep.config.json': JSON.stringify(config), ...more });
    const { files } = await check({ files: nodeFiles, processes: nodeProcesses, now: () => new Date('2026-11-20T12:00:00Z') }, [root]);
    return files.flatMap(({ path, findings }) => findings.filter(({ rule }) => rule === 'create-index-blocking').map(({ severity, message }) => [path.slice(path.lastIndexOf('/') + 1, -'.up.sql'.length), severity, message.split('. ').at(-1) ?? '']));
  }

  const levels = async (...asked: Parameters<typeof said>): Promise<readonly string[]> => (await said(...asked)).map(([file, severity]) => `${file?.slice(0, 4) ?? ''} ${severity ?? ''}`);

  it('has one level for all without overrides', async () => {
    assert.deepEqual(await levels({}), ['0002 warning', '0003 warning']);
  });

  it('has other levels for some files', async () => {
    assert.deepEqual(await levels({ overrides: [{ paths: ['migrations/0002_*'], rules: { 'create-index-blocking': 'error' } }] }), ['0002 error', '0003 warning']);
    await removeFolder(root);
    assert.deepEqual(await levels({ overrides: [{ paths: ['**'], rules: { 'create-index-blocking': 'off' } }, { paths: ['**/0003_*'], rules: { 'create-index-blocking': 'information' } }] }), ['0003 information']);
  });

  it('has other levels for some tables', async () => {
    assert.deepEqual(await levels({ overrides: [{ tables: ['audit_*'], rules: { 'create-index-blocking': 'off' } }] }), ['0002 warning']);
    await removeFolder(root);
    assert.deepEqual(await levels({ rules: { 'create-index-blocking': 'off' }, overrides: [{ tables: ['public.orders'], rules: { 'create-index-blocking': 'error' } }] }), ['0002 error']);
  });

  it('has a table in some files where an override names both', async () => {
    assert.deepEqual(await levels({ overrides: [{ tables: ['*'], paths: ['migrations/0003*'], rules: { 'create-index-blocking': 'off' } }] }), ['0002 warning']);
  });

  it('paths start from the configuration that they stand in', async () => {
    const inner = JSON.stringify({ overrides: [{ paths: ['0002*'], rules: { 'create-index-blocking': 'off' } }] });
    assert.deepEqual(await levels({}, { 'migrations/lockstep.config.json': inner }), ['0003 warning']);
  });

  it('leaves the history before its start in peace', async () => {
    assert.deepEqual(await levels({ startAfter: '0002_orders_index' }), ['0003 warning']);
  });

  it('says when the start is no migration, and checks all of them', async () => {
    root = await temporaryFolder({ ...project, 'lockstep.config.json': '{ "startAfter": "0002" }' });
    const { problems } = await check({ files: nodeFiles, processes: nodeProcesses, now: () => new Date() }, [root]);
    assert.deepEqual(problems.map(({ path, message }) => [path.slice(root.length), message]), [['/lockstep.config.json', '"startAfter" names 0002, and no migration is called so: all of them are checked.']]);
  });

  const stats = (rows: Readonly<Record<string, number>>): string => JSON.stringify({ version: 1, capturedAt: '2026-11-01T00:00:00Z', serverVersion: '17.2', tables: Object.fromEntries(Object.entries(rows).map(([name, count]) => [name, { rows: count, bytes: 8192, indexBytes: 0 }])) });

  it('weighs what blocks a table by its rows, and says how many there are', async () => {
    assert.deepEqual(await said({}, { 'lockstep.stats.json': stats({ 'public.orders': 52_400_000, 'public.audit_log': 12 }) }), [
      ['0002_orders_index', 'error', 'orders has about 52,400,000 rows.'],
      ['0003_audit_index', 'information', 'audit_log has about 12 rows, so it is over soon.'],
    ]);
  });

  it('the team says what is small and what is huge', async () => {
    assert.deepEqual(await levels({ sizes: { smallRows: 5, hugeRows: 10 } }, { 'lockstep.stats.json': stats({ 'public.orders': 7, 'public.audit_log': 10 }) }), ['0002 warning', '0003 error']);
  });

  it('sizes that cannot be read are a problem, and the rest is checked', async () => {
    root = await temporaryFolder({ ...project, 'lockstep.stats.json': '[]' });
    const { problems, files } = await check({ files: nodeFiles, processes: nodeProcesses, now: () => new Date() }, [root]);
    assert.match(problems[0]?.message ?? '', /lockstep\.stats\.json is not what "lockstep stats --write" writes/);
    assert.ok(files.some(({ findings }) => findings.length > 0));
  });
});
