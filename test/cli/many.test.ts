import assert from 'node:assert/strict';
import { lockstep, workspaces } from './run.ts';

const count = 5000;

describe('lockstep check of five thousand migrations', function () {
  this.timeout(300_000);
  const files = workspaces();

  it('needs no more memory than a small build machine has, and knows in the last what the first made', async () => {
    const pairs = Array.from({ length: count }, (_, index) => pair(index + 1));
    const cwd = files({ 'package.json': '{}', ...Object.fromEntries(pairs.flat()) });
    const { code, stdout, stderr } = await lockstep(['check', '--format', 'json'], { cwd, env: { NODE_OPTIONS: '--max-old-space-size=320' } });
    assert.equal(stderr, '');
    assert.equal(code, 1);
    // The shape that the schema in test/report promises.
    const { summary, files: found } = JSON.parse(stdout) as { readonly summary: { readonly migrations: number; readonly statements: number }; readonly files: readonly { readonly path: string; readonly findings: readonly { readonly rule: string }[] }[] };
    assert.deepEqual([summary.migrations, summary.statements], [count, count * 4 - 1]);
    const told = found.flatMap(({ path, findings }) => findings.map(({ rule }) => [path.slice(cwd.length + 1), rule]));
    const [up, down] = ['migrations/5000_narrow.sql', 'migrations/5000_narrow_rollback.sql'];
    assert.deepEqual(told, [[up, 'alter-column-type-rewrite'], [down, 'lock-timeout-missing'], [down, 'alter-column-type-rewrite']]);
  });
});

/** Each makes a table; the last changes a column of the first, whose type the history alone tells. */
function pair(number: number): readonly (readonly [file: string, text: string])[] {
  const isLast = number === count;
  const id = `${String(number).padStart(4, '0')}_${isLast ? 'narrow' : `t${String(number)}`}`;
  const [up, down] = isLast
    ? ['ALTER TABLE t1 ALTER COLUMN n TYPE bigint;\n', 'ALTER TABLE t1 ALTER COLUMN n TYPE int;\n']
    : [`CREATE TABLE t${String(number)} (id bigint PRIMARY KEY, n int);\nCREATE INDEX ON t${String(number)} (n);\n`, `DROP TABLE IF EXISTS t${String(number)};\n`];
  return [[`migrations/${id}.sql`, `SET lock_timeout = '5s';\n${up}`], [`migrations/${id}_rollback.sql`, down]];
}
