import assert from 'node:assert/strict';
import { chmod, readFile, symlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { newMigration, type NewMigrationPorts } from '../../src/app/new-migration.ts';
import type { FilePort, ProcessRequest } from '../../src/app/ports.ts';
import { openFolderAt, openProject, type MigrationFolder } from '../../src/app/project.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import { UserError, type UserErrorCode } from '../../src/model/errors.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';

const ports: NewMigrationPorts = { files: nodeFiles, processes: nodeProcesses, now: () => new Date('2026-11-20T18:30:05Z'), signal: new AbortController().signal };

const drizzleProject = {
  'package.json': '{}',
  'drizzle.config.ts': "import { defineConfig } from 'drizzle-kit';\nexport default defineConfig({ dialect: 'postgresql', schema: './schema.ts', out: './drizzle' });\n",
  'schema.ts': "import { pgTable, integer } from 'drizzle-orm/pg-core';\nexport const users = pgTable('users', { id: integer().primaryKey() });\n",
  'drizzle/0000_init.sql': 'CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL);',
  'drizzle/meta/_journal.json': '{"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1700000000000,"tag":"0000_init","breakpoints":true}]}',
  'drizzle/meta/0000_snapshot.json':
    '{"id":"8c6bd4a4-91f7-4d3a-9c7c-0f30ad5c1a10","prevId":"00000000-0000-0000-0000-000000000000","version":"7","dialect":"postgresql","tables":{},"enums":{},"schemas":{},"sequences":{},"roles":{},"policies":{},"views":{},"_meta":{"columns":{},"schemas":{},"tables":{}}}',
};

describe('New Migration', function () {
  // drizzle-kit loads a schema for each of these, beside other suites on the same machine.
  this.timeout(60_000);
  let root = '';
  afterEach(() => removeFolder(root));

  async function open(files: Readonly<Record<string, string>>): Promise<MigrationFolder> {
    root = await temporaryFolder(files);
    if ('drizzle.config.ts' in files) await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), `${root}/node_modules`);
    const [folder] = (await openProject(nodeFiles, root)).folders;
    assert.ok(folder !== undefined);
    return folder;
  }

  async function everything(): Promise<Readonly<Record<string, string>>> {
    const paths = await nodeFiles.list(root, 9);
    return Object.fromEntries<string>(await Promise.all(paths.map(async (path): Promise<[string, string]> => [path, await readFile(`${root}/${path}`, 'latin1')])));
  }

  async function refusesAndLeavesAllAsItWas(attempt: () => Promise<unknown>, code: UserErrorCode, message: RegExp): Promise<void> {
    const before = await everything();
    await assert.rejects(attempt(), (error) => {
      assert.ok(error instanceof UserError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.notEqual(error.next, '');
      return true;
    });
    assert.deepEqual(await everything(), before);
  }

  it('writes both sides of SQL pairs', async () => {
    const folder = await open({ 'db/0001_a.sql': '', 'db/0001_a_rollback.sql': '' });
    const made = await newMigration(ports, folder, 'add order status');
    assert.deepEqual(made, { id: '0002_add_order_status', up: { path: `${root}/db/0002_add_order_status.sql`, cursor: 64 }, down: { path: `${root}/db/0002_add_order_status_rollback.sql`, cursor: 117 } });
    const all = await everything();
    assert.equal(all['db/0002_add_order_status.sql'], '-- Migration: add order status\n-- Date: 2026-11-20\n-- Purpose:\n\n');
    assert.equal(all['db/0002_add_order_status_rollback.sql'], '-- Rollback Migration: add order status\n-- Date: 2026-11-20\n-- Purpose: Rollback changes from 0002_add_order_status\n\n');
  });

  it('counts on from what lies on the disk now', async () => {
    const folder = await open({ 'db/0001_a.sql': '', 'db/0001_a_rollback.sql': '' });
    await newMigration(ports, folder, 'add_first');
    assert.equal((await newMigration(ports, folder, 'add_second')).id, '0003_add_second');
    await refusesAndLeavesAllAsItWas(() => newMigration(ports, folder, 'add_second'), 'name-invalid', /has this name already/);
  });

  it('starts in an empty folder', async () => {
    root = await temporaryFolder({ 'package.json': '{}' });
    const folder = await openFolderAt(nodeFiles, await openProject(nodeFiles, root), `${root}/migrations`);
    assert.equal((await newMigration(ports, folder, 'create_users')).id, '0001_create_users');
    assert.deepEqual(Object.keys(await everything()), ['migrations/0001_create_users.sql', 'migrations/0001_create_users_rollback.sql', 'package.json']);
  });

  it('begins Drizzle’s and Prisma’s first migration where their own files say so', async () => {
    const { 'package.json': manifest, 'drizzle.config.ts': config, 'schema.ts': schema } = drizzleProject;
    root = await temporaryFolder({ 'package.json': manifest, 'drizzle.config.ts': config, 'schema.ts': schema, 'prisma/schema.prisma': '' });
    await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), `${root}/node_modules`);
    const project = await openProject(nodeFiles, root);
    const inDrizzle = await openFolderAt(nodeFiles, project, `${root}/drizzle`);
    await refusesAndLeavesAllAsItWas(() => newMigration({ ...ports, files: failing('.down.sql') }, inDrizzle, 'create_users'), 'file-not-writable', /disk full/);
    assert.equal((await newMigration(ports, inDrizzle, 'create_users')).up.path, `${root}/drizzle/0000_create_users.sql`);
    const inPrisma = await openFolderAt(nodeFiles, project, `${root}/prisma/migrations`);
    assert.equal((await newMigration(ports, inPrisma, 'create_users')).up.path, `${root}/prisma/migrations/20261120183005_create_users/migration.sql`);
  });

  it('writes Prisma’s folder with down.sql, or without where policy forbids downs', async () => {
    const files = { 'prisma/migrations/20260101000000_init/migration.sql': '' };
    assert.deepEqual((await newMigration(ports, await open(files), 'add_orders')).down?.path, `${root}/prisma/migrations/20261120183005_add_orders/down.sql`);
    await removeFolder(root);
    const folder = await open({ ...files, 'lockstep.config.json': '{ "down": "forbidden" }' });
    assert.equal((await newMigration(ports, folder, 'add_orders')).down, null);
    assert.ok(!('prisma/migrations/20261120183005_add_orders/down.sql' in (await everything())));
  });

  it('leaves neither files nor folders behind when the second file cannot be written', async () => {
    const folder = await open({ 'prisma/migrations/20260101000000_init/migration.sql': '' });
    await refusesAndLeavesAllAsItWas(() => newMigration({ ...ports, files: failing('down.sql') }, folder, 'add_orders'), 'file-not-writable', /disk full/);
    assert.equal(await nodeFiles.exists(`${root}/prisma/migrations/20261120183005_add_orders`), false);
  });

  it('says that a read-only folder is read-only', async function () {
    if (process.platform === 'win32') return;
    const folder = await open({ 'db/0001_a.sql': '', 'db/0001_a_rollback.sql': '' });
    await chmod(root, 0o755);
    await chmod(`${root}/db`, 0o555);
    // Root may write everywhere: act as nobody for a moment.
    const asRoot = process.getuid?.() === 0;
    if (asRoot) process.seteuid?.(65_534);
    try {
      await refusesAndLeavesAllAsItWas(() => newMigration(ports, folder, 'add_orders'), 'file-not-writable', /0002_add_orders\.sql cannot be written \(EACCES\)/);
    } finally {
      if (asRoot) process.seteuid?.(0);
      await chmod(`${root}/db`, 0o755);
    }
  });

  it('lets the workspace’s drizzle-kit write journal and snapshot, and adds header and down', async () => {
    const made = await newMigration(ports, await open(drizzleProject), 'add order status');
    assert.equal(made.id, '0001_add_order_status');
    const all = await everything();
    assert.match(all['drizzle/0001_add_order_status.sql'] ?? '', /^-- Migration: add order status\n/);
    assert.match(all['drizzle/0001_add_order_status.down.sql'] ?? '', /Rollback changes from 0001_add_order_status\n\n$/);
    assert.match(all['drizzle/meta/_journal.json'] ?? '', /"tag": "0001_add_order_status"/);
    assert.match(all['drizzle/meta/0001_snapshot.json'] ?? '', /"prevId": "8c6bd4a4-91f7-4d3a-9c7c-0f30ad5c1a10"/);
    const [again] = (await openProject(nodeFiles, root)).folders;
    assert.deepEqual(again?.problems, []);
    assert.deepEqual(again.migrations.map(({ id, down }) => [id, down !== null]), [['0000_init', false], ['0001_add_order_status', true]]);
  });

  it('follows a timestamp prefix of the drizzle configuration', async () => {
    const folder = await open({ ...drizzleProject, 'drizzle.config.ts': drizzleProject['drizzle.config.ts'].replace("out: './drizzle'", "out: './drizzle', migrations: { prefix: 'timestamp' }") });
    const made = await newMigration(ports, folder, 'add_orders');
    assert.match(made.id, /^\d{14}_add_orders$/);
    assert.equal(made.down?.path, `${root}/drizzle/${made.id}.down.sql`);
    assert.match((await everything())[`drizzle/${made.id}.down.sql`] ?? '', new RegExp(`from ${made.id}\n`));
  });

  it('leaves a Drizzle folder as it was when its configuration throws', async () => {
    const folder = await open({ ...drizzleProject, 'drizzle.config.ts': "throw new Error('no such secret');\n" });
    await refusesAndLeavesAllAsItWas(() => newMigration(ports, folder, 'add_orders'), 'tool-failed', /no such secret/);
  });

  it('ends a drizzle-kit that hangs, and leaves all as it was', async () => {
    const folder = await open({ ...drizzleProject, 'drizzle.config.ts': 'while (true) {}\n' });
    const impatient = { ...ports, processes: { run: (request: ProcessRequest) => nodeProcesses.run({ ...request, timeout: 1500 }) } };
    await refusesAndLeavesAllAsItWas(() => newMigration(impatient, folder, 'add_orders'), 'tool-failed', /did not end within/);
  });

  it('takes everything back when the down cannot be written after drizzle-kit ran', async () => {
    const folder = await open(drizzleProject);
    await refusesAndLeavesAllAsItWas(() => newMigration({ ...ports, files: failing('.down.sql') }, folder, 'add_orders'), 'file-not-writable', /disk full/);
  });

  it('takes everything back when the configuration writes to another folder', async () => {
    const folder = await open({ ...drizzleProject, 'drizzle.config.ts': drizzleProject['drizzle.config.ts'].replace("'./drizzle'", "'./elsewhere'") });
    await refusesAndLeavesAllAsItWas(() => newMigration(ports, folder, 'add_orders'), 'tool-failed', /added nothing to/);
    assert.equal(await nodeFiles.exists(`${root}/elsewhere`), false);
  });

  it('never lets drizzle-kit overwrite a file or a snapshot that the journal does not know', async () => {
    let folder = await open({ ...drizzleProject, 'drizzle/0001_add_orders.down.sql': 'mine' });
    await refusesAndLeavesAllAsItWas(() => newMigration(ports, folder, 'add_orders'), 'file-exists', /0001_add_orders\.down\.sql exists already/);
    await removeFolder(root);
    folder = await open({ ...drizzleProject, 'drizzle/meta/0001_snapshot.json': '{}' });
    await refusesAndLeavesAllAsItWas(() => newMigration(ports, folder, 'add_orders'), 'layout-broken', /0001_snapshot\.json exists/);
  });

  it('refuses a broken journal in its own words', async () => {
    const folder = await open({ ...drizzleProject, 'drizzle/meta/_journal.json': '<<<<<<< HEAD' });
    await refusesAndLeavesAllAsItWas(() => newMigration(ports, folder, 'add_orders'), 'layout-broken', /merge-conflict markers/);
  });

  it('says how to install drizzle-kit where it is missing', async () => {
    const { 'drizzle.config.ts': config, ...rest } = drizzleProject;
    const folder = await open({ ...rest, 'pnpm-lock.yaml': '' });
    await refusesAndLeavesAllAsItWas(() => newMigration(ports, folder, 'add_orders'), 'tool-missing', /No drizzle\.config file/);
    await nodeFiles.write(`${root}/drizzle.config.ts`, config, 'create');
    await assert.rejects(newMigration(ports, folder, 'add_orders'), (error) => error instanceof UserError && error.code === 'tool-missing' && error.next.includes('`pnpm add --save-dev drizzle-kit`'));
  });

  it('changes nothing when it is cancelled', async () => {
    const folder = await open(drizzleProject);
    await refusesAndLeavesAllAsItWas(() => newMigration({ ...ports, signal: AbortSignal.abort() }, folder, 'add_orders'), 'cancelled', /cancelled/);
  });
});

/** The real files, but writing a path with this ending fails as a full disk does. */
function failing(ending: string): FilePort {
  return {
    ...nodeFiles,
    write: (path, text, mode) => (path.endsWith(ending) ? Promise.reject(new UserError('file-not-writable', 'disk full', 'Free some space.')) : nodeFiles.write(path, text, mode)),
  };
}
