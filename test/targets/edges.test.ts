import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import type { DryRunAnswer, Refusal, TargetsAnswer } from '../../src/app/editor-protocol.ts';
import type { TargetWish } from '../../src/app/target-choice.ts';
import { lockstep } from '../cli/run.ts';
import { LspClient } from '../support/lsp-client.ts';
import { scratchFolder, type ScratchFolder } from '../support/migrations.ts';
import { sharedServer } from '../support/postgres.ts';

const files = {
  'migrations/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n',
  'migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
};
const canary = 'c4nary-s3cret';

describe('the target of a dry run is chosen', function () {
  this.timeout(120_000);
  let folder: ScratchFolder;
  let url: string;

  before(async () => {
    url = (await sharedServer(17)).url('postgres');
  });
  afterEach(() => folder.remove());

  const given = (more: Readonly<Record<string, string>> = {}): string => {
    folder = scratchFolder({ ...files, ...more });
    return folder.path;
  };

  describe('on the command line', () => {
    it('by --target and a variable', async () => {
      const { code, stdout } = await lockstep(['dry-run', '--fail-on', 'error', '--target', 'url', '--url-env', 'THE_SERVER'], { cwd: given(), env: { THE_SERVER: url } });
      assert.match(stdout, /PostgreSQL 17\.\d+ at 127\.0\.0\.1/);
      assert.equal(code, 0);
    });

    it('by lockstep.config.json, for the generated down too', async () => {
      const cwd = given({ 'lockstep.config.json': '{ "target": "url", "url": { "environmentVariable": "TEAM_SERVER" } }' });
      const { code, stdout, stderr } = await lockstep(['down'], { cwd, env: { TEAM_SERVER: url } });
      assert.match(stdout, /DROP TABLE/);
      assert.equal(code, 0, stderr);
      const without = await lockstep(['down'], { cwd, env: { TEAM_SERVER: '' } });
      assert.match(without.stderr, /TEAM_SERVER is not set/);
      assert.equal(without.code, 2);
    });

    it('never by the connection itself, which other users of the machine could read', async () => {
      const { code, stderr } = await lockstep(['dry-run', '--url-env', `postgres://me:${canary}@db/shop`], { cwd: given() });
      assert.match(stderr, /takes the name of an environment variable/);
      assert.ok(!stderr.includes(canary));
      assert.equal(code, 2);
    });

    it('but a server that looks like production needs a word more', async () => {
      const production = url.replace(/postgres$/, 'production');
      const run = (...more: string[]): ReturnType<typeof lockstep> => lockstep(['dry-run', '--target', 'url', ...more], { cwd: given(), env: { LOCKSTEP_DATABASE_URL: production } });
      const refused = await run();
      assert.match(refused.stderr, /the name of its database, production, contains “prod”/);
      assert.equal(refused.code, 2);
      folder.remove();
      // Now it does connect: the database of that name is not there.
      assert.match((await run('--yes-this-server', '127.0.0.1')).stderr, /no database “production”/);
    });

    it('and the report says when it is another major than the project’s', async () => {
      const { stdout } = await lockstep(['dry-run', '--target', 'url'], { cwd: given({ 'lockstep.config.json': '{ "postgres": 15 }' }), env: { LOCKSTEP_DATABASE_URL: url } });
      assert.match(stdout.replaceAll(/\s+/g, ' '), /This ran on PostgreSQL 17, the project is for 15 .* the target “container” has PostgreSQL 15/);
    });

    it('but not that it is another than the default, which nobody chose', async () => {
      const { stdout } = await lockstep(['dry-run', '--target', 'embedded'], { cwd: given() });
      assert.match(stdout, /embedded PostgreSQL 18/);
      assert.doesNotMatch(stdout, /This ran on|the project is for/);
    });

    it('with a mistake told in its place', async () => {
      const { code, stderr } = await lockstep(['dry-run'], { cwd: given({ 'lockstep.config.json': '{ "target": "cloud" }' }) });
      assert.match(stderr, /lockstep\.config\.json:1: "target" must be one of "embedded", "container", "neon", "url"/);
      assert.equal(code, 2);
    });
  });

  describe('in an editor', () => {
    const ask = async (answers: Readonly<Record<string, (params: unknown) => unknown>>, target: TargetWish, env: Readonly<Record<string, string>> = {}): Promise<DryRunAnswer | Refusal> => {
      const client = await LspClient.start({ folder: given(), answers, env });
      const answer = await client.request<DryRunAnswer | Refusal>('lockstep/dryRun', { uri: pathToFileURL(folder.at('migrations/0001_create_orders.sql')).href, workDoneToken: 'run', target });
      assert.equal(await client.stop(), 0);
      return answer;
    };
    const secret = (value: string) => ({ 'lockstep/secret': (params: unknown) => ({ value: JSON.stringify(params) === '{"name":"LOCKSTEP_DATABASE_URL"}' ? value : null }) });

    it('with the connection that the editor keeps', async () => {
      const answer = await ask(secret(url), { kind: 'url' });
      assert.ok(answer.kind === 'report', JSON.stringify(answer));
      assert.equal(answer.report.trace.target.id, 'url');
      assert.equal(answer.report.verdict, 'exact');
    });

    it('with that of the environment where the editor keeps none', async () => {
      const answer = await ask({}, { kind: 'url' }, { LOCKSTEP_DATABASE_URL: url });
      assert.equal(answer.kind, 'report');
    });

    it('asking about production in the editor’s dialog, or in the protocol’s', async () => {
      const production = url.replace(/postgres$/, 'production');
      const asked: unknown[] = [];
      const no = await ask({ ...secret(production), 'lockstep/confirmServer': (params) => { asked.push(params); return { confirmed: false }; } }, { kind: 'url' });
      assert.ok(no.kind === 'refused' && /127\.0\.0\.1 was not used/.test(no.message), JSON.stringify(no));
      assert.equal(asked.length, 1);
      assert.ok(!JSON.stringify(asked).includes('postgres://'));
      folder.remove();
      const silent = await ask(secret(production), { kind: 'url' });
      assert.ok(silent.kind === 'refused' && /was not used/.test(silent.message), JSON.stringify(silent));
      folder.remove();
      const yes = await ask({ ...secret(production), 'window/showMessageRequest': (params) => (params as { actions: unknown[] }).actions[0] }, { kind: 'url' }); // It has actions to choose from.
      assert.ok(yes.kind === 'refused' && /no database “production”/.test(yes.message), JSON.stringify(yes));
    });

    it('among all, each with what it lacks', async () => {
      const client = await LspClient.start({ folder: given({ 'lockstep.config.json': '{ "target": "container" }' }), env: { PATH: '/nowhere', LOCKSTEP_DATABASE_URL: '', NEON_API_KEY: '' } });
      const answer = await client.request<TargetsAnswer>('lockstep/targets', { uri: null });
      assert.equal(await client.stop(), 0);
      assert.equal(answer.project, 'container');
      const lacking = Object.fromEntries(answer.choices.map((each) => [each.kind, each.lacking]));
      assert.equal(lacking['embedded'], null);
      assert.match(lacking['container'] ?? '', /Docker is not installed; Podman is not installed/);
      assert.match(lacking['url'] ?? '', /LOCKSTEP_DATABASE_URL is not set/);
      assert.match(lacking['neon'] ?? '', /key/);
    });
  });
});
