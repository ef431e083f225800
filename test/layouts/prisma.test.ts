import assert from 'node:assert/strict';
import { prisma } from '../../src/layouts/prisma.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { folderOf } from './folder.ts';

const healthy = {
  'migration_lock.toml': 'provider = "postgresql"\n',
  '20260101000000_init/migration.sql': 'select 1;',
  '20260101000000_init/down.sql': 'select 1;',
  '20260201000000_add_users/migration.sql': 'select 1;',
};

describe('Prisma', () => {
  it('lists its folders with down.sql beside the up', () => {
    const { migrations, problems } = prisma.list(folderOf(healthy));
    assert.deepEqual(problems, []);
    assert.deepEqual(migrations.map(({ id, name, down, downPath }) => [id, name, down !== null, downPath]), [
      ['20260101000000_init', 'init', true, '/repo/db/migrations/20260101000000_init/down.sql'],
      ['20260201000000_add_users', 'add_users', false, '/repo/db/migrations/20260201000000_add_users/down.sql'],
    ]);
  });

  it('knows PostgreSQL by the lock file and leaves Drizzle 1.0 and MySQL alone', () => {
    assert.ok(prisma.detect(folderOf(healthy)) > 0);
    assert.equal(prisma.detect(folderOf({ ...healthy, 'migration_lock.toml': 'provider = "mysql"' })), 0);
    assert.equal(prisma.detect(folderOf({ '20260101000000_a/migration.sql': '', '20260101000000_a/snapshot.json': '' })), 0);
  });

  it('sends each file as one message', () => {
    assert.equal(prisma.read('', { path: '/db/1_a/migration.sql', id: '1_a', side: 'up', config: defaultConfig })?.mode.kind, 'implicit');
  });

  it('names a folder without its up and a folder without a timestamp', () => {
    const { problems } = prisma.list(folderOf({ ...healthy, '20260301000000_lost/down.sql': '', 'hotfix/migration.sql': '' }));
    assert.deepEqual(problems.map((problem) => problem.message), [
      '20260301000000_lost has no migration.sql: Prisma refuses the whole folder (P3015).',
      'The folder of hotfix/migration.sql does not begin with a timestamp: Prisma would sort it by name alone.',
    ]);
  });

  it('sorts the next one behind the newest even when the clock is behind', () => {
    const at = (now: string): string => prisma.next({ folder: folderOf(healthy), name: 'Add orders', now: new Date(now), config: defaultConfig }).id;
    assert.equal(at('2026-11-20T18:30:05Z'), '20261120183005_Add_orders');
    assert.equal(at('2026-01-15T00:00:00Z'), '20260201000001_Add_orders');
  });
});
