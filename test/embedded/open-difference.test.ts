import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { applyChanges } from '../../src/app/file-changes.ts';
import { openDifference, type OpenedDifference } from '../../src/app/open-difference.ts';
import { dryRun } from '../../src/app/dry-run.ts';
import { openProject, type Project } from '../../src/app/project.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import { removeFolder, temporaryFolder } from '../app/temporary.ts';
import { repository, type Repository } from '../support/repository.ts';
import { engineFor } from './engine.ts';

const { target } = engineFor('difference');
const ports = { files: nodeFiles, processes: nodeProcesses, targets: { of: () => target, lacking: () => Promise.resolve(null) }, now: () => new Date('2026-11-20T18:30:05Z') };
const { signal } = new AbortController();
const progress = (): void => undefined;

describe('a new migration with the difference', function () {
  this.timeout(180_000);
  let repo: Repository;
  afterEach(() => removeFolder(repo.root));

  async function branched(files: Readonly<Record<string, string>>): Promise<void> {
    repo = repository(await temporaryFolder({ 'package.json': '{}', ...files }));
    repo.git('init', '-qb', 'main');
    repo.commit();
    repo.git('checkout', '-qb', 'mine');
  }

  async function project(): Promise<Project> {
    return openProject(nodeFiles, repo.root);
  }

  async function opened(id: string, name: string | null = null): Promise<OpenedDifference> {
    const whole = await project();
    const [folder] = whole.folders;
    assert.ok(folder !== undefined);
    const difference = await openDifference(ports, { project: whole, folder, id, name, signal, progress });
    await applyChanges(nodeFiles, difference.changes);
    return difference;
  }

  /** The round trip of the new migration, and what is still wrong with the folder. */
  async function verdict(id: string): Promise<string> {
    const whole = await project();
    const [folder] = whole.folders;
    const migration = folder?.migrations.find((each) => each.id === id);
    assert.ok(folder !== undefined && migration !== undefined, `no ${id}`);
    assert.deepEqual(folder.problems, []);
    return (await dryRun(ports, { project: whole, located: { folder, migration, side: 'up' }, overrides: new Map(), signal, progress })).verdict;
  }

  it('puts the file back to the byte, and what the edit changed into a pair of its own', async () => {
    const merged = 'CREATE TABLE users (\r\n  id bigint PRIMARY KEY\r\n);\r\n';
    await branched({ 'db/0001_users.sql': merged, 'db/0001_users_rollback.sql': 'DROP TABLE IF EXISTS users;\n', 'db/0002_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n', 'db/0002_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n' });
    repo.write({ 'db/0001_users.sql': "CREATE TABLE users (\r\n  id bigint PRIMARY KEY,\r\n  name text DEFAULT 'x'\r\n);\r\nCREATE INDEX users_name ON users (name);\r\nINSERT INTO users VALUES (1);\r\n" });
    const difference = await opened('0001_users');
    assert.deepEqual([difference.made?.id, difference.notes], ['0003_users_edited', []]);
    assert.equal(repo.read('db/0001_users.sql'), merged);
    assert.equal(repo.git('status', '--porcelain').trim().split('\n').sort().join(), '?? db/0003_users_edited.sql,?? db/0003_users_edited_rollback.sql');
    const up = repo.read('db/0003_users_edited.sql');
    assert.match(up, /-- What an edit of 0001_users changed, after it was merged\./);
    assert.match(up, /SET LOCAL lock_timeout = '5s';\n\nALTER TABLE public\.users ADD COLUMN name text DEFAULT 'x'::text;\n\nCREATE INDEX users_name ON public\.users USING btree \(name\);/);
    assert.match(up, /^-- {3}INSERT INTO users VALUES \(1\);$/m);
    assert.match(repo.read('db/0003_users_edited_rollback.sql'), /DROP COLUMN IF EXISTS name/);
    assert.equal(await verdict('0003_users_edited'), 'exact');
  });

  it('brings a deleted one back, and takes away in a new one what it made', async () => {
    await branched({ 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n', 'prisma/migrations/20260101000000_users/migration.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n', 'prisma/migrations/20260102000000_orders/migration.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n' });
    rmSync(`${repo.root}/prisma/migrations/20260102000000_orders`, { recursive: true });
    const difference = await opened('20260102000000_orders', 'drop orders');
    assert.equal(difference.made?.id, '20261120183005_drop_orders');
    assert.match(repo.read('prisma/migrations/20261120183005_drop_orders/migration.sql'), /DROP TABLE IF EXISTS public\.orders;/);
    assert.equal(repo.git('status', '--porcelain').trim(), '?? prisma/migrations/20261120183005_drop_orders/');
    assert.match(difference.notes.join(' '), /Its down: .*rows/);
    assert.equal(await verdict('20261120183005_drop_orders'), 'data lost', 'its rows are what the deletion meant to lose');
  });

  it('keeps Drizzle’s journal and its chain of snapshots', async () => {
    const snapshot = (id: string, prevId: string): string => JSON.stringify({ id, prevId, version: '7', dialect: 'postgresql', tables: {} }, null, 2);
    await branched({
      'drizzle/meta/_journal.json': JSON.stringify({ version: '7', dialect: 'postgresql', entries: [{ idx: 0, version: '7', when: 1, tag: '0000_users', breakpoints: true }] }, null, 2),
      'drizzle/meta/0000_snapshot.json': snapshot('one', 'none'),
      'drizzle/0000_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
    });
    repo.write({ 'drizzle/0000_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n--> statement-breakpoint\nCREATE TABLE teams (id bigint PRIMARY KEY);\n--> statement-breakpoint\nCREATE TABLE clubs (id bigint PRIMARY KEY);\n' });
    assert.equal((await opened('0000_users')).made?.id, '0001_users_edited');
    assert.match(repo.read('drizzle/0001_users_edited.sql'), /;\n--> statement-breakpoint\nCREATE TABLE/);
    const { entries } = JSON.parse(repo.read('drizzle/meta/_journal.json')) as { entries: readonly { readonly tag: string; readonly idx: number }[] };
    assert.deepEqual(entries.map(({ tag, idx }) => [tag, idx]), [['0000_users', 0], ['0001_users_edited', 1]]);
    assert.equal((JSON.parse(repo.read('drizzle/meta/0001_snapshot.json')) as { prevId: string }).prevId, 'one');
    assert.equal(await verdict('0001_users_edited'), 'exact');
  });

  it('restores one changeset of many, and leaves what was written behind it', async () => {
    const first = '--liquibase formatted sql\n\n--changeset ada:1\nCREATE TABLE users (id bigint PRIMARY KEY);\n--rollback DROP TABLE users;\n';
    await branched({ 'db/changelog.sql': first });
    repo.write({ 'db/changelog.sql': `${first.replace('PRIMARY KEY)', 'PRIMARY KEY, name text)')}\n--changeset ada:2\nCREATE TABLE teams (id bigint PRIMARY KEY);\n--rollback DROP TABLE teams;\n` });
    const { made } = await opened('ada:1', 'users name');
    const text = repo.read('db/changelog.sql');
    assert.ok(text.startsWith(`${first}\n--changeset ada:2\n`), text);
    assert.match(text, /ADD COLUMN name text;\n--rollback/);
    assert.equal(await verdict(made?.id ?? ''), 'exact');
  });

  it('of comments alone is restored and no more', async () => {
    await branched({ 'migrations/atlas.sum': 'h1:\n', 'migrations/20260101000000_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n' });
    repo.write({ 'migrations/20260101000000_users.sql': '-- users\nCREATE TABLE users (id bigint PRIMARY KEY);\n' });
    const { made, changes } = await opened('20260101000000_users');
    assert.equal(made, null);
    assert.deepEqual(changes.map(({ kind }) => kind), ['replace', 'replace']);
    assert.deepEqual((await project()).folders[0]?.problems, [], 'the sum is right as well');
  });

  it('is refused where the history does not run without the edit, and nothing changes', async () => {
    await branched({ 'migrations/0001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n' });
    repo.write({ 'migrations/0001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, name text);\n', 'migrations/0002_index.sql': 'CREATE INDEX ON users (name);\n' });
    const before = repo.everything();
    await assert.rejects(opened('0001_users'), /0002_index fails/);
    assert.deepEqual(repo.everything(), before);
  });
});
