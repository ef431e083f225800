import assert from 'node:assert/strict';
import { detectLayout } from '../../src/layouts/detect.ts';
import { nodePgMigrate } from '../../src/layouts/node-pg-migrate.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { fixtureFolder } from './fixture.ts';
import { folderOf } from './folder.ts';
import { problemsOf, readSide, sqlOf, written } from './reading.ts';

const now = new Date('2026-11-20T18:30:05.123Z');

describe('node-pg-migrate', () => {
  it('reads the sections that version 9 ran', () => {
    const folder = fixtureFolder('node-pg-migrate/sql');
    assert.equal(detectLayout(folder)?.id, 'node-pg-migrate');
    const { migrations, problems } = nodePgMigrate.list(folder);
    assert.deepEqual(problems, []);
    assert.deepEqual(migrations.map(({ name, down }) => [name, down !== null]), [['add-users', true], ['index-users', true]]);
    const [, index = ''] = folder.files;
    const text = folder.read(index) ?? '';
    assert.deepEqual(sqlOf(nodePgMigrate, text, 'up'), ['-- what this is for', 'CREATE INDEX users_id ON users (id);']);
    assert.deepEqual(sqlOf(nodePgMigrate, text, 'down'), ['-- what this is for', 'DROP INDEX users_id;']);
    assert.equal(readSide(nodePgMigrate, text, 'up')?.mode.kind, 'transaction');
  });

  it('orders by what the number means: index, milliseconds, date', () => {
    const folder = folderOf({ '0002_b.sql': '', '20200101000000000_c.sql': '', '1795604464670_d.sql': '', '0010_a.sql': '', 'seed.sql': '' });
    const { migrations, problems } = nodePgMigrate.list(folder);
    assert.deepEqual(migrations.map(({ name }) => name), ['b', 'a', 'c', 'd']);
    assert.deepEqual(problems.map(({ message }) => message), ['seed.sql does not begin with a number: node-pg-migrate cannot order the folder and refuses to run.']);
  });

  it('says where a section is not what it looks like', () => {
    assert.deepEqual(problemsOf(nodePgMigrate, 'SELECT 1;\n-- Down Migration\nSELECT 2;\n'), [['-- Down Migration', 'Without `-- Up Migration` node-pg-migrate runs the whole file as the up, this down included.']]);
    assert.deepEqual(sqlOf(nodePgMigrate, 'SELECT 1;\n-- Down Migration\nSELECT 2;\n', 'up'), ['SELECT 1;', '-- Down Migration', 'SELECT 2;']);
    assert.deepEqual(problemsOf(nodePgMigrate, 'SELECT 1;\n-- Up Migration\nSELECT 2;\n'), [['SELECT 1;', 'node-pg-migrate does not run what stands above its first section.']]);
    assert.deepEqual(problemsOf(nodePgMigrate, '-- Up Migration\nSELECT 1;\n-- Down Migration\nSELECT 2;\n-- up migration\nSELECT 3;\n').map(([text]) => text), ['-- up migration']);
    assert.deepEqual(problemsOf(nodePgMigrate, '-- Up Migration\nSELECT 1;\n-- Down Migration\n'), []);
    assert.equal(readSide(nodePgMigrate, 'SELECT 1;', 'down'), null);
  });

  for (const [existing, expected] of [[[], '1795199405123'], [['0009_a.sql'], '0010'], [['20250101000000000_a.sql'], '20261120183005123'], [['1795604464670_a.sql'], '1795604464671']] as const) {
    it(`continues after ${String(existing)} with ${expected}`, () => {
      const made = nodePgMigrate.next({ folder: folderOf(Object.fromEntries(existing.map((file) => [file, '']))), name: 'add user_names', now, config: defaultConfig });
      assert.equal(made.up.path, `/repo/db/migrations/${expected}_add-user-names.sql`);
      const [change] = made.changes;
      assert.match(change?.kind === 'create' ? change.text : '', /^-- Up Migration$[^]*^-- Down Migration$/m);
    });
  }

  it('writes one section and leaves the other', () => {
    const text = '-- Up Migration\nSELECT 1;\n\n-- Down Migration\nSELECT 2;\n';
    assert.equal(written(nodePgMigrate, text, 'down', 'DROP TABLE a;'), text.replace('SELECT 2;', 'DROP TABLE a;'));
    assert.equal(written(nodePgMigrate, text, 'up', 'CREATE TABLE a (id int);\n'), text.replace('SELECT 1;', 'CREATE TABLE a (id int);'));
    assert.equal(written(nodePgMigrate, 'SELECT 1;\n', 'down', 'SELECT 2;'), '-- Up Migration\nSELECT 1;\n\n-- Down Migration\nSELECT 2;\n');
    assert.equal(written(nodePgMigrate, null, 'up', 'SELECT 1;'), '-- Up Migration\nSELECT 1;\n\n-- Down Migration\n');
  });
});
