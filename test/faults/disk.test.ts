import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/run.mjs';
import { engineVersion } from '../../src/host/database.ts';
import { onFullDisk, smallDisksHere, type OnFullDisk } from '../support/small-disk.ts';
import { rigFor, warmRig, type Rig } from './rig.ts';
import { upOf } from './stages.ts';

const exact = /"verdict": ?"exact"/;
const cli = join(root, 'src/cli/main.ts');

if (smallDisksHere) {
  describe('a disk that is really full', function () {
    this.timeout(240_000);

    const dryRun = (rig: Rig, folder: string): Promise<OnFullDisk> =>
      onFullDisk({ folder, command: [process.execPath, cli, 'dry-run', join(rig.workspace, upOf('calm')), '--format', 'json'], cwd: rig.workspace, env: rig.env });

    it('under the cache: the run is whole, and nothing half-written stays', async () => {
      const rig = await warmRig('disk-cache');
      const { stdout, stderr, files } = await dryRun(rig, rig.cache);
      assert.match(stdout, exact, stderr);
      assert.deepEqual(files, [`${engineVersion}/empty.tar.gz`]);
      await rig.assertNothingLeft('disk full under the cache');
    });

    it('under a cache that holds nothing yet: the run is whole, too', async () => {
      const rig = rigFor('disk-cold');
      mkdirSync(rig.cache);
      const { stdout, stderr, files } = await dryRun(rig, rig.cache);
      assert.match(stdout, exact, stderr);
      assert.deepEqual(files, []);
      await rig.assertNothingLeft('disk full under an empty cache');
    });

    it('under the temporary folder: the run is whole, because it needs none', async () => {
      const rig = await warmRig('disk-temporary');
      const { stdout, stderr, files } = await dryRun(rig, rig.temporary);
      assert.match(stdout, exact, stderr);
      assert.deepEqual(files, []);
      await rig.assertNothingLeft('disk full under the temporary folder');
    });

    it('under the temporary folder: drizzle-kit is asked as ever', async () => {
      const rig = await warmRig('disk-drizzle');
      const shop = realpathSync(mkdtempSync(join(tmpdir(), 'lockstep-disk-shop-')));
      try {
        cpSync(join(root, 'examples/shop'), shop, { recursive: true });
        symlinkSync(join(root, 'node_modules'), join(shop, 'node_modules'));
        const { code, stdout, stderr, files } = await onFullDisk({ folder: rig.temporary, command: [process.execPath, cli, 'drift', '--schema'], cwd: shop, env: rig.env });
        assert.equal(code, 0, stdout + stderr);
        // The cache of tsx, through which drizzle-kit reads its configuration, is that tool's own.
        assert.deepEqual(files.filter((file) => !file.startsWith('tsx-')), []);
      } finally {
        rmSync(shop, { recursive: true, force: true });
      }
    });

    it('under the workspace: what cannot be written is said with its cure, and nothing half-written stays', async () => {
      const rig = await warmRig('disk-workspace');
      const folder = join(rig.workspace, 'calm');
      rmSync(join(folder, 'migrations/0002_now_rollback.sql'));
      const before = readdirSync(join(folder, 'migrations')).map((name) => `migrations/${name}`).sort();
      const { code, stderr, files } = await onFullDisk({ folder, command: [process.execPath, cli, 'down', '0002_now', '--write'], cwd: folder, env: rig.env });
      assert.equal(code, 2, stderr);
      assert.match(stderr.replaceAll(/\s+/g, ' '), /0002_now_rollback\.sql cannot be written \(ENOSPC\)\. .*The disk is full: free some space, then try again\./);
      assert.deepEqual(files, before);
    });
  });
}
