import assert from 'node:assert/strict';
import { detectLayout } from '../../src/layouts/detect.ts';
import { golangMigrate } from '../../src/layouts/golang-migrate.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { folderOf } from './folder.ts';
import { readSide } from './reading.ts';

describe('golang-migrate', () => {
  it('pairs by version, whatever the names say, and orders by it', () => {
    const { migrations, problems } = golangMigrate.list(folderOf({ '2_b.up.sql': '', '10_c.up.sql': '', '0001_a.up.sql': '', '1_undo_a.down.sql': '', '10_c.down.sql': '' }));
    assert.deepEqual(problems, []);
    assert.deepEqual(migrations.map(({ id, down, downPath }) => [id, down?.path ?? null, downPath]), [
      ['0001_a', '/repo/db/migrations/1_undo_a.down.sql', '/repo/db/migrations/1_undo_a.down.sql'],
      ['2_b', null, '/repo/db/migrations/2_b.down.sql'],
      ['10_c', '/repo/db/migrations/10_c.down.sql', '/repo/db/migrations/10_c.down.sql'],
    ]);
  });

  it('sends a file as one message', () => {
    assert.equal(readSide(golangMigrate, 'SELECT 1;', 'up')?.mode.kind, 'implicit');
  });

  it('is recognised where every numbered file is its, and left to plain pairs elsewhere', () => {
    const id = (...names: readonly string[]): string | undefined => detectLayout(folderOf(Object.fromEntries(names.map((name) => [name, '']))))?.id;
    assert.equal(id('1_a.up.sql', '1_a.down.sql'), 'golang-migrate');
    assert.equal(id('1_a.up.sql', '1_a.down.sql', 'seed.sql'), 'golang-migrate');
    assert.equal(id('1_a.up.sql', '1_a.down.sql', '2_b.sql', '2_b_rollback.sql'), 'plain');
    assert.equal(id('1_a.sql', '1_a.down.sql'), 'plain');
  });

  it('names versions that are there twice and downs without an up', () => {
    const { problems } = golangMigrate.list(folderOf({ '1_a.up.sql': '', '01_b.up.sql': '', '3_c.down.sql': '' }));
    assert.deepEqual(problems.map(({ message }) => message), [
      '01_b.up.sql and 1_a.up.sql are both the up of version 1: golang-migrate refuses the whole folder.',
      '3_c.down.sql is a down without its up.',
    ]);
  });

  it('counts on as the folder does', () => {
    const next = (...names: readonly string[]): string => golangMigrate.next({ folder: folderOf(Object.fromEntries(names.map((name) => [name, '']))), name: 'add orders', now: new Date('2026-11-20T18:30:05Z'), config: defaultConfig }).up.path.slice('/repo/db/migrations/'.length);
    assert.equal(next(), '20261120183005_add_orders.up.sql');
    assert.equal(next('000009_a.up.sql'), '000010_add_orders.up.sql');
    assert.equal(next('1485949617_a.up.sql'), '1795199405_add_orders.up.sql');
    assert.equal(next('20260101000000_a.up.sql'), '20261120183005_add_orders.up.sql');
  });
});
