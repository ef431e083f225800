import assert from 'node:assert/strict';
import { locate, migrationNamed, openFolderAt, openProject, rootOf } from '../../src/app/project.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { UserError } from '../../src/model/errors.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';

const journal = '{"dialect":"postgresql","entries":[{"idx":0,"when":1,"tag":"0000_init","breakpoints":true}]}';
const monorepo = {
  'package.json': '{}',
  'lockstep.config.json': '{ "postgres": 16, "layouts": { "tools/sql": "plain" } }',
  'apps/web/drizzle/meta/_journal.json': journal,
  'apps/web/drizzle/meta/0000_snapshot.json': '{}',
  'apps/web/drizzle/0000_init.sql': 'select 1;',
  'apps/crm/prisma/migrations/migration_lock.toml': 'provider = "postgresql"',
  'apps/crm/prisma/migrations/20260101000000_init/migration.sql': 'select 2;',
  'apps/crm/lockstep.config.json': '// the crm decides for itself\n{ "postgres": 15, }',
  'services/billing/migrations/up/0001_init.sql': 'select 3;',
  'services/billing/migrations/down/0001_init.sql': 'select 4;',
  'tools/sql/0001_init.sql': 'select 5;',
  'node_modules/lib/migrations/0001_a.sql': '',
  'db/seeds/01_rows.sql': '',
};

describe('a project', () => {
  let root = '';
  beforeEach(async () => {
    root = await temporaryFolder(monorepo);
  });
  afterEach(() => removeFolder(root));

  it('finds every migration folder of a monorepo, each in its own layout and configuration', async () => {
    const project = await openProject(nodeFiles, root);
    assert.deepEqual(project.problems, []);
    assert.deepEqual(project.folders.map(({ path, layout, migrations, config }) => [path.slice(root.length + 1), layout.id, migrations.length, config.postgres]), [
      ['apps/crm/prisma/migrations', 'prisma', 1, 15],
      ['apps/web/drizzle', 'drizzle', 1, 16],
      ['services/billing/migrations', 'plain', 1, 16],
      ['tools/sql', 'plain', 1, 16],
    ]);
    assert.deepEqual(project.folders.flatMap(({ problems }) => problems), []);
  });

  it('takes the configuration above when a part is opened alone', async () => {
    assert.equal((await openProject(nodeFiles, `${root}/services/billing`)).config.postgres, 16);
    assert.equal((await openProject(nodeFiles, `${root}/apps/crm/prisma/migrations`)).config.postgres, 15);
    assert.equal(await rootOf(nodeFiles, `${root}/apps/crm/prisma/migrations/20260101000000_init/migration.sql`), `${root}/apps/crm`);
  });

  it('locates files, also a down that is yet to be written', async () => {
    const project = await openProject(nodeFiles, root);
    const place = (path: string) => {
      const located = locate(project, `${root}/${path}`);
      return located === null ? null : [located.migration.id, located.side];
    };
    assert.deepEqual(place('apps/web/drizzle/0000_init.sql'), ['0000_init', 'up']);
    assert.deepEqual(place('apps/web/drizzle/0000_init.down.sql'), ['0000_init', 'down']);
    assert.deepEqual(place('services/billing/migrations/down/0001_init.sql'), ['0001_init', 'down']);
    assert.equal(place('db/seeds/01_rows.sql'), null);
  });

  it('finds a migration by id, number, name and path', async () => {
    const web = await openProject(nodeFiles, `${root}/apps/web`);
    for (const query of ['0000_init', '0', '0000', 'init', 'newest', 'drizzle/0000_init.sql', './drizzle/0000_init.sql', `${root}/apps/web/drizzle/0000_init.sql`]) {
      assert.equal(migrationNamed(web, query).migration.id, '0000_init', query);
    }
    const crm = await openProject(nodeFiles, `${root}/apps/crm`);
    assert.equal(migrationNamed(crm, 'prisma/migrations/20260101000000_init').migration.name, 'init');
    assert.throws(() => migrationNamed(web, '7'), (error) => error instanceof UserError && error.code === 'migration-not-found' && /drizzle\/0000_init/.test(error.next));
    const all = await openProject(nodeFiles, root);
    assert.throws(() => migrationNamed(all, 'newest'), (error) => error instanceof UserError && /could be any of .*apps\/web\/drizzle\/0000_init/.test(error.message));
  });

  it('takes an empty folder for SQL pairs, and any place inside a known folder for that folder', async () => {
    const project = await openProject(nodeFiles, root);
    assert.equal((await openFolderAt(nodeFiles, project, `${root}/db/new`)).layout.id, 'plain');
    assert.equal((await openFolderAt(nodeFiles, project, `${root}/apps/crm/prisma/migrations/20260101000000_init`)).path, `${root}/apps/crm/prisma/migrations`);
  });

  it('says which folder does not exist, which pin leads nowhere, and that nothing was found', async () => {
    await assert.rejects(openProject(nodeFiles, `${root}/nowhere`), (error) => error instanceof UserError && error.code === 'folder-not-found');
    const empty = await temporaryFolder({ 'lockstep.config.json': '{ "layouts": { "db": "prisma" } }' });
    const project = await openProject(nodeFiles, empty);
    assert.match(project.problems[0]?.message ?? '', /pins .*\/db to a layout, but no migrations were found there/);
    assert.throws(() => migrationNamed(project, 'newest'), (error) => error instanceof UserError && error.code === 'no-migrations');
    await removeFolder(empty);
  });
});
