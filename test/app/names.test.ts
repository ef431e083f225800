import assert from 'node:assert/strict';
import { checkName } from '../../src/app/names.ts';
import type { MigrationFolder } from '../../src/app/project.ts';
import { drizzle } from '../../src/layouts/drizzle.ts';
import type { Layout } from '../../src/layouts/layout.ts';
import { plain } from '../../src/layouts/plain.ts';
import { prisma } from '../../src/layouts/prisma.ts';
import { defaultConfig, type NamingPolicy } from '../../src/model/config.ts';
import { folderOf } from '../layouts/folder.ts';

const now = new Date('2026-11-20T18:30:05Z');

function folder(layout: Layout, naming: Partial<NamingPolicy> = {}): MigrationFolder {
  const view = folderOf({ '0001_add_users.sql': '', 'meta/_journal.json': '{"dialect":"postgresql","entries":[{"idx":1,"when":1,"tag":"0001_add_users"}]}' });
  return { path: view.path, layout, view, migrations: [], problems: [], configFolder: view.path, config: { ...defaultConfig, naming: { ...defaultConfig.naming, ...naming } } };
}

describe('the name of a new migration', () => {
  it('becomes a file name that is shown before it exists', () => {
    const preview = (layout: Layout): string | null => checkName(folder(layout), '  add order status ', now).preview;
    assert.equal(preview(plain), '0002_add_order_status.sql');
    assert.equal(preview(drizzle), '0002_add_order_status.sql');
    assert.equal(preview(prisma), '20261120183005_add_order_status/migration.sql');
    assert.deepEqual(checkName(folder(plain), 'add_order_status', now), { verdict: 'accept', reason: null, preview: '0002_add_order_status.sql' });
  });

  it('is refused with the reason when no file can have it', () => {
    assert.deepEqual(checkName(folder(plain), '../x', now), { verdict: 'refuse', reason: '“.” cannot be part of the name: use letters a–z, digits, _ and -, which every tool and file system reads alike.', preview: null });
    assert.match(checkName(folder(drizzle), 'add users', now).reason ?? '', /0001_add_users has this name already/);
    assert.equal(checkName(folder(prisma), ' ', now).verdict, 'refuse');
  });

  it('is called vague when its words say nothing', () => {
    for (const name of ['fix', 'update schema', 'new_migration_2', 'changes-v2', 'WIP']) {
      const answer = checkName(folder(plain), name, now);
      assert.equal(answer.verdict, 'warn', name);
      assert.match(answer.reason ?? '', /does not say what changes/);
      assert.notEqual(answer.preview, null);
    }
    assert.equal(checkName(folder(plain), 'fix_order_totals', now).verdict, 'accept');
  });

  it('follows the team’s own words, patterns and strictness', () => {
    const patterns = ['^add_.+_to_.+$', '^create_'];
    assert.match(checkName(folder(plain, { patterns }), 'orders_status', now).reason ?? '', /matches none of the team’s patterns: \^add_/);
    assert.equal(checkName(folder(plain, { patterns }), 'add_status_to_orders', now).verdict, 'accept');
    assert.equal(checkName(folder(plain, { patterns, enforce: 'refuse' }), 'orders_status', now).verdict, 'refuse');
    assert.equal(checkName(folder(plain, { vagueWords: ['Orders'] }), 'orders', now).verdict, 'warn');
  });
});
