import { Ajv } from 'ajv';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../scripts/run.mjs';
import type { DryRunAllAnswer } from '../../src/app/editor-protocol.ts';
import type { DriftReport } from '../../src/model/drift.ts';
import type { HistoryReport } from '../../src/model/history-run.ts';
import type { DryRunReport } from '../../src/model/report.ts';
import { walkHistory } from '../../src/dryrun/walk.ts';
import { judgeRoundTrip } from '../../src/dryrun/round-trip.ts';
import { lockstep, workspace, workspaces } from '../cli/run.ts';
import { generatedPair, stepsOf } from '../dryrun/generated-history.ts';
import { LspClient } from '../support/lsp-client.ts';
import { engineFor } from './engine.ts';

const up = (name: string): string => `migrations/${name}.sql`;
const down = (name: string): string => `migrations/${name}_rollback.sql`;

const pairs = {
  'lockstep.config.json': JSON.stringify({
    runnerLockTimeout: '5s',
    rules: { 'drop-table': 'off' },
    rowSecurity: { role: 'shop_app', setting: 'app.tenant', tenants: ['one', 'two'], column: 'owner' },
  }),
  [up('0001_create_a')]: 'CREATE TABLE a (id bigint PRIMARY KEY, note text NOT NULL);\n',
  [down('0001_create_a')]: 'DROP TABLE IF EXISTS a;\n',
  [up('0002_drop_note')]: 'ALTER TABLE a DROP COLUMN note;\n',
  [down('0002_drop_note')]: "ALTER TABLE a ADD COLUMN note text NOT NULL DEFAULT '';\n",
  [up('0003_create_b')]: "CREATE TABLE b (id int PRIMARY KEY, a_id bigint REFERENCES a, owner text NOT NULL);\nALTER TABLE b ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON b USING (owner = current_setting('app.tenant')) WITH CHECK (true);\n",
  [down('0003_create_b')]: 'DROP TABLE IF EXISTS b;\n',
  [up('0004_bad')]: '-- 😀\nALTER TABLE a ADD COLUMN c nosuchtype;\n',
  [down('0004_bad')]: 'ALTER TABLE a DROP COLUMN IF EXISTS c;\n',
  [up('0005_after')]: 'CREATE TABLE d (id int PRIMARY KEY);\n',
  [down('0005_after')]: 'DROP TABLE IF EXISTS d;\n',
};

function conforms(name: string, value: unknown): void {
  const schema = JSON.parse(readFileSync(join(root, `docs/schemas/${name}.schema.json`), 'utf8')) as object; // A schema is an object.
  const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
  assert.ok(validate(value), JSON.stringify(validate.errors, null, 2));
}

describe('lockstep dry-run --all', function () {
  this.timeout(180_000);
  const files = workspaces();

  it('reports each migration in order, the sum last, and exits with 1 when one does not come back', async () => {
    const { code, stdout } = await lockstep(['dry-run', '--all'], { cwd: files(pairs) });
    assert.equal(code, 1);
    const lines = stdout.trimEnd().split('\n');
    assert.match(lines[0] ?? '', /^migrations · SQL pairs · embedded PostgreSQL 18\.\S+ \(PGlite \S+\) · 5 migrations$/);
    assert.deepEqual(lines.filter((line) => /^[✓✗!] 0/.test(line)).map((line) => line.replace(/ {2,}[\d.]+ m?s {2}| {2,}– {2}/, ' ')), [
      '✓ 0001_create_a exact', '✗ 0002_drop_note data lost · 2 findings', '✗ 0003_create_b exact · 3 findings', '✗ 0004_bad up failed', '✗ 0005_after not run',
    ]);
    assert.match(stdout, / {4}public\.a lost the values of note in \d+ rows\.\n/);
    assert.match(stdout, / {4}In public\.b, a tenant inserts rows for and hands its own rows to another tenant: its policies\n {4}let it\.\n/);
    assert.match(stdout, / {4}No index serves the foreign key public\.b\.b_a_id_fkey \(a_id\)\.\n/);
    assert.match(stdout, / {4}migrations\/0004_bad\.sql:2\n/);
    assert.match(lines.at(-1) ?? '', /^✗ 5 migrations: 2 exact, 1 data lost, 1 up failed, 1 not run · 5 findings stand · /);
  });

  it('gives JSON as its published schema says, and so does the run of a single migration', async () => {
    const cwd = files(pairs);
    const all = JSON.parse((await lockstep(['dry-run', '--all', '--json'], { cwd })).stdout) as HistoryReport; // What the command promises to print.
    conforms('history', all);
    assert.deepEqual(all.folders[0]?.runs.map((run) => run.verdict), ['exact', 'data lost', 'exact', 'up failed', 'not run']);
    assert.deepEqual(all.folders[0].runs[2]?.verification?.tenants?.kind === 'measured' && all.folders[0].runs[2].verification.tenants.value.leaks.map((leak) => leak.acts), [['inserts', 'hands over']]);
    const { code, stdout } = await lockstep(['dry-run', '3', '--json'], { cwd });
    const single = JSON.parse(stdout) as DryRunReport; // As above.
    conforms('dry-run', single);
    assert.deepEqual([code, single.verdict, single.verification?.aftermath.map((each) => each.kind)], [1, 'exact', ['foreign key without index', 'row security not forced']]);
  });

  it('tries what is new or changed since a revision, and exits with 0 when all of that is clean', async () => {
    const good = Object.entries(pairs).filter(([name]) => !name.includes('0004_bad'));
    const cwd = files({ ...Object.fromEntries(good), 'lockstep.config.json': JSON.stringify({ runnerLockTimeout: '5s' }) });
    const git = (...words: readonly string[]): void => void execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.com', ...words], { cwd, stdio: 'ignore' });
    git('init');
    git('add', '.');
    git('commit', '-m', 'all');
    assert.match((await lockstep(['dry-run', '--since', 'HEAD'], { cwd })).stdout, /No migration is new or changed since HEAD\n$/);
    writeFileSync(join(cwd, down('0001_create_a')), '-- changed\nDROP TABLE IF EXISTS a;\n');
    writeFileSync(join(cwd, up('0006_more')), 'CREATE TABLE more (id int PRIMARY KEY);\n');
    writeFileSync(join(cwd, down('0006_more')), 'DROP TABLE IF EXISTS more;\n');
    const { code, stdout } = await lockstep(['dry-run', '--since', 'HEAD', 'migrations'], { cwd });
    assert.deepEqual([...stdout.matchAll(/^✓ (\S+)/gm)].map((match) => match[1]), ['0001_create_a', '0006_more', '2']);
    assert.match(stdout, / · 2 of 5 migrations tried\n/);
    assert.equal(code, 0);
    const wrong = await lockstep(['dry-run', '--since', 'no-such-branch'], { cwd });
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /^lockstep: git cannot tell what changed since “no-such-branch”: fatal: bad revision 'no-such-branch'\n/);
  });

  it('exits with 2 where there is no migration', async () => {
    const { code, stderr } = await lockstep(['dry-run', '--all'], { cwd: files({ 'package.json': '{}' }) });
    assert.equal(code, 2);
    assert.match(stderr, /^lockstep: No migrations were found/);
  });

  it('tries the end of a history of three hundred pairs', async () => {
    const count = 300;
    const steps = (await stepsOf(Array.from({ length: count }, (_, n) => generatedPair(n)))).map((step, n) => ({ ...step, tried: n >= count - 12 }));
    const verdicts: string[] = [];
    const stop = await walkHistory(engineFor('history').target, {
      steps,
      statementTimeout: 30_000,
      signal: new AbortController().signal,
      progress: () => undefined,
      visit: (_step, trace) => { verdicts.push(judgeRoundTrip(trace).verdict); },
    });
    assert.equal(stop, null);
    assert.deepEqual(verdicts, Array.from({ length: 12 }, (_, n) => ((count - 12 + n) % 20 === 17 ? 'down failed' : 'exact')));
  });
});

describe('lockstep drift --schema', function () {
  this.timeout(180_000);

  it('says what the Drizzle schema declares and no migration makes', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lockstep-drift-')));
    try {
      cpSync(join(root, 'examples/shop'), folder, { recursive: true });
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
      const same = await lockstep(['drift', '--schema'], { cwd: folder });
      assert.deepEqual([same.code, same.stdout.trimEnd().split('\n').at(-1)], [0, '✓ The declared schema is what the history yields']);
      const schema = join(folder, 'src/schema.ts');
      const declared = readFileSync(schema, 'utf8');
      writeFileSync(schema, declared.replace('slug: text().notNull()', 'region: text(),\n    slug: text().notNull()'));
      const { code, stdout } = await lockstep(['drift', '--schema', '--json'], { cwd: folder });
      const report = JSON.parse(stdout) as DriftReport; // What the command promises to print.
      conforms('drift', report);
      assert.equal(code, 1);
      assert.deepEqual(report.differences.map((each) => [each.change, each.change === 'removed' ? '' : each.after.name]), [['added', 'public.tenants.region']]);
      assert.deepEqual(report.toOther.statements, ['ALTER TABLE public.tenants ADD COLUMN region text']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('asks what to compare when nothing is said', async () => {
    const { code, stderr } = await lockstep(['drift']);
    assert.equal(code, 2);
    assert.match(stderr, /^lockstep: drift needs to know what to compare with the history: a server, a Neon branch or the declared schema\.\n/);
  });
});

describe('a whole history over the language server', function () {
  this.timeout(180_000);

  it('answers with the report of the folder, from what is typed', async () => {
    const { path, remove } = workspace({ [up('0001_create_a')]: pairs[up('0001_create_a')] ?? '', [down('0001_create_a')]: 'SELECT 1;\n' });
    const client = await LspClient.start({ folder: path });
    try {
      client.open(join(path, down('0001_create_a')), 'DROP TABLE IF EXISTS a;\n');
      const answer = await client.request<DryRunAllAnswer>('lockstep/dryRunAll', { uri: pathToFileURL(join(path, 'migrations')).href, workDoneToken: 'all' });
      assert.deepEqual(answer.report.folders.map((folder) => folder.runs.map((run) => [run.migration, run.verdict])), [[['0001_create_a', 'exact']]]);
      const progress = client.received('$/progress') as { value: { message?: string } }[]; // As the protocol has it.
      assert.ok(progress.some(({ value }) => value.message?.startsWith('1 of 1 · 0001_create_a: Running the down') === true));
    } finally {
      assert.equal(await client.stop(), 0);
      remove();
    }
  });
});
