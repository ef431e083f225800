import assert from 'node:assert/strict';
import { openProject } from '../../src/app/project.ts';
import { nodeFiles } from '../../src/host/files.ts';
import type { NeonPolicy } from '../../src/model/config.ts';
import { workspace } from '../cli/run.ts';

describe('the .neon file of a workspace', () => {
  const neonOf = async (files: Readonly<Record<string, string>>, root = ''): Promise<NeonPolicy> => {
    const made = workspace({ 'app/migrations/0001_a.sql': 'SELECT 1;\n', 'app/migrations/0001_a_rollback.sql': 'SELECT 1;\n', ...files });
    try {
      const project = await openProject(nodeFiles, `${made.path.replaceAll('\\', '/')}${root}`);
      assert.deepEqual(project.folders[0]?.config.neon, project.config.neon);
      return project.config.neon;
    } finally {
      made.remove();
    }
  };
  const nothing: NeonPolicy = { project: null, parentBranch: null, database: null, role: null, ttlMinutes: 60 };

  it('names project and branch, wherever the workspace opens below it', async () => {
    const file = { '.neon': '{"orgId":"org-1","projectId":"late-frost-1","branch":"staging"}' };
    for (const root of ['', '/app', '/app/migrations']) assert.deepEqual(await neonOf(file, root), { ...nothing, project: 'late-frost-1', parentBranch: 'staging' });
  });

  it('is read as older releases of Neon’s command line wrote it', async () => {
    assert.deepEqual(await neonOf({ '.neon': '{"projectId":"late-frost-1","branchId":"br-1"}' }), { ...nothing, project: 'late-frost-1', parentBranch: 'br-1' });
  });

  it('gives way to lockstep.config.json, and its branch says nothing of another project', async () => {
    const file = { '.neon': '{"projectId":"late-frost-1","branch":"staging"}' };
    assert.deepEqual(await neonOf({ ...file, 'lockstep.config.json': '{"neon":{"project":"other-1"}}' }), { ...nothing, project: 'other-1' });
    assert.deepEqual(await neonOf({ ...file, 'lockstep.config.json': '{"neon":{"parentBranch":"main"}}' }), { ...nothing, project: 'late-frost-1', parentBranch: 'main' });
  });

  it('counts as none when it is something else', async () => {
    for (const content of ['nonsense', '[]', 'null', '{"projectId":7}', '{}']) assert.deepEqual(await neonOf({ '.neon': content }), nothing);
  });
});
