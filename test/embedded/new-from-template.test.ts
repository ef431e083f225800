import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockstep, workspace } from '../cli/run.ts';

const history = {
  'package.json': '{}',
  'db/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, customer text NOT NULL);',
  'db/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;',
};

describe('lockstep new --template', function () {
  this.timeout(120_000);

  it('writes every migration of a change that needs several releases, in order, and each pair comes back', async () => {
    const { path, remove } = workspace(history);
    const answers = ['table=orders', 'column=region', 'type=text', "value='north'", 'keep=no'].flatMap((answer) => ['--answer', answer]);
    const { code, stdout, stderr } = await lockstep(['new', '--template', 'add-required-column', ...answers], { cwd: path });
    assert.equal(code, 0, stderr);
    const files = stdout.trim().split('\n');
    assert.ok(files.length >= 4 && files.length % 2 === 0, stdout);
    assert.equal(files[0], 'db/0002_add_region_to_orders.sql');
    assert.match(readFileSync(join(path, files[2] ?? ''), 'utf8'), /^-- Step 2 of \d\.\n-- Before it runs: /m);
    const round = await lockstep(['dry-run', '--all', '--fail-on', 'error'], { cwd: path });
    assert.equal(round.code, 0, round.stdout);
    remove();
  });

  it('says which answers are missing or wrong, and writes nothing', async () => {
    const { path, remove } = workspace(history);
    const none = await lockstep(['new', '--template', 'add-column', '--answer', 'table=order'], { cwd: path });
    assert.equal(none.code, 2);
    assert.match(none.stderr, /The history makes no table order\.[^]*column: no answer/);
    assert.match((await lockstep(['new', '--template', 'nothing'], { cwd: path })).stderr, /There is no template “nothing”[^]*add-column/);
    assert.match((await lockstep(['new', 'x', '--answer', 'a=b'], { cwd: path })).stderr, /--answer is for the questions of a template/);
    assert.doesNotMatch((await lockstep(['check', '--json'], { cwd: path })).stdout, /0002_/);
    remove();
  });

  it('takes the templates of the team, and says what is wrong with a broken one', async () => {
    const { path, remove } = workspace({ ...history, '.lockstep/templates/broken.sql': '-- nonsense\nSELECT 1;\n' });
    assert.match((await lockstep(['new', '--template', 'broken'], { cwd: path })).stderr, /broken\.sql cannot be used: line \d+: /);
    remove();
  });
});
