import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

describe('npm run new-rule', () => {
  it('refuses what is no name for a rule, and says what is', () => {
    for (const id of ['', 'Truncate', 'truncate', '../truncate-table', 'truncate_table']) {
      const { status, stderr } = run(id);
      assert.equal(status, 2);
      assert.match(stderr, /for example truncate-table/);
    }
  });

  it('never writes over a rule', () => {
    const { status, stderr } = run('drop-table');
    assert.equal(status, 2);
    assert.match(stderr, /exists already/);
  });
});

function run(id: string): { readonly status: number | null; readonly stderr: string } {
  return spawnSync(process.execPath, ['scripts/new-rule.ts', id], { encoding: 'utf8' });
}
