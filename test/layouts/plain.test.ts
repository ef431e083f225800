import assert from 'node:assert/strict';
import { plain } from '../../src/layouts/plain.ts';
import { defaultConfig, type Config } from '../../src/model/config.ts';
import { folderOf } from './folder.ts';

const now = new Date('2026-11-20T18:30:05Z');

describe('plain pairs', () => {
  const styles = [
    { up: '0001_add_users.sql', down: '0001_add_users_rollback.sql', next: ['0002_add_orders.sql', '0002_add_orders_rollback.sql'] },
    { up: '0001_add_users.sql', down: '0001_add_users_down.sql', next: ['0002_add_orders.sql', '0002_add_orders_down.sql'] },
    { up: '0001_add_users_up.sql', down: '0001_add_users_down.sql', next: ['0002_add_orders_up.sql', '0002_add_orders_down.sql'] },
    { up: '000001_add_users.up.sql', down: '000001_add_users.down.sql', next: ['000002_add_orders.up.sql', '000002_add_orders.down.sql'] },
    { up: '1-add_users.sql', down: '1-add_users.down.sql', next: ['2_add_orders.sql', '2_add_orders.down.sql'] },
    { up: 'up/001_add_users.sql', down: 'down/001_add_users.sql', next: ['up/002_add_orders.sql', 'down/002_add_orders.sql'] },
    { up: '20260101120000_add_users.sql', down: '20260101120000_add_users_rollback.sql', next: ['20261120183005_add_orders.sql', '20261120183005_add_orders_rollback.sql'] },
  ];
  for (const { up, down, next } of styles) {
    it(`pairs ${up} with ${down} and continues in the same style`, () => {
      const folder = folderOf({ [up]: 'select 1;', [down]: 'select 22;' });
      assert.ok(plain.detect(folder) > 0);
      const { migrations, problems } = plain.list(folder);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        migrations.map((migration) => [migration.name, migration.up.path, migration.down?.path]),
        [['add_users', `/repo/db/migrations/${up}`, `/repo/db/migrations/${down}`]],
      );
      const made = plain.next({ folder, name: 'add orders', now, config: defaultConfig });
      assert.deepEqual([made.up.path, made.down?.path], next.map((file) => `/repo/db/migrations/${file}`));
    });
  }

  it('orders by number, not by text', () => {
    const folder = folderOf({ '10_c.sql': '', '9_b.sql': '', '0001_a.sql': '' });
    assert.deepEqual(plain.list(folder).migrations.map((migration) => migration.id), ['0001_a', '9_b', '10_c']);
  });

  it('says where a missing down belongs, in the style of the folder', () => {
    const { migrations } = plain.list(folderOf({ '0001_a.sql': '', '0001_a_down.sql': '', '0002_b.sql': '', '0003_c.up.sql': '' }));
    assert.deepEqual(migrations.map((migration) => [migration.down?.path ?? null, migration.downPath]), [
      ['/repo/db/migrations/0001_a_down.sql', '/repo/db/migrations/0001_a_down.sql'],
      [null, '/repo/db/migrations/0002_b_down.sql'],
      [null, '/repo/db/migrations/0003_c.down.sql'],
    ]);
  });

  it('starts a new folder with 0001 and a rollback', () => {
    const made = plain.next({ folder: folderOf({}), name: 'create users', now, config: defaultConfig });
    assert.equal(made.id, '0001_create_users');
    const [up, down] = made.changes.map((change) => (change.kind === 'create' ? change : assert.fail('a new migration writes new files alone')));
    assert.equal(up?.text, '-- Migration: create users\n-- Date: 2026-11-20\n-- Purpose:\n\n');
    assert.deepEqual([made.up.path, made.up.cursor], [up.path, up.text.length]);
    assert.equal(made.down?.path, '/repo/db/migrations/0001_create_users_rollback.sql');
    assert.equal(down?.text, '-- Rollback Migration: create users\n-- Date: 2026-11-20\n-- Purpose: Rollback changes from 0001_create_users\n\n');
  });

  it('begins with the content it is given, without a down where downs are forbidden', () => {
    const made = plain.next({ folder: folderOf({}), name: 'create users', now, config: { ...defaultConfig, down: 'forbidden' }, content: { up: 'CREATE TABLE users (id bigint);', down: 'DROP TABLE users;', transaction: 'tool' } });
    assert.equal(made.down, null);
    assert.deepEqual(made.changes, [{ kind: 'create', path: made.up.path, text: '-- Migration: create users\n-- Date: 2026-11-20\n-- Purpose:\n\nCREATE TABLE users (id bigint);\n' }]);
  });

  it('names duplicate numbers, downs without an up and files that are not text', () => {
    const { problems, migrations } = plain.list(folderOf({ '0001_a.sql': '', '0001_b.sql': null, '0002_c_rollback.sql': '', '0003_d.sql': '', '0003_d.up.sql': '' }));
    assert.equal(migrations.length, 3);
    assert.deepEqual(problems.map((problem) => problem.message), [
      '0001_a and 0001_b share the number 0001: their order is an accident of their names.',
      '0003_d.sql and 0003_d.up.sql are both the up of 0003_d.',
      '0002_c_rollback.sql is a down without its up.',
      '0001_b.sql is not readable as UTF-8 text.',
    ]);
  });

  it('leaves folders alone that belong to nobody or to tools that keep both sides in one file', () => {
    assert.equal(plain.detect(folderOf({ 'seed.sql': '' })), 0);
    assert.equal(plain.detect(folderOf({ '01_seed.sql': '' }, '/repo/db/seeds')), 0);
    assert.equal(plain.detect(folderOf({ '20230101_a.sql': '-- migrate:up\n\n-- migrate:down\n' })), 0);
    assert.equal(plain.detect(folderOf({ '00001_a.sql': '-- +goose Up\nselect 1;' })), 0);
    assert.equal(plain.detect(folderOf({ '1_a.sql': '-- Up Migration\n\n-- Down Migration\n' })), 0);
    assert.ok(plain.detect(folderOf({ '0001_a.sql': '-- Down migration of the pair lies beside this file.' })) > 0);
  });

  it('says that a section of another tool would run as a whole', () => {
    const problems = plain.read('-- +goose Up\nSELECT 1;\n', { path: '/repo/db/migrations/0001_a.sql', id: '0001_a', side: 'up', config: defaultConfig })?.problems;
    assert.deepEqual(problems?.map(({ span }) => span), [{ start: 0, end: 12 }]);
  });

  it('takes its transaction from the configuration', () => {
    assert.equal(modeUnder(defaultConfig), 'transaction');
    assert.equal(modeUnder({ ...defaultConfig, plainTransaction: 'autocommit' }), 'autocommit');
  });

  it('refuses what would be read as another side, and what exists', () => {
    const folder = folderOf({ '0001_add_users.sql': '' });
    assert.match(plain.refuseName('add_orders_rollback', folder) ?? '', /one side of a pair/);
    assert.match(plain.refuseName('Add_Users', folder) ?? '', /0001_add_users\.sql has this name already/);
    assert.equal(plain.refuseName('add_orders', folder), null);
  });
});

function modeUnder(config: Config): string | undefined {
  return plain.read('', { path: '/repo/db/migrations/0001_a.sql', id: '0001_a', side: 'up', config })?.mode.kind;
}
