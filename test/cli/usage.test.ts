import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { lockstep, workspace } from './run.ts';

describe('the command line', () => {
  for (const words of [[], ['--help'], ['-h'], ['help']]) {
    it(`explains itself: lockstep ${words.join(' ')}`, async () => {
      const { code, stdout, stderr } = await lockstep(words);
      assert.equal(code, 0);
      assert.equal(stderr, '');
      for (const word of ['lockstep check', 'lockstep dry-run', 'lockstep down', 'lockstep lsp', 'Exit codes']) assert.ok(stdout.includes(word), word);
      for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
    });
  }

  for (const command of ['check', 'dry-run', 'new', 'down', 'generate', 'drift', 'stats', 'doctor', 'lsp']) {
    it(`explains ${command}`, async () => {
      const asked = await lockstep([command, '--help']);
      assert.equal(asked.code, 0);
      assert.ok(asked.stdout.startsWith(`lockstep ${command}`));
      assert.equal((await lockstep(['help', command])).stdout, asked.stdout);
    });
  }

  it('tells the version of the package', async () => {
    // Our own manifest.
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
    assert.deepEqual(await lockstep(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
  });

  for (const [words, says] of [
    [['chek'], /There is no command “chek”[^]*check, dry-run, new, down, generate, drift, stats, doctor, explain, import-squawk, lsp/],
    [['--colour'], /There is no option “--colour”/],
    [['check', '--formt', 'json'], /Unknown option '--formt'[^]*lockstep check --help/],
    [['check', '--format', 'xml'], /--format cannot be “xml”[^]*pretty, json/],
    [['check', '--format'], /'--format <value>' argument missing/],
    [['dry-run', '--fail-on', 'never'], /--fail-on cannot be “never”[^]*error, warning, information/],
    [['dry-run', 'a', 'b'], /takes one migration, not 2/],
    [['dry-run', '--all', '--probe'], /--probe watches one migration/],
    [['stats', '--url-env', 'postgres://x:secret@h/d'], /takes the name of an environment variable/],
    [['new'], /new needs a name[^]*lockstep new add_status_to_orders/],
    [['new', 'add', 'status', 'to'], /takes a name and a folder, and “to” besides/],
    [['doctor', 'a', 'b'], /doctor takes one folder, not 2/],
    [['lsp', '--port', '1'], /Unknown option '--port'/],
  ] as const) {
    it(`refuses lockstep ${words.join(' ')} and says what is possible`, async () => {
      const { code, stdout, stderr } = await lockstep(words);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
  }

  it('colours when asked to, and never otherwise away from a terminal', async () => {
    const { path, remove } = workspace({ 'a.sql': 'DROP TABLE b;' });
    const run = (words: readonly string[], env: Readonly<Record<string, string>>): ReturnType<typeof lockstep> => lockstep(['check', 'a.sql', ...words], { cwd: path, env });
    const coloured = /\u001b\[/;
    assert.doesNotMatch((await run([], {})).stdout, coloured);
    assert.match((await run([], { FORCE_COLOR: '1' })).stdout, coloured);
    assert.match((await run(['--color'], {})).stdout, coloured);
    assert.doesNotMatch((await run([], { NO_COLOR: '1', FORCE_COLOR: '1' })).stdout, coloured);
    assert.doesNotMatch((await run(['--no-color'], { FORCE_COLOR: '1' })).stdout, coloured);
    remove();
  });
});
