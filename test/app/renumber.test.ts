import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { applyChanges } from '../../src/app/file-changes.ts';
import { openProject, type MigrationFolder } from '../../src/app/project.ts';
import { planDelete, planRename, planRenumber } from '../../src/app/renumber.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import type { Migration } from '../../src/model/migration.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';

const ports = { files: nodeFiles, processes: nodeProcesses, now: () => new Date('2026-11-20T18:30:05Z') };
const { signal } = new AbortController();

describe('renumbering, renaming and deleting migrations', function () {
  this.timeout(120_000);
  let root = '';
  afterEach(() => removeFolder(root));

  function run(file: string, ...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(file, args, { cwd: root, encoding: 'utf8', env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' } });
    assert.equal(status, 0, `${file} ${args.join(' ')}: ${stdout}${stderr}`);
    return stdout;
  }

  const commit = (): void => { run('git', 'add', '-A'); run('git', 'commit', '-qm', 'work'); };

  async function opened(): Promise<MigrationFolder> {
    const [folder] = (await openProject(nodeFiles, root)).folders;
    assert.ok(folder !== undefined);
    return folder;
  }

  function named({ migrations }: MigrationFolder, id: string): Migration {
    return migrations.find((each) => each.id === id) ?? assert.fail(`no migration ${id}`);
  }

  async function everything(): Promise<Readonly<Record<string, string>>> {
    const paths = (await nodeFiles.list(root, 9)).filter((path) => !path.startsWith('node_modules'));
    return Object.fromEntries<string>(await Promise.all(paths.map(async (path): Promise<[string, string]> => [path, await readFile(`${root}/${path}`, 'latin1')])));
  }

  it('gives the pair of this branch and those after it the next numbers, and leaves the main branch alone', async () => {
    root = await temporaryFolder({ 'package.json': '{}', 'db/0001_a.sql': 'SELECT 1;', 'db/0001_a_rollback.sql': '' });
    run('git', 'init', '-qb', 'main');
    commit();
    run('git', 'checkout', '-qb', 'mine');
    await writeFile(`${root}/db/0002_mine.sql`, '\uFEFFSELECT 2;\r\n');
    await writeFile(`${root}/db/0002_mine_rollback.sql`, '\uFEFF-- Rollback Migration: mine\r\n-- Purpose: Rollback changes from 0002_mine\r\n\r\nSELECT 3;');
    await writeFile(`${root}/db/0003_more.sql`, 'SELECT 4;');
    commit();
    run('git', 'checkout', '-q', 'main');
    await writeFile(`${root}/db/0002_theirs.sql`, 'SELECT 5;');
    commit();
    run('git', 'checkout', '-q', 'mine');
    run('git', 'merge', '-q', 'main', '-m', 'merge');
    const folder = await opened();
    const plan = await planRenumber(ports, { folder, migration: named(folder, '0002_mine'), signal });
    assert.deepEqual(plan.renamings, [{ from: '0002_mine', to: '0003_mine' }, { from: '0003_more', to: '0004_more' }]);
    await applyChanges(nodeFiles, plan.changes);
    const after = await everything();
    assert.deepEqual(Object.keys(after).filter((path) => path.startsWith('db/')), ['db/0001_a.sql', 'db/0001_a_rollback.sql', 'db/0002_theirs.sql', 'db/0003_mine.sql', 'db/0003_mine_rollback.sql', 'db/0004_more.sql']);
    assert.equal(after['db/0003_mine.sql'], Buffer.from('\uFEFFSELECT 2;\r\n').toString('latin1'));
    assert.equal(after['db/0003_mine_rollback.sql'], Buffer.from('\uFEFF-- Rollback Migration: mine\r\n-- Purpose: Rollback changes from 0003_mine\r\n\r\nSELECT 3;').toString('latin1'));
    await assert.rejects(planRenumber(ports, { folder, migration: named(folder, '0002_theirs'), signal }), /0002_theirs is on main already/);
  });

  it('puts everything back when a step fails', async () => {
    root = await temporaryFolder({ 'package.json': '{}', 'db/0001_a.sql': 'SELECT 1;', 'db/0002_b.sql': 'SELECT 2;' });
    const before = await everything();
    // A folder cannot be made where the first step has just put a file.
    const changes = [{ kind: 'move', path: `${root}/db/0001_a.sql`, to: `${root}/db/0003_a.sql` }, { kind: 'move', path: `${root}/db/0002_b.sql`, to: `${root}/db/0003_a.sql/b.sql` }] as const;
    await assert.rejects(applyChanges(nodeFiles, changes), /cannot be written/);
    assert.deepEqual(await everything(), before);
  });

  it('renames and deletes a Prisma migration with all that lies in its folder', async () => {
    const id = '20260101000000_add_users';
    root = await temporaryFolder({ 'package.json': '{}', 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"', [`prisma/migrations/${id}/migration.sql`]: 'SELECT 1;', [`prisma/migrations/${id}/down.sql`]: 'SELECT 2;' });
    const folder = await opened();
    const plan = await planRename(ports, { folder, migration: named(folder, id), signal }, 'create users');
    await applyChanges(nodeFiles, plan.changes);
    assert.deepEqual(Object.keys(await everything()), ['package.json', 'prisma/migrations/20260101000000_create_users/down.sql', 'prisma/migrations/20260101000000_create_users/migration.sql', 'prisma/migrations/migration_lock.toml']);
    const again = await opened();
    await applyChanges(nodeFiles, (await planDelete(ports, { folder: again, migration: named(again, '20260101000000_create_users'), signal })).changes);
    assert.deepEqual(Object.keys(await everything()), ['package.json', 'prisma/migrations/migration_lock.toml']);
    await assert.rejects(planRename(ports, { folder, migration: named(folder, id), signal }, 'x'), /no longer in/);
  });

  describe('of Drizzle', () => {
    const tables = (lines: readonly string[]): string => `import { pgTable, integer, text } from 'drizzle-orm/pg-core';\n${lines.join('\n')}\n`;
    const users = "export const users = pgTable('users', { id: integer().primaryKey() });";
    const usersWithName = "export const users = pgTable('users', { id: integer().primaryKey(), name: text() });";
    const orders = "export const orders = pgTable('orders', { id: integer().primaryKey() });";
    const generate = (name: string): string => run(process.execPath, 'node_modules/drizzle-kit/bin.cjs', 'generate', `--name=${name}`);
    const journal = async (): Promise<string> => readFile(`${root}/drizzle/meta/_journal.json`, 'utf8');

    /** Two branches that each made 0001; the merge kept both entries, and one of the two snapshots. */
    async function merged(mine: readonly string[], theirs: readonly string[]): Promise<MigrationFolder> {
      root = await temporaryFolder({
        'package.json': '{}',
        '.gitignore': 'node_modules\n',
        'drizzle.config.ts': "import { defineConfig } from 'drizzle-kit';\nexport default defineConfig({ dialect: 'postgresql', schema: './schema.ts', out: './drizzle' });\n",
        'schema.ts': tables([users]),
      });
      await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), `${root}/node_modules`);
      run('git', 'init', '-qb', 'main');
      generate('init');
      commit();
      run('git', 'checkout', '-qb', 'mine');
      await writeFile(`${root}/schema.ts`, tables(mine));
      generate('mine');
      const ours: unknown = JSON.parse(await journal());
      commit();
      run('git', 'checkout', '-q', 'main');
      await writeFile(`${root}/schema.ts`, tables(theirs));
      generate('theirs');
      commit();
      run('git', 'checkout', '-q', 'mine');
      spawnSync('git', ['merge', 'main', '-m', 'merge'], { cwd: root });
      run('git', 'checkout', '--theirs', 'drizzle/meta', 'schema.ts');
      const both = JSON.parse(await journal()) as { entries: unknown[] };
      both.entries.push((ours as { entries: unknown[] }).entries[1]);
      await writeFile(`${root}/drizzle/meta/_journal.json`, JSON.stringify(both, null, 2));
      return opened();
    }

    it('moves files, journal and snapshots, and drizzle-kit finds nothing left to say', async () => {
      const folder = await merged([users, orders], [usersWithName]);
      assert.match(folder.problems.map(({ message }) => message).join('\n'), /0001_mine has idx 1 in Drizzle’s journal, not above 1 of 0001_theirs/);
      const plan = await planRenumber(ports, { folder, migration: named(folder, '0001_mine'), signal });
      assert.deepEqual(plan.renamings, [{ from: '0001_mine', to: '0002_mine' }]);
      await applyChanges(nodeFiles, plan.changes);
      assert.deepEqual((await opened()).problems, []);
      await writeFile(`${root}/schema.ts`, tables([usersWithName, orders]));
      assert.match(run(process.execPath, 'node_modules/drizzle-kit/bin.cjs', 'check'), /fine/i);
      assert.match(generate('nothing'), /No schema changes/);
    });

    it('says where both branches changed the same thing, and changes nothing', async () => {
      const folder = await merged(["export const users = pgTable('users', { id: integer().primaryKey(), age: integer() });"], ["export const users = pgTable('users', { id: integer().primaryKey(), age: text() });"]);
      const before = await everything();
      await assert.rejects(planRenumber(ports, { folder, migration: named(folder, '0001_mine'), signal }), /both change tables\.public\.users\.columns\.age\.type/);
      assert.deepEqual(await everything(), before);
    });

    it('renames in place, and takes out only the newest', async () => {
      const folder = await merged([users, orders], [usersWithName]);
      await applyChanges(nodeFiles, (await planRenumber(ports, { folder, migration: named(folder, '0001_mine'), signal })).changes);
      const renumbered = await opened();
      await applyChanges(nodeFiles, (await planRename(ports, { folder: renumbered, migration: named(renumbered, '0002_mine'), signal }, 'create orders')).changes);
      const named2 = await opened();
      assert.deepEqual(named2.problems, []);
      assert.deepEqual(named2.migrations.map(({ id }) => id), ['0000_init', '0001_theirs', '0002_create_orders']);
      await applyChanges(nodeFiles, (await planDelete(ports, { folder: named2, migration: named(named2, '0002_create_orders'), signal })).changes);
      assert.deepEqual((await opened()).problems, []);
      await writeFile(`${root}/schema.ts`, tables([usersWithName]));
      assert.match(generate('nothing'), /No schema changes/);
    });
  });
});
