import assert from 'node:assert/strict';
import { chmod, symlink } from 'node:fs/promises';
import { check } from '../../src/app/check.ts';
import { newMigration } from '../../src/app/new-migration.ts';
import { openFolderAt, openProject, type MigrationFolder } from '../../src/app/project.ts';
import { planRename } from '../../src/app/renumber.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import { UserError } from '../../src/model/errors.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';

const { signal } = new AbortController();
const ports = { files: nodeFiles, processes: nodeProcesses, now: () => new Date('2026-11-20T18:30:05Z'), signal };
const pair = { 'package.json': '{}', 'db/migrations/0001_a.sql': 'SELECT 1;', 'db/migrations/0001_a_rollback.sql': 'SELECT 1;' };

describe('what a workspace should not hold', () => {
  let root = '';
  afterEach(() => removeFolder(root));

  async function opened(): Promise<MigrationFolder> {
    const { folders } = await openProject(nodeFiles, root);
    return folders[0] ?? assert.fail('no folder was recognised');
  }

  const problems = async (): Promise<readonly string[]> => (await opened()).problems.map(({ message }) => message);

  /** Root may look into every folder: act as nobody for a moment. */
  async function asNobody<T>(run: () => Promise<T>): Promise<T> {
    const isRoot = process.getuid?.() === 0;
    await chmod(root, 0o755);
    if (isRoot) process.seteuid?.(65_534);
    try {
      return await run();
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  }

  describe('folders and files that cannot be read', function () {
    before(function () {
      if (process.platform === 'win32') this.skip();
    });
    afterEach(() => chmod(`${root}/db/migrations`, 0o755));

    it('are told, and never taken for empty', async () => {
      root = await temporaryFolder({ ...pair, 'pgdata/base/1': '' });
      await chmod(`${root}/db/migrations`, 0o000);
      await chmod(`${root}/pgdata`, 0o000);
      await asNobody(async () => {
        const { problems: told } = await check(ports, [root]);
        assert.deepEqual(told.map(({ path, message }) => [path, message]), [[`${root}/db/migrations`, 'This folder cannot be read, so nothing is known of the migrations in it.']]);
        await assert.rejects(check(ports, [`${root}/db/migrations`]), isRefusal('file-unreadable', /The folder .*\/db\/migrations cannot be read/));
        const project = await openProject(nodeFiles, root);
        await assert.rejects(openFolderAt(nodeFiles, project, `${root}/db/migrations`), isRefusal('file-unreadable', /cannot be read/));
      });
      await chmod(`${root}/pgdata`, 0o755);
    });

    it('stop a new migration, whose number would be a guess', async () => {
      root = await temporaryFolder(pair);
      const folder = await opened();
      await chmod(`${root}/db/migrations`, 0o300);
      await asNobody(() => assert.rejects(newMigration(ports, folder, 'add_orders'), isRefusal('file-unreadable', /cannot be read/)));
      await chmod(`${root}/db/migrations`, 0o755);
      assert.deepEqual(await nodeFiles.list(`${root}/db/migrations`, 1), ['0001_a.sql', '0001_a_rollback.sql']);
    });

    it('leave their neighbours checked', async () => {
      root = await temporaryFolder({ ...pair, 'db/migrations/0002_b.sql': 'SELECT 2;', 'db/migrations/0003_c.sql': new Uint8Array([0xff, 0xfe, 0x53, 0x00]) });
      await chmod(`${root}/db/migrations/0002_b.sql`, 0o000);
      const report = await asNobody(() => check(ports, [root]));
      assert.deepEqual(report.problems.map(({ message }) => message), ['0002_b.sql is not readable as UTF-8 text.', '0003_c.sql is not readable as UTF-8 text.']);
      assert.equal(report.migrations, 3);
    });
  });

  it('links that lead back or nowhere', async () => {
    root = await temporaryFolder(pair);
    await symlink('.', `${root}/db/migrations/again`);
    await symlink('..', `${root}/db/migrations/above`);
    await symlink('0002_itself.sql', `${root}/db/migrations/0002_itself.sql`);
    await symlink('/nowhere/at/all.sql', `${root}/db/migrations/0003_gone.sql`);
    const folder = await opened();
    assert.deepEqual(folder.migrations.map(({ id }) => id), ['0001_a', '0002_itself', '0003_gone']);
    assert.deepEqual(folder.problems.map(({ message, next }) => [message, /a link has to lead to a file/.test(next)]), [
      ['0002_itself.sql is not readable as UTF-8 text.', true],
      ['0003_gone.sql is not readable as UTF-8 text.', true],
    ]);
    assert.equal((await newMigration(ports, folder, 'add_orders')).id, '0004_add_orders');
  });

  it('two layouts in one folder', async () => {
    root = await temporaryFolder({ ...pair, 'db/migrations/20260101000000_init/migration.sql': 'SELECT 1;', 'db/migrations/V1__init.sql': 'SELECT 1;' });
    assert.deepEqual(await problems(), [
      'This folder mixes layouts: it is a Prisma folder, but V1__init.sql follows the layout “Flyway”, so Prisma will not run it.',
      'This folder mixes layouts: it is a Prisma folder, but 0001_a.sql follows the layout “SQL pairs”, so Prisma will not run it.',
    ]);
  });

  describe('ways out of the folder', () => {
    it('in Drizzle’s journal', async () => {
      const entries = ['../../evil', '/etc/passwd', 'C:\\evil', '0001_ok'].map((tag, idx) => ({ idx, version: '7', when: idx + 1, tag, breakpoints: true }));
      root = await temporaryFolder({ 'evil.sql': 'SELECT 1;', 'app/drizzle/meta/_journal.json': JSON.stringify({ dialect: 'postgresql', entries }), 'app/drizzle/meta/0001_snapshot.json': '{}', 'app/drizzle/0001_ok.sql': 'SELECT 1;' });
      assert.deepEqual(await problems(), ['"../../evil"', '"/etc/passwd"', '"C:\\\\evil"'].map((tag, index) => `Entry ${String(index + 1)} of Drizzle’s journal names ${tag}, which is no file of this folder: nothing outside of it is read.`));
      assert.deepEqual((await opened()).migrations.map(({ id }) => id), ['0001_ok']);
    });

    it('in sqitch’s plan and configuration', async () => {
      const line = (name: string): string => `${name} 2026-01-01T00:00:00Z Ada <ada@example.com> # x\n`;
      const plan = `%syntax-version=1.0.0\n%project=shop\n\n${line('../evil')}${line('/etc/evil')}${line('a/../../evil')}${line('users')}`;
      const scripts = { 'db/deploy/users.sql': 'SELECT 1;', 'db/revert/users.sql': 'SELECT 1;', 'evil.sql': 'SELECT 1;' };
      root = await temporaryFolder({ ...scripts, 'db/sqitch.plan': plan });
      assert.deepEqual(await problems(), [4, 5, 6].map((at) => `sqitch cannot read line ${String(at)} of sqitch.plan and refuses the whole plan.`));
      await removeFolder(root);
      root = await temporaryFolder({ ...scripts, 'db/sqitch.plan': plan, 'db/sqitch.conf': '[core]\n\tdeploy_dir = ../elsewhere\n' });
      assert.deepEqual(await problems(), ['sqitch.conf keeps scripts in ../elsewhere, outside the folder of sqitch.plan. Nothing outside of it is read or written.']);
      await assert.rejects(newMigration(ports, await opened(), 'add_orders'), isRefusal('name-invalid', /outside the folder/));
    });

    it('in Flyway’s locations', async () => {
      root = await temporaryFolder({ 'db/flyway.conf': 'flyway.locations=filesystem:../../elsewhere\n', 'db/V1__a.sql': 'SELECT 1;' });
      assert.equal((await newMigration(ports, await opened(), 'add_orders')).up.path, `${root}/db/V2__add_orders.sql`);
    });

    it('in names that somebody types, which no system would take either', async () => {
      root = await temporaryFolder(pair);
      const folder = await opened();
      for (const name of ['../evil', '/etc/evil', 'a/b', 'C:\\evil', '..', 'CON', 'aux', 'aux.sql', 'nul.', 'COM1', 'lpt9', 'ends.', 'a:b', 'añadir', '名前', 'a\u0000b', '']) {
        await assert.rejects(newMigration(ports, folder, name), isRefusal('name-invalid', /./), name);
        await assert.rejects(planRename(ports, { folder, migration: folder.migrations[0] ?? assert.fail(), signal }, name), isRefusal('name-invalid', /./), name);
      }
      assert.equal((await newMigration(ports, folder, '  add  order status ')).id, '0002_add_order_status');
    });
  });

  it('names with spaces and letters of every script are read where they stand already', async () => {
    root = await temporaryFolder({ ...pair, 'db/migrations/0002_mit Leerzeichen.sql': 'DROP TABLE x;', 'db/migrations/0003_順序_é.sql': 'DROP TABLE x;', 'db/migrations/0003_順序_é_rollback.sql': 'SELECT 1;' });
    const report = await check(ports, [root]);
    assert.deepEqual(report.problems, []);
    assert.deepEqual((await opened()).migrations.map(({ id, down }) => [id, down !== null]), [['0001_a', true], ['0002_mit Leerzeichen', false], ['0003_順序_é', true]]);
    assert.ok(report.files.some(({ path, findings }) => path.endsWith('0003_順序_é.sql') && findings.some(({ rule }) => rule === 'drop-table')));
  });

  it('programs that only begin with a number are no migrations', async () => {
    root = await temporaryFolder({ 'package.json': '{}', 'pages/404.js': 'exports.up = (knex) => knex;', 'pages/500.tsx': '', 'games/2048.js': "import 'knex';", 'routes/404.ts': "import { Kysely } from 'kysely';" });
    assert.deepEqual((await openProject(nodeFiles, root)).folders, []);
  });
});

function isRefusal(code: UserError['code'], message: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.notEqual(error.next, '');
    return true;
  };
}
