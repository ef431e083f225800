import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../scripts/run.mjs';
import { lockstep, workspace, type Ended } from './run.ts';

interface Json {
  readonly summary: { readonly migrations: number; readonly statements: number; readonly errors: number; readonly warnings: number };
  readonly files: readonly { readonly path: string; readonly findings: readonly { readonly rule: string; readonly line: number; readonly column: number; readonly endColumn: number; readonly span: { readonly start: number; readonly end: number } }[] }[];
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

describe('lockstep check', () => {
  const removals: (() => void)[] = [];
  afterEach(() => {
    for (const remove of removals.splice(0)) remove();
  });

  function files(content: Parameters<typeof workspace>[0]): string {
    const { path, remove } = workspace(content);
    removals.push(remove);
    return path;
  }

  async function json(words: readonly string[], cwd: string): Promise<Ended & { readonly report: Json }> {
    const ended = await lockstep(['check', '--format', 'json', ...words], { cwd });
    assert.equal(ended.stderr, '');
    // The shape that the schema in test/report promises.
    return { ...ended, report: JSON.parse(ended.stdout) as Json };
  }

  const clean = { 'migrations/0001_create_a.sql': 'CREATE TABLE a (id bigint PRIMARY KEY);\n', 'migrations/0001_create_a_rollback.sql': 'DROP TABLE IF EXISTS a;\n' };
  const blocking = { 'migrations/0002_index_a.sql': 'CREATE INDEX a_idx ON a (id);\n', 'migrations/0002_index_a_rollback.sql': "SET lock_timeout = '5s';\nDROP INDEX IF EXISTS a_idx;\n" };

  it('is content with a clean project', async () => {
    const { code, stdout } = await lockstep(['check'], { cwd: files(clean) });
    assert.equal(stdout, '✓ Nothing found · 1 migration, 2 statements checked\n');
    assert.equal(code, 0);
  });

  it('finds what is unsafe, says where, and exits with 1', async () => {
    const { code, stdout } = await lockstep(['check'], { cwd: files({ ...clean, ...blocking }) });
    assert.equal(code, 1);
    assert.match(stdout, /^warning\[create-index-blocking\]\n +--> migrations\/0002_index_a\.sql:1:1\n/m);
    assert.match(stdout, /^1 \| CREATE INDEX a_idx ON a \(id\);$/m);
  });

  it('exits by the severity that matters', async () => {
    const cwd = files({ ...clean, ...blocking });
    assert.equal((await lockstep(['check', '--fail-on', 'error'], { cwd })).code, 0);
    assert.equal((await lockstep(['check', '--fail-on', 'information'], { cwd })).code, 1);
  });

  it('checks one script of a pair with the other in mind', async () => {
    const cwd = files({ ...clean, ...blocking });
    const { report } = await json(['migrations/0001_create_a_rollback.sql'], cwd);
    assert.deepEqual(report.files.map((file) => file.path), [join(cwd, 'migrations/0001_create_a_rollback.sql')]);
    assert.deepEqual(report.files[0]?.findings, []);
  });

  it('gives the same for a file, its folder and the whole project', async () => {
    const cwd = files({ ...clean, ...blocking });
    const of = ({ report }: { readonly report: Json }): unknown => report.files.find((file) => file.path.endsWith('0002_index_a.sql'))?.findings;
    const whole = of(await json([], cwd));
    assert.ok(Array.isArray(whole) && whole.length > 0);
    assert.deepEqual(of(await json(['migrations'], cwd)), whole);
    assert.deepEqual(of(await json(['migrations/0002_index_a.sql', './migrations'], cwd)), whole);
  });

  it('checks SQL outside every layout on its own', async () => {
    const { code, report } = await json(['notes.sql'], files({ 'notes.sql': 'DROP TABLE b;\nSELECT 1;' }));
    assert.equal(code, 1);
    assert.ok(report.files[0]?.findings.some((finding) => finding.rule === 'drop-table'));
    assert.equal(report.summary.migrations, 0);
  });

  for (const [what, content, words, says] of [
    ['a path that is not there', { 'a.sql': '' }, ['gone.sql'], /gone\.sql does not exist/],
    ['a folder without migrations', { 'readme.md': '' }, [], /No migrations were found in [^]*lockstep\.config\.json/],
    ['a binary file', { 'a.sql': new Uint8Array([0, 159, 146, 150]) }, ['a.sql'], /a\.sql cannot be read as UTF-8 text/],
    ['a configuration with a mistake', { ...clean, 'lockstep.config.json': '{\n  "postgres": 12\n}' }, [], /lockstep\.config\.json:2: [^]*postgres/],
  ] as const) {
    it(`exits with 2 for ${what} and says what to do`, async () => {
      const { code, stdout, stderr } = await lockstep(['check', ...words], { cwd: files(content) });
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
  }

  it('goes on when one script of a folder is binary', async () => {
    const cwd = files({ ...clean, ...blocking, 'migrations/0003_bytes.sql': new Uint8Array([0, 159, 146, 150]) });
    const { code, report } = await json([], cwd);
    assert.equal(code, 1);
    assert.ok(report.problems.some((problem) => problem.path.endsWith('0003_bytes.sql')), JSON.stringify(report.problems));
    assert.ok(report.files.some((file) => file.findings.some((finding) => finding.rule === 'create-index-blocking')));
  });

  it('says that a down is missing, and where it belongs', async () => {
    const { code, stdout } = await lockstep(['check'], { cwd: files({ 'migrations/0001_create_a.sql': clean['migrations/0001_create_a.sql'], 'migrations/0002_create_b.sql': 'CREATE TABLE b (id bigint PRIMARY KEY);\n', 'migrations/0002_create_b_rollback.sql': 'DROP TABLE IF EXISTS b;\n' }) });
    assert.equal(code, 1);
    assert.match(stdout, /down-missing\]\n[^]*0001_create_a_rollback\.sql is missing/);
  });

  it('checks the scripts of a folder whose journal is broken, and says so', async () => {
    const { code, report } = await json([], files({ 'drizzle/meta/_journal.json': '{"entries": [', 'drizzle/0000_first.sql': 'DROP TABLE b;\n' }));
    assert.equal(code, 1);
    assert.ok(report.problems.some((problem) => problem.path.endsWith('drizzle/meta/_journal.json')));
    assert.ok(report.files.some((file) => file.findings.some((finding) => finding.rule === 'drop-table')));
  });

  it('says so when a folder mixes layouts, and checks what its own layout runs', async () => {
    const { code, report } = await json([], files({ 'm/0001_a.sql': 'SELECT 1;\n', 'm/0001_a_rollback.sql': 'SELECT 1;\n', 'm/20260101000000_x/migration.sql': 'DROP TABLE b;\n' }));
    assert.equal(code, 1);
    assert.ok(report.problems.some((problem) => /mixes layouts/.test(problem.message)));
    assert.ok(report.files.some((file) => file.findings.some((finding) => finding.rule === 'drop-table')));
  });

  for (const [what, before] of [
    ['nothing', ''],
    ['a byte order mark', '\ufeff'],
    ['emoji and CRLF', '-- 😀 日本語 👨‍👩‍👧\r\n\r\n/* 😀 */ '],
    ['an unclosed string in another statement', "SELECT 1;\nSELECT 'open;\n"],
    ['an unclosed dollar quote in another statement', 'SELECT 1;\nDO $$ BEGIN;\n'],
    ['a broken statement', 'SELEC 1;\n'],
  ] as const) {
    it(`finds the statement at its place after ${what}`, async () => {
      const sql = 'CREATE INDEX a_idx ON a (id)';
      const { report } = await json(['a.sql'], files({ 'a.sql': `${before}${sql};\nSELECT 2;\n` }));
      const found = report.files[0]?.findings.find((finding) => finding.rule === 'create-index-blocking');
      const text = `${before.replace('\ufeff', '')}${sql}`;
      const start = text.length - sql.length;
      const lineStart = text.lastIndexOf('\n') + 1;
      assert.equal(found?.span.start, start);
      assert.deepEqual([found?.line, found?.column], [text.split('\n').length, start - lineStart + 1]);
    });
  }

  it('reads an INSERT of 10 MB and what follows it', async () => {
    const rows = Array.from({ length: 250_000 }, (_, index) => `(${index}, 'the value of row ${index} 😀')`);
    const { code, stdout } = await lockstep(['check', 'big.sql'], { cwd: files({ 'big.sql': `INSERT INTO a VALUES ${rows.join(', ')};\nDROP TABLE b;` }) });
    assert.equal(code, 1);
    assert.match(stdout, /drop-table\][^]*big\.sql:2:/);
    assert.ok(stdout.length < 10_000);
  });

  it('has nothing to say of an empty file', async () => {
    const { code, report } = await json(['empty.sql'], files({ 'empty.sql': '' }));
    assert.deepEqual([code, report.summary.statements], [0, 0]);
  });

  it('shows a hostile name without obeying it', async () => {
    // Windows has no such file names, so there only the text is hostile.
    const name = process.platform === 'win32' ? 'evil␛[2J.sql' : 'evil\u001b[2J"><img src=x onerror=alert(1)>\n.sql';
    const { code, stdout, stderr } = await lockstep(['check', name], { cwd: files({ [name]: 'DROP TABLE "\u001b[31m\u0007";' }) });
    assert.equal(code, 1);
    assert.doesNotMatch(stdout + stderr, /[\u0007\u001b]/);
    assert.ok(stdout.includes('evil␛[2J'));
  });

  it('does not mind a reader that has seen enough', () => {
    const cwd = files({ 'many.sql': 'DROP TABLE b;\n'.repeat(5_000) });
    const { stderr, stdout } = spawnSync('sh', ['-c', '"$0" "$1" check many.sql | head -1', process.execPath, join(root, 'src/cli/main.ts')], { cwd, encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.match(stdout, /^error\[drop-table\]/);
  });
});
