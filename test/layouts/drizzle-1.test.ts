import assert from 'node:assert/strict';
import { detectLayout } from '../../src/layouts/detect.ts';
import { drizzle1 } from '../../src/layouts/drizzle-1.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { folderOf } from './folder.ts';
import { readSide } from './reading.ts';

describe('Drizzle 1.0', () => {
  const healthy = {
    '20260101000000_init/migration.sql': 'A;', '20260101000000_init/snapshot.json': '{}', '20260101000000_init/down.sql': 'B;',
    '20260201000000_add_users/migration.sql': 'C;', '20260201000000_add_users/snapshot.json': '{}',
  };

  it('lists its folders, with our down beside the up', () => {
    assert.equal(detectLayout(folderOf(healthy)), drizzle1);
    const { migrations, problems } = drizzle1.list(folderOf(healthy));
    assert.deepEqual(problems, []);
    assert.deepEqual(migrations.map(({ id, name, down, downPath }) => [id, name, down !== null, downPath]), [
      ['20260101000000_init', 'init', true, '/repo/db/migrations/20260101000000_init/down.sql'],
      ['20260201000000_add_users', 'add_users', false, '/repo/db/migrations/20260201000000_add_users/down.sql'],
    ]);
  });

  it('leaves folders without snapshots, and those with a lock file, to Prisma', () => {
    assert.equal(detectLayout(folderOf({ '20260101000000_init/migration.sql': '' }))?.id, 'prisma');
    assert.equal(detectLayout(folderOf({ ...healthy, 'migration_lock.toml': 'provider = "postgresql"' }))?.id, 'prisma');
  });

  it('runs everything in one transaction, without a way out', () => {
    assert.deepEqual(readSide(drizzle1, '', 'up')?.mode, { kind: 'transaction', tool: 'Drizzle', optOut: null });
  });

  it('names what Drizzle would pass over, repeat or refuse', () => {
    const { problems } = drizzle1.list(folderOf({ 'meta/_journal.json': '{}', '20260101000000_a/migration.sql': '', '20260102000000_b/down.sql': '', '20260102000000_b/snapshot.json': '' }));
    assert.deepEqual(problems.map(({ message }) => message), [
      '20260102000000_b has no migration.sql: Drizzle passes over the folder.',
      'The snapshot of 20260101000000_a is missing: the next `drizzle-kit generate` would repeat its changes.',
      'A journal of Drizzle 0.x lies beside folders of Drizzle 1.0, which refuses to run.',
    ]);
  });

  it('lets drizzle-kit make the next one, whose name it foresees', () => {
    const made = drizzle1.next({ folder: folderOf(healthy), name: 'add orders', now: new Date('2026-11-20T18:30:05Z'), config: defaultConfig });
    assert.deepEqual([made.up.path, made.down?.path, made.upByTool], ['/repo/db/migrations/20261120183005_add_orders/migration.sql', '/repo/db/migrations/20261120183005_add_orders/down.sql', true]);
  });
});
