import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { check } from '../../src/app/check.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import type { CheckReport } from '../../src/model/report.ts';
import { repository, type Repository } from '../support/repository.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';

const id = 'migration-edited-after-merge';
const ports = { files: nodeFiles, processes: nodeProcesses, now: () => new Date('2026-11-20T18:30:05Z') };

describe('a migration that was edited after it was merged', () => {
  const roots: string[] = [];
  afterEach(async () => {
    for (const root of roots.splice(0)) await removeFolder(root);
  });

  async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
    const root = await temporaryFolder(files);
    roots.push(root);
    return root;
  }

  /** A branch that left main with these files. */
  async function branched(files: Readonly<Record<string, string>>): Promise<Repository> {
    const repo = repository(await folderWith({ 'package.json': '{}', ...files }));
    repo.git('init', '-qb', 'main');
    repo.commit();
    repo.git('checkout', '-qb', 'mine');
    return repo;
  }

  async function told(repo: Repository, path = ''): Promise<readonly string[]> {
    const report = await check(ports, [`${repo.root}${path}`]);
    return [...about(report), ...report.problems.filter(({ rule }) => rule === id).map(({ message }) => message)];
  }

  const about = ({ files }: CheckReport): readonly string[] => files.flatMap(({ text, findings }) => findings.filter(({ rule }) => rule === id).map(({ message, span }) => `${text.slice(span.start, span.end)}: ${message}`));

  const plain = { 'db/0001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n', 'db/0001_users_rollback.sql': 'DROP TABLE IF EXISTS users;\n', 'db/0002_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n', 'db/0002_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n' };

  it('is told where it differs from where the branch began, staged, committed or not', async () => {
    const repo = await branched(plain);
    assert.deepEqual(await told(repo), []);
    repo.write({ 'db/0001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY, name text);\n', 'db/0003_mine.sql': 'SELECT 1;\n', 'db/0001_users_rollback.sql': 'DROP TABLE users;\n' });
    const [only, ...others] = await told(repo);
    assert.match(only ?? '', /^CREATE TABLE users \(id bigint PRIMARY KEY, name text\): This migration is on main already/);
    assert.deepEqual(others, [], 'new migrations and downs are one’s own');
    repo.commit();
    assert.equal((await told(repo)).length, 1);
    assert.equal((await told(repo, '/db/0001_users.sql')).length, 1);
    assert.deepEqual(await told(repo, '/db/0002_orders.sql'), []);
    repo.write({ 'lockstep.config.json': `{ "rules": { "${id}": "off" } }` });
    assert.deepEqual(await told(repo), []);
  });

  it('is compared with the fork, not with what main did since', async () => {
    const repo = await branched(plain);
    repo.git('checkout', '-q', 'main');
    repo.write({ 'db/0002_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, total numeric);\n' });
    repo.commit();
    repo.git('checkout', '-q', 'mine');
    assert.deepEqual(await told(repo), []);
  });

  it('that is gone is told at what stood behind it', async () => {
    const repo = await branched(plain);
    rmSync(`${repo.root}/db/0001_users.sql`);
    rmSync(`${repo.root}/db/0001_users_rollback.sql`);
    const { problems } = await check(ports, [repo.root]);
    const [gone, ...others] = problems.filter(({ rule }) => rule === id);
    assert.deepEqual([gone?.path, gone?.reopen, others], [`${repo.root}/db/0002_orders.sql`, { id: '0001_users', folder: `${repo.root}/db` }, []]);
    assert.match(gone?.message ?? '', /0001_users is on main and is no longer here/);
  });

  it('differs by comments only where the tool’s checksum counts them', async () => {
    const files = { 'db/0001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n', 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n', 'prisma/migrations/20260101000000_users/migration.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n', 'flyway/flyway.toml': '', 'flyway/V1__users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n', 'flyway/R__view.sql': 'CREATE OR REPLACE VIEW v AS SELECT 1 AS one;\n' };
    const repo = await branched(files);
    for (const path of Object.keys(files).filter((each) => each.endsWith('.sql'))) repo.write({ [path]: `-- All of them\n${repo.read(path)}` });
    const comments = await told(repo);
    assert.deepEqual(comments.map((each) => each.slice(0, each.indexOf(':'))), ['-- All of them', '-- All of them'], comments.join('\n'));
    assert.match(comments.join('\n'), /Flyway compares them, too, with `flyway_schema_history\.checksum`/);
    assert.match(comments.join('\n'), /Prisma compares them, too, with `_prisma_migrations\.checksum`: `prisma migrate dev` then asks to reset the database/);
    for (const [path, text] of Object.entries(files)) repo.write({ [path]: text.replaceAll('\n', '\r\n') });
    assert.deepEqual(await told(repo), [], 'line ends count for none of these');
    repo.write({ ...files, 'flyway/R__view.sql': 'CREATE OR REPLACE VIEW v AS SELECT 2 AS two;\n' });
    assert.deepEqual(await told(repo), [], 'a repeatable script is there to be edited');
  });

  it('is found in a worktree, in a submodule and from a hook', async () => {
    const repo = await branched(plain);
    const away = await folderWith({});
    repo.git('worktree', 'add', '-qb', 'other', `${away}/tree`, 'main');
    repository(`${away}/tree`).write({ 'db/0001_users.sql': 'SELECT 1;\n' });
    assert.equal((await told(repository(`${away}/tree`))).length, 1);
    const above = repository(await folderWith({ 'README.md': '' }));
    above.git('init', '-qb', 'main');
    above.git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', repo.root, 'inner');
    above.commit();
    const inner = repository(`${above.root}/inner`);
    inner.write({ 'db/0002_orders.sql': 'SELECT 2;\n' });
    assert.equal((await told(inner)).length, 1);
    repo.write({ 'db/0001_users.sql': 'SELECT 1;\n' });
    const before = { dir: process.env['GIT_DIR'], index: process.env['GIT_INDEX_FILE'] };
    try {
      process.env['GIT_DIR'] = '.git';
      process.env['GIT_INDEX_FILE'] = '.git/index';
      assert.equal((await told(repo)).length, 1);
    } finally {
      for (const [key, value] of [['GIT_DIR', before.dir], ['GIT_INDEX_FILE', before.index]] as const) {
        if (value === undefined) delete process.env[key];
        else process.env[key] = value;
      }
    }
  });

  it('is nothing to speak of where git is missing, and where there is no repository', async () => {
    const root = await folderWith({ 'package.json': '{}', ...plain });
    assert.deepEqual(await told(repository(root)), []);
    const repo = await branched(plain);
    repo.write({ 'db/0001_users.sql': 'SELECT 1;\n' });
    const without = { ...ports, processes: { run: (request: Parameters<typeof nodeProcesses.run>[0]) => nodeProcesses.run({ ...request, file: `${root}/no-git-here` }) } };
    assert.deepEqual(about(await check(without, [repo.root])), []);
  });
});
