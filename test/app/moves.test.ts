import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { applyChanges } from '../../src/app/file-changes.ts';
import { openProject, type MigrationFolder } from '../../src/app/project.ts';
import { planDelete, planRename, planRenumber, type MoveRequest, type MovePlan } from '../../src/app/renumber.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import { sumOf } from '../../src/layouts/atlas-sum.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';

const ports = { files: nodeFiles, processes: nodeProcesses, now: () => new Date('2026-11-20T18:30:05Z') };
const { signal } = new AbortController();

describe('what tools keep beside their scripts moves with a migration', () => {
  let root = '';
  afterEach(() => removeFolder(root));

  async function opened(): Promise<MigrationFolder> {
    return (await openProject(nodeFiles, root)).folders[0] ?? assert.fail('no folder was recognised');
  }

  /** Files and folders have to be as planned, to the byte, and nothing wrong with them afterwards. */
  async function moved(id: string, plan: (request: MoveRequest) => Promise<MovePlan>): Promise<Readonly<Record<string, string>>> {
    const folder = await opened();
    const migration = folder.migrations.find((each) => each.id === id) ?? assert.fail(`no ${id} in ${folder.migrations.map((each) => each.id).join(', ')}`);
    await applyChanges(nodeFiles, (await plan({ folder, migration, signal })).changes);
    const { problems } = await opened();
    assert.deepEqual(problems, []);
    const files = await nodeFiles.list(root, 9);
    return Object.fromEntries(await Promise.all(files.filter((file) => file !== 'package.json').map(async (file): Promise<[string, string]> => [file, await readFile(`${root}/${file}`, 'utf8')])));
  }

  const rename = (name: string) => (request: MoveRequest) => planRename(ports, request, name);
  const renumber = (request: MoveRequest): Promise<MovePlan> => planRenumber(ports, request);
  const remove = (request: MoveRequest): Promise<MovePlan> => planDelete(ports, request);
  const refused = (id: string, plan: (request: MoveRequest) => Promise<MovePlan>, reason: RegExp): Promise<void> => assert.rejects(moved(id, plan), reason);

  describe('Flyway: script, undo and their .conf files', () => {
    const files = {
      'package.json': '{}', 'sql/V1__init.sql': 'SELECT 1;', 'sql/V2__mine.sql': '\uFEFFSELECT 2;\r\n', 'sql/V2__mine.sql.conf': 'executeInTransaction=false\n',
      'sql/U2__mine.sql': '-- Rollback Migration: mine\r\n-- Purpose: Rollback changes from V2__mine\r\n', 'sql/U2__mine.sql.conf': 'executeInTransaction=false\n', 'sql/R__views.sql': 'SELECT 3;',
    };

    it('under another name', async () => {
      root = await temporaryFolder(files);
      const after = await moved('V2__mine', rename('add orders'));
      assert.deepEqual(Object.keys(after), ['sql/R__views.sql', 'sql/U2__add_orders.sql', 'sql/U2__add_orders.sql.conf', 'sql/V1__init.sql', 'sql/V2__add_orders.sql', 'sql/V2__add_orders.sql.conf']);
      assert.equal(after['sql/V2__add_orders.sql'], '\uFEFFSELECT 2;\r\n');
      assert.equal(after['sql/U2__add_orders.sql'], '-- Rollback Migration: mine\r\n-- Purpose: Rollback changes from V2__add_orders\r\n');
    });

    it('with the next version, where a merge brought another of the same', async () => {
      root = await temporaryFolder({ ...files, 'sql/V2__theirs.sql': 'SELECT 4;', 'sql/U2__theirs.sql': 'SELECT 5;' });
      const folder = await opened();
      assert.deepEqual(folder.migrations.map(({ id, down }) => [id, down?.path.slice(root.length + 5) ?? null]), [['V1__init', null], ['V2__mine', 'U2__mine.sql'], ['V2__theirs', 'U2__theirs.sql'], ['R__views', null]]);
      assert.ok(folder.problems.some(({ renumber: at }) => at === `${root}/sql/V2__theirs.sql`));
      const after = await moved('V2__mine', async (request) => {
        const plan = await renumber(request);
        assert.deepEqual(plan.renamings, [{ from: 'V2__theirs', to: 'V3__theirs' }]);
        return plan;
      });
      assert.deepEqual(Object.keys(after).filter((file) => /[VU][23]__/.test(file)), ['sql/U2__mine.sql', 'sql/U2__mine.sql.conf', 'sql/U3__theirs.sql', 'sql/V2__mine.sql', 'sql/V2__mine.sql.conf', 'sql/V3__theirs.sql']);
    });

    it('and goes with all of them', async () => {
      root = await temporaryFolder(files);
      assert.deepEqual(Object.keys(await moved('V2__mine', remove)), ['sql/R__views.sql', 'sql/V1__init.sql']);
    });
  });

  describe('Atlas: its sum', () => {
    const texts = new Map([['20260101000000_a.sql', 'SELECT 1;\n'], ['20260102000000_b.sql', 'SELECT 2;\r\n'], ['20260103000000_c.sql', 'SELECT 3;\n']]);
    const files = { 'package.json': '{}', 'db/atlas.sum': sumOf(texts), ...Object.fromEntries([...texts].map(([file, text]) => [`db/${file}`, text])) };

    it('is that of the folder, whatever moved in it', async () => {
      root = await temporaryFolder(files);
      await moved('20260102000000_b', rename('better'));
      await moved('20260101000000_a', renumber);
      const after = await moved('20261120183006_better', remove);
      assert.deepEqual(Object.keys(after), ['db/20261120183005_a.sql', 'db/20261120183007_c.sql', 'db/atlas.sum']);
      assert.equal(after['db/atlas.sum'], sumOf(new Map([['20261120183005_a.sql', 'SELECT 1;\n'], ['20261120183007_c.sql', 'SELECT 3;\n']])));
    });
  });

  describe('sqitch: its plan, what others require, and three scripts', () => {
    const line = (name: string, needs = ''): string => `${name}${needs} 2026-01-01T00:00:00Z Ada Lovelace <ada@example.com> # ${name} is new\r\n`;
    const plan = `%syntax-version=1.0.0\r\n%project=shop\r\n\r\n${line('users')}${line('orders', ' [users]')}@v1 2026-01-02T00:00:00Z Ada <ada@example.com> # one\r\n\r\n${line('lines', ' [orders shop:users]')}${line('users_names', ' [users !lines]')}`;
    const scripts = (name: string): Readonly<Record<string, string>> => ({ [`deploy/${name}.sql`]: `-- Deploy shop:${name} to pg\r\n-- requires: users\r\nSELECT 1;\r\n`, [`revert/${name}.sql`]: `-- Revert shop:${name} from pg\r\nSELECT 1;\r\n`, [`verify/${name}.sql`]: `-- Verify shop:${name} on pg\r\n` });
    const files = { 'package.json': '{}', 'sqitch.plan': plan, ...scripts('users'), ...scripts('orders'), ...scripts('lines'), ...scripts('users_names') };

    it('under another name, and nothing that only looks alike', async () => {
      root = await temporaryFolder(files);
      const after = await moved('users', rename('people'));
      assert.equal(after['sqitch.plan'], plan.replace('\r\nusers 2026', '\r\npeople 2026').replace('orders [users]', 'orders [people]').replace('[orders shop:users]', '[orders shop:people]').replace('[users !lines]', '[people !lines]'));
      assert.deepEqual(Object.keys(after).filter((file) => file.includes('people')), ['deploy/people.sql', 'revert/people.sql', 'verify/people.sql']);
      assert.equal(after['deploy/people.sql'], '-- Deploy shop:people to pg\r\n-- requires: users\r\nSELECT 1;\r\n');
    });

    it('at the end of the plan, unless something needs it where it stands', async () => {
      root = await temporaryFolder(files);
      const after = await moved('lines', renumber);
      assert.equal(after['sqitch.plan'], plan);
      await refused('users', remove, /orders requires users/);
      await refused('orders', remove, /lines requires orders/);
      root = await temporaryFolder({ ...files, 'sqitch.plan': plan.replace(' [orders shop:users]', '').replace('[users !lines]', '[users]') });
      await refused('orders', remove, /The tag @v1 stands behind orders/);
      assert.equal((await moved('lines', remove))['sqitch.plan']?.includes('lines'), false);
      assert.equal(await nodeFiles.exists(`${root}/verify/lines.sql`), false);
    });
  });

  describe('Liquibase: changesets of one file', () => {
    const text = '--liquibase formatted sql\r\n\r\n--changeset ada:1\r\nCREATE TABLE a (id int);\r\n--rollback DROP TABLE a;\r\n\r\n--changeset ada:10 runInTransaction:false\r\nDROP TABLE a;\r\n--rollback changesetId:1 changesetAuthor:ada\r\n\r\n--changeset "bo b":2\r\nSELECT 1;\r\n--rollback empty\r\n';
    const files = { 'package.json': '{}', 'changelog/shop.sql': text };

    it('under another id, and where another refers to it', async () => {
      root = await temporaryFolder(files);
      const after = await moved('ada:1', rename('create a'));
      assert.equal(after['changelog/shop.sql'], text.replace('ada:1\r\n', 'ada:create_a\r\n').replace('changesetId:1 ', 'changesetId:create_a '));
      assert.equal((await moved('bo b:2', rename('say_one')))['changelog/shop.sql']?.includes('--changeset "bo b":say_one\r\n'), true);
    });

    it('one goes and leaves the others, to the byte', async () => {
      root = await temporaryFolder(files);
      await refused('ada:1', remove, /The rollback of ada:10 runs ada:1 once more/);
      await refused('ada:10', renumber, /Liquibase runs changesets where they stand/);
      const after = await moved('ada:10', remove);
      assert.equal(after['changelog/shop.sql'], text.replace(/--changeset ada:10[^]*?(?=--changeset "bo b")/, ''));
    });
  });

  it('Drizzle 1.0: folders get other names, and only what no snapshot was made from can go', async () => {
    const step = (id: string, snapshot: string, before: string): Readonly<Record<string, string>> => ({ [`drizzle/${id}/migration.sql`]: 'SELECT 1;', [`drizzle/${id}/snapshot.json`]: JSON.stringify({ id: snapshot, prevIds: [before] }) });
    root = await temporaryFolder({ 'package.json': '{}', ...step('20260101000000_a', 'A', '0'), ...step('20260102000000_b', 'B', 'A') });
    await refused('20260101000000_a', remove, /20260102000000_b has to go first/);
    const after = await moved('20260102000000_b', rename('better'));
    assert.deepEqual(Object.keys(after).filter((file) => file.includes('better')), ['drizzle/20260102000000_better/migration.sql', 'drizzle/20260102000000_better/snapshot.json']);
    assert.deepEqual(Object.keys(await moved('20260102000000_better', remove)), ['drizzle/20260101000000_a/migration.sql', 'drizzle/20260101000000_a/snapshot.json']);
  });

  it('golang-migrate: two of one version are both there, each with its own down, and one is renumbered', async () => {
    const files = ['000001_a', '000002_mine', '000002_theirs'].flatMap((id) => [`db/${id}.up.sql`, `db/${id}.down.sql`]);
    root = await temporaryFolder({ 'package.json': '{}', ...Object.fromEntries(files.map((file) => [file, 'SELECT 1;'] as const)) });
    const [problem] = (await opened()).problems.filter(({ renumber: at }) => at !== undefined);
    assert.equal(problem?.renumber, `${root}/db/000002_theirs.up.sql`);
    assert.deepEqual(Object.keys(await moved('000002_theirs', renumber)), ['db/000001_a.down.sql', 'db/000001_a.up.sql', 'db/000002_mine.down.sql', 'db/000002_mine.up.sql', 'db/000003_theirs.down.sql', 'db/000003_theirs.up.sql']);
  });
});
