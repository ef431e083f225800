import assert from 'node:assert/strict';
import { join } from 'node:path';
import { requests, type DryRunAnswer, type NeonBranchesAnswer, type Refusal, type TargetsAnswer } from '../../src/app/editor-protocol.ts';
import type { DryRunReport } from '../../src/model/report.ts';
import { lockstep, workspace, type Ended } from '../cli/run.ts';
import { LspClient } from '../support/lsp-client.ts';
import type { Emulator } from './emulator/emulator.ts';
import { onBranch, sharedEmulator, withParent } from './support.ts';

const shop = {
  'lockstep.config.json': '{ "postgres": 15, "runnerLockTimeout": "5s" }\n',
  'migrations/0001_orders.sql': 'CREATE TABLE orders (id int PRIMARY KEY);\n',
  'migrations/0001_orders_rollback.sql': 'DROP TABLE orders;\n',
  'migrations/0002_total.sql': 'ALTER TABLE orders ADD COLUMN total int;\n',
  'migrations/0002_total_rollback.sql': 'ALTER TABLE orders DROP COLUMN IF EXISTS total;\n',
};
const ofNeon = 'CREATE TABLE orders (id int PRIMARY KEY); INSERT INTO orders SELECT generate_series(1, 200); ALTER TABLE orders OWNER TO neon_owner';

describe('Neon from the command line and the language server', () => {
  let emulator: Emulator;
  let files: ReturnType<typeof workspace>;

  before(async () => {
    emulator = await sharedEmulator();
    // What Neon's own command line leaves in a workspace.
    files = workspace({ ...shop, '.neon': JSON.stringify({ orgId: 'org-1', projectId: emulator.project.id, branch: 'main' }) });
  });

  after(() => files.remove());
  afterEach(() => emulator.reset());

  const environment = (): Record<string, string> => ({ NEON_API_KEY: emulator.apiKey, NEON_API_HOST: emulator.apiHost });
  const dryRun = (words: readonly string[], env = environment()): Promise<Ended> => lockstep(['dry-run', '0002_total', '--target', 'neon', ...words], { cwd: files.path, env });
  const keepsSecrets = (...texts: readonly string[]): void => {
    for (const text of texts) for (const secret of [emulator.apiKey, emulator.project.password]) assert.equal(text.includes(secret), false, 'a secret was shown');
  };

  it('runs on a branch of the project in the .neon file, on its real rows, and shows Neon’s opinion', async () => {
    await withParent(emulator, ofNeon, async () => {
      const { code, stdout, stderr } = await dryRun([]);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /PostgreSQL 15\.\S+ .*on a Neon branch of main/);
      assert.match(stdout, /all earlier ones are taken\s+as applied there/);
      assert.match(stdout, /Neon’s compare_schema/);
      const json = await dryRun(['--format', 'json']);
      const { trace } = JSON.parse(json.stdout) as DryRunReport;
      assert.equal(trace.before.rows['public.orders']?.rows, 200);
      keepsSecrets(stdout, stderr, json.stdout, json.stderr);
    });
    assert.deepEqual(emulator.branches(), []);
    assert.deepEqual(emulator.mistakes, []);
  });

  it('exits 2 with a reason and a next step, and without the key', async () => {
    const wrong = await dryRun([], { ...environment(), NEON_API_KEY: 'napi_wrong_canary' });
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /does not accept the API key/);
    assert.doesNotMatch(wrong.stdout + wrong.stderr, /napi_wrong_canary/);
    const none = await dryRun([], { ...environment(), NEON_API_KEY: '' });
    assert.equal(none.code, 2);
    assert.match(none.stderr, /NEON_API_KEY/);
    emulator.faults.push({ on: 'createProjectBranch', error: { status: 500, message: `broken for Bearer ${emulator.apiKey}` } });
    const broken = await dryRun([]);
    assert.equal(broken.code, 2);
    keepsSecrets(broken.stdout, broken.stderr);
  });

  it('leaves no branch when it is interrupted', async () => {
    emulator.project.operationsTake = 1_000_000;
    const interrupted = lockstep(['dry-run', '0002_total', '--target', 'neon'], {
      cwd: files.path,
      env: environment(),
      meanwhile: (child) => emulator.faults.push({ on: 'getProjectOperation', times: 1, error: { status: 423, message: 'wait' }, then: () => child.kill('SIGINT') }),
    });
    assert.equal((await interrupted).code, 130);
    assert.deepEqual(emulator.branches(), []);
  });

  it('what a killed run left is swept by the next one', async () => {
    emulator.project.operationsTake = 1_000_000;
    await lockstep(['dry-run', '0002_total', '--target', 'neon'], {
      cwd: files.path,
      env: environment(),
      meanwhile: (child) => emulator.faults.push({ on: 'getProjectOperation', times: 1, error: { status: 423, message: 'wait' }, then: () => child.kill('SIGKILL') }),
    });
    const [left] = emulator.branches();
    assert.ok(left !== undefined);
    emulator.project.operationsTake = 1;
    await withParent(emulator, ofNeon, async () => assert.equal((await dryRun([])).code, 0));
    assert.deepEqual(emulator.branches(), []);
  });

  it('the language server runs there, lists the branches, deletes one, and keeps the secrets', async () => {
    Object.assign(process.env, environment());
    const client = await LspClient.start({ folder: files.path });
    try {
      const uri = `file://${join(files.path, 'migrations/0002_total.sql')}`;
      const targets = await client.request<TargetsAnswer>(requests.targets, { uri });
      assert.equal(targets.choices.find(({ kind }) => kind === 'neon')?.lacking, null);
      await withParent(emulator, ofNeon, async () => {
        const answer = await client.request<DryRunAnswer | Refusal>(requests.dryRun, { uri, workDoneToken: 'one', target: { kind: 'neon' } });
        assert.equal(answer.kind, 'report', JSON.stringify(answer));
        keepsSecrets(JSON.stringify(answer), JSON.stringify(client.received('$/progress')), JSON.stringify(client.received('window/logMessage')));
      });
      const { branch } = await emulator.project.branch({ name: 'lockstep-old', parentId: emulator.main.id, expiresAt: null, annotation: { 'lockstep-owner': 'aaaaaa_1_zzzzzzzz', 'lockstep-purpose': 'dry run' }, withEndpoint: false });
      const foreign = await emulator.project.branch({ name: 'feature', parentId: emulator.main.id, expiresAt: null, annotation: {}, withEndpoint: false });
      const listed = await client.request<NeonBranchesAnswer>(requests.neonBranches, {});
      assert.deepEqual(listed.branches.map(({ id, name, project, purpose }) => ({ id, name, project, purpose })), [{ id: branch.id, name: 'lockstep-old', project: emulator.project.id, purpose: 'dry run' }]);
      await client.request(requests.deleteNeonBranch, { project: emulator.project.id, id: foreign.branch.id });
      assert.deepEqual((await client.request<NeonBranchesAnswer>(requests.deleteNeonBranch, { project: emulator.project.id, id: branch.id })).branches, []);
      assert.deepEqual(emulator.branches().map(({ name }) => name), ['feature']);
    } finally {
      for (const name of Object.keys(environment())) Reflect.deleteProperty(process.env, name);
      assert.equal(await client.stop(), 0);
    }
    assert.deepEqual(emulator.mistakes, []);
  });

  it('the language server that ends takes its branches with it', async () => {
    Object.assign(process.env, environment());
    const client = await LspClient.start({ folder: files.path });
    for (const name of Object.keys(environment())) Reflect.deleteProperty(process.env, name);
    await withParent(emulator, ofNeon, async () => {
      const path = join(files.path, 'migrations/0002_total.sql');
      client.open(path, 'SELECT pg_sleep(120);\n');
      void client.request(requests.dryRun, { uri: `file://${path}`, workDoneToken: 'two', target: { kind: 'neon' } }).catch(() => null);
      await client.until(() => (emulator.log.some(({ operationId }) => operationId === 'getConnectionURI') ? true : null), 'the branch');
      assert.equal(await client.stop(), 0);
    });
    assert.deepEqual(emulator.branches(), []);
    assert.deepEqual(await onBranch(emulator, emulator.main.id, `SELECT to_regclass('orders')::text AS it`), [{ it: null }]);
  });
});
