import assert from 'node:assert/strict';
import type { Emulator } from './emulator/emulator.ts';
import { neonCli, onBranch, sharedEmulator } from './support.ts';

describe('the emulator of Neon, driven by Neon’s own command line', () => {
  let emulator: Emulator;

  before(async () => {
    emulator = await sharedEmulator();
  });

  afterEach(() => emulator.reset());

  it('lists the branches', async () => {
    const branches = await neonCli(emulator, ['branches', 'list']) as readonly { readonly id: string; readonly name: string; readonly default: boolean }[];
    assert.deepEqual(branches.map(({ id, name, default: first }) => ({ id, name, first })), [{ id: emulator.main.id, name: 'main', first: true }]);
    assert.deepEqual(emulator.mistakes, []);
  });

  it('creates a branch with what its parent holds, an expiry and an annotation, gives its address and deletes it', async () => {
    await onBranch(emulator, emulator.main.id, 'CREATE TABLE of_parent AS SELECT 42 AS answer; GRANT SELECT ON of_parent TO PUBLIC');
    try {
      const created = await neonCli(emulator, ['branches', 'create', '--name', 'by-cli', '--expires-at', new Date(Date.now() + 3_600_000).toISOString(), '--annotation', '{"purpose":"test"}']) as { readonly branch: { readonly id: string } };
      const listed = await neonCli(emulator, ['branches', 'list']) as readonly { readonly name: string; readonly expires_at?: string }[];
      assert.deepEqual(listed.map(({ name }) => name), ['main', 'by-cli']);
      assert.ok(listed[1]?.expires_at !== undefined);
      assert.deepEqual(emulator.branches()[0]?.annotation, { purpose: 'test' });
      for (const operation of emulator.project.operations.values()) await emulator.project.poll(operation.id);
      assert.deepEqual(await onBranch(emulator, created.branch.id, 'SELECT answer FROM of_parent'), [{ answer: 42 }]);
      await onBranch(emulator, created.branch.id, 'CREATE TABLE of_branch (id int)');
      assert.deepEqual(await onBranch(emulator, emulator.main.id, `SELECT to_regclass('of_branch') AS found`), [{ found: null }]);
      await neonCli(emulator, ['branches', 'delete', 'by-cli']);
      assert.deepEqual(emulator.branches(), []);
    } finally {
      await onBranch(emulator, emulator.main.id, 'DROP TABLE of_parent');
    }
    assert.deepEqual(emulator.mistakes, []);
  });

  it('compares the schema of a branch with its parent’s', async () => {
    await neonCli(emulator, ['branches', 'create', '--name', 'changed']);
    for (const operation of emulator.project.operations.values()) await emulator.project.poll(operation.id);
    const id = emulator.branches()[0]?.id ?? '';
    await onBranch(emulator, id, 'CREATE TABLE of_branch (id int)');
    const answer = await fetch(`${emulator.apiHost}/projects/${emulator.project.id}/branches/${id}/compare_schema?db_name=neondb`, { headers: { authorization: `Bearer ${emulator.apiKey}` } });
    const { diff } = await answer.json() as { readonly diff: string };
    assert.match(diff, /^\+CREATE TABLE public\.of_branch \($/m);
    assert.deepEqual(emulator.mistakes, []);
  });

  it('refuses what Neon’s document forbids, members it does not know included', async () => {
    const answer = await fetch(`${emulator.apiHost}/projects/${emulator.project.id}/branches`, {
      method: 'POST', headers: { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' }, body: JSON.stringify({ branch: { name: '', expire_at: 'soon' }, endpoints: [{}] }),
    });
    assert.equal(answer.status, 400);
    assert.deepEqual(emulator.mistakes.map((mistake) => mistake.replaceAll(/\s+/g, ' ')), [
      "request createProjectBranch: /requestBody/endpoints/0 must have required property 'type'; /requestBody/branch/name must NOT have fewer than 1 characters; body.branch.expire_at is unknown to the document",
    ]);
    assert.deepEqual(emulator.branches(), []);
  });
});
