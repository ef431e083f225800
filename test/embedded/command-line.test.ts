import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { DryRunReport } from '../../src/model/report.ts';
import { lockstep, workspaces } from '../cli/run.ts';

const pairs = {
  'migrations/0001_create_a.sql': 'CREATE TABLE a (id bigint PRIMARY KEY, note text NOT NULL);\n',
  'migrations/0001_create_a_rollback.sql': 'DROP TABLE IF EXISTS a;\n',
  'migrations/0002_drop_note.sql': 'ALTER TABLE a DROP COLUMN note;\n',
  'migrations/0002_drop_note_rollback.sql': "ALTER TABLE a ADD COLUMN note text NOT NULL DEFAULT '';\n",
};

describe('lockstep dry-run', function () {
  this.timeout(120_000);
  const files = workspaces();

  it('exits with 0 for a pair that brings everything back', async () => {
    const { code, stdout } = await lockstep(['dry-run', '1', '--fail-on', 'error'], { cwd: files(pairs) });
    assert.match(stdout, /^✓ The down brings everything back\n {2}0001_create_a · /);
    assert.equal(code, 0);
  });

  it('takes the newest, says which, and exits with 1 when data is lost', async () => {
    const { code, stdout, stderr } = await lockstep(['dry-run'], { cwd: files(pairs) });
    assert.equal(code, 1);
    assert.equal(stderr, 'Newest migration: migrations/0002_drop_note\n');
    assert.match(stdout, /^✗ The down does not bring the data back\n/);
    assert.match(stdout, /public\.a lost the values of note in \d+ rows\./);
  });

  it('gives the whole report as JSON, whichever way the migration is named', async () => {
    const cwd = files(pairs);
    for (const name of ['0002_drop_note', 'drop_note', 'migrations/0002_drop_note_rollback.sql', 'migrations']) {
      const { stdout } = await lockstep(['dry-run', name, '--format', 'json'], { cwd });
      // What the command promises to print.
      const report = JSON.parse(stdout) as DryRunReport;
      assert.deepEqual([report.migration, report.verdict, report.trace.legs.map((leg) => leg.outcome)], ['0002_drop_note', 'data lost', ['done', 'done', 'done']]);
    }
  });

  it('takes a number for the migration of the package one stands in', async () => {
    const inFolder = (name: string): Record<string, string> => Object.fromEntries(Object.entries(pairs).map(([path, text]) => [`${name}/${path}`, text]));
    const cwd = files({ 'package.json': '{}', ...inFolder('packages/a'), ...inFolder('packages/b') });
    const elsewhere = await lockstep(['dry-run', '1'], { cwd });
    assert.deepEqual([elsewhere.code, /could be any of packages\/a.*packages\/b/.test(elsewhere.stderr)], [2, true], elsewhere.stderr);
    const { stdout } = await lockstep(['dry-run', '1', '--json'], { cwd: `${cwd}/packages/b` });
    assert.match(stdout, /packages\/b\/migrations\/0001_create_a\.sql/);
  });

  it('shows an error of the SQL at its place and exits with 1', async () => {
    const cwd = files({ ...pairs, 'migrations/0003_bad.sql': '-- 😀\nSELECT 1;\nALTER TABLE a ADD COLUMN b int REFERENCES nowhere (id);\n' });
    const { code, stdout } = await lockstep(['dry-run', '3'], { cwd });
    assert.equal(code, 1);
    assert.match(stdout, /^✗ The up fails at statement 2\n[^]*relation "nowhere" does not exist \(SQLSTATE 42P01\)\n +--> migrations\/0003_bad\.sql:3\n/);
  });

  it('exits with 2 when the history itself fails, naming the migration and the place', async () => {
    const cwd = files({ ...pairs, 'migrations/0001_create_a.sql': 'CREATE TABLE a (id nosuchtype);\n' });
    const { code, stdout, stderr } = await lockstep(['dry-run', '2'], { cwd });
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /0001_create_a/);
    assert.match(stderr, /nosuchtype/);
    assert.doesNotMatch(stderr, /\n\s+at /);
  });

  it('exits with 2 for a migration that is not there, and tells which there are', async () => {
    const { code, stderr } = await lockstep(['dry-run', 'nope'], { cwd: files(pairs) });
    assert.equal(code, 2);
    assert.match(stderr, /No migration is called “nope”[^]*0002_drop_note/);
  });

  if (process.platform !== 'win32') {
    it('ends at once with Ctrl-C and leaves no process behind', async () => {
      const cwd = files({ ...pairs, 'migrations/0003_hang.sql': 'SELECT pg_sleep(1000);\n' });
      let children: readonly number[] = [];
      const { code, stdout, stderr } = await lockstep(['dry-run', '3'], {
        cwd,
        meanwhile: (child) => {
          void (async () => {
            while (children.length === 0 && child.exitCode === null) {
              await setTimeout(50);
              children = childrenOf(child.pid ?? 0);
            }
            child.kill('SIGINT');
          })();
        },
      });
      assert.equal(code, 130);
      assert.equal(stdout, '');
      assert.match(stderr, /cancelled/);
      assert.ok(children.length > 0);
      for (let tries = 0; children.some(isAlive) && tries < 100; tries += 1) await setTimeout(50);
      assert.deepEqual(children.filter(isAlive), []);
    });
  }
});

/** From /proc where there is one, because a small system has no `ps`. */
function childrenOf(pid: number): readonly number[] {
  return (process.platform === 'linux' ? procTable() : psTable()).flatMap(([child, parent]) => (parent === pid ? [child] : []));
}

function procTable(): readonly (readonly [number, number])[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const);
}

/** The fourth field, after the command in parentheses; 0 for a process that has just ended. */
function parentOf(pid: string): number {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function psTable(): readonly (readonly [number, number])[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return rows.map((row) => row.trim().split(/\s+/).map(Number)).map(([child = 0, parent = 0]) => [child, parent] as const);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
