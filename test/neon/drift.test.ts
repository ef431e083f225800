import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { requests, type DriftAnswer, type Refusal, type TargetsAnswer } from '../../src/app/editor-protocol.ts';
import type { DriftReport } from '../../src/model/drift.ts';
import { changedObject } from '../../src/report/wording.ts';
import { lockstep, workspace, type Ended } from '../cli/run.ts';
import { LspClient } from '../support/lsp-client.ts';
import type { Emulator } from './emulator/emulator.ts';
import { fingerprintOfParent, onBranch, sharedEmulator, withParent } from './support.ts';

const history = 'CREATE TABLE orders (id int PRIMARY KEY);\n';
const byHand = 'ALTER TABLE orders ADD COLUMN hotfix int';

describe('drift of a Neon branch', function () {
  this.timeout(120_000);
  let emulator: Emulator;
  let files: ReturnType<typeof workspace>;

  before(async () => {
    emulator = await sharedEmulator();
    files = workspace({ 'migrations/0001_orders.sql': history, 'migrations/0001_orders_rollback.sql': 'DROP TABLE orders;\n', '.neon': JSON.stringify({ projectId: emulator.project.id }) });
  });
  after(() => files.remove());
  // Whoever used the emulator before may have left requests in its log.
  beforeEach(() => emulator.reset());
  afterEach(() => emulator.reset());

  const environment = (): Record<string, string> => ({ NEON_API_KEY: emulator.apiKey, NEON_API_HOST: emulator.apiHost });
  const drift = (words: readonly string[]): Promise<Ended> => lockstep(['drift', ...words], { cwd: files.path, env: environment() });
  const keepsSecrets = (...texts: readonly string[]): void => {
    for (const text of texts) for (const secret of [emulator.apiKey, emulator.project.password]) assert.equal(text.includes(secret), false, 'a secret was shown');
  };
  /** Everything that was asked of Neon only read. */
  const onlyRead = (): void => {
    assert.ok(emulator.log.length > 0);
    assert.deepEqual(emulator.log.filter(({ method }) => method.toUpperCase() !== 'GET'), []);
    assert.deepEqual(emulator.mistakes, []);
  };

  it('is none where the history was deployed, and Neon’s own schemas are no drift', async () => {
    const neons = 'CREATE SCHEMA neon_migration; CREATE TABLE neon_migration.done (id int); CREATE SCHEMA neon';
    await withParent(emulator, `${history} ${neons}`, async () => {
      const before = await fingerprintOfParent(emulator);
      const { code, stdout, stderr } = await drift(['--neon']);
      assert.match(stdout, /✓ PostgreSQL 15\.\S+ on the Neon branch main is what the history yields/, stdout + stderr);
      assert.equal(code, 0);
      keepsSecrets(stdout, stderr);
      assert.equal(await fingerprintOfParent(emulator), before);
    });
    await onBranch(emulator, emulator.main.id, 'DROP SCHEMA neon_migration, neon CASCADE');
    assert.deepEqual(emulator.branches(), []);
    onlyRead();
  });

  it('is told as DDL for a branch by its name, of which an abandoned one is not even swept', async () => {
    await withParent(emulator, history, async () => {
      emulator.project.operationsTake = 0;
      const { branch } = await emulator.project.branch({ name: 'staging', parentId: emulator.main.id, expiresAt: null, annotation: {}, withEndpoint: true });
      await emulator.project.branch({ name: 'left', parentId: emulator.main.id, expiresAt: null, annotation: { 'lockstep-owner': 'aaaaaa_1_0' }, withEndpoint: false });
      await onBranch(emulator, branch.id, byHand);
      const { code, stdout } = await drift(['--neon-branch', 'staging', '--json']);
      const report = JSON.parse(stdout) as DriftReport; // What the command promises to print.
      assert.equal(code, 1);
      assert.match(report.other.title, /^PostgreSQL 15\.\S+ on the Neon branch staging$/);
      assert.deepEqual(report.differences.map((change) => `${change.change} ${changedObject(change).name}`), ['added public.orders.hotfix']);
      assert.deepEqual(report.toHistory.statements, ['ALTER TABLE IF EXISTS public.orders DROP COLUMN IF EXISTS hotfix']);
      assert.deepEqual(emulator.branches().map(({ name }) => name).toSorted(), ['left', 'staging']);
    });
    onlyRead();
  });

  it('says what is wrong and what to do', async () => {
    emulator.project.operationsTake = 0;
    await emulator.project.branch({ name: 'asleep', parentId: emulator.main.id, expiresAt: null, annotation: {}, withEndpoint: false });
    const refused = async (...words: string[]): Promise<string> => {
      const { code, stderr } = await drift(words);
      assert.equal(code, 2, stderr);
      keepsSecrets(stderr);
      return stderr.replaceAll(/\s+/g, ' ');
    };
    assert.match(await refused('--neon-branch', 'nowhere'), /has no branch nowhere; it has main, asleep/);
    assert.match(await refused('--neon-branch', 'asleep'), /the branch has no compute to connect to: .* Lockstep makes none there/);
    assert.match(await refused('--neon', '--schema'), /a server, a Neon branch or the declared schema/);
    onlyRead();
    const { code, stderr } = await lockstep(['drift', '--neon'], { cwd: files.path, env: { ...environment(), NEON_API_KEY: '' } });
    assert.equal(code, 2);
    assert.match(stderr, /Neon needs a key and a project\. No Neon API key is set/);
  });

  it('is found for an editor, which learns beforehand what is missing', async () => {
    Object.assign(process.env, environment());
    const client = await LspClient.start({ folder: files.path });
    try {
      const uri = pathToFileURL(`${files.path}/migrations`).href;
      const targets = await client.request<TargetsAnswer>(requests.targets, { uri });
      assert.deepEqual([targets.connection, targets.branch, targets.choices.find(({ kind }) => kind === 'neon')?.lacking], ['LOCKSTEP_DATABASE_URL', null, null]);
      await withParent(emulator, `${history} ${byHand}`, async () => {
        // The history is replayed on the embedded PostgreSQL though dry runs happen elsewhere: this only reads.
        const answer = await client.request<DriftAnswer | Refusal>(requests.drift, { uri, workDoneToken: 'one', other: { kind: 'neon', branch: null }, target: { kind: 'neon' } });
        assert.ok(answer.kind === 'drift', JSON.stringify(answer));
        assert.match(answer.report.replayedOn, /embedded PostgreSQL/);
        assert.deepEqual(answer.report.toOther.statements, ['ALTER TABLE public.orders ADD COLUMN hotfix integer']);
        keepsSecrets(JSON.stringify(answer), JSON.stringify(client.received('$/progress')), JSON.stringify(client.received('window/logMessage')));
      });
      const unknown = await client.request<DriftAnswer | Refusal>(requests.drift, { uri: pathToFileURL(files.path).href, workDoneToken: 'two', other: { kind: 'declared' } });
      assert.equal(unknown.kind === 'refused' ? unknown.code : '', 'no-migrations');
    } finally {
      for (const name of Object.keys(environment())) Reflect.deleteProperty(process.env, name);
      assert.equal(await client.stop(), 0);
    }
    onlyRead();
  });
});
