import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dbmate } from '../../src/layouts/dbmate.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { folderOf } from './folder.ts';
import { problemsOf, readSide, sqlOf, written } from './reading.ts';

const whole = '-- Orders.\n-- lockstep-ignore-file drop-table: moved\n-- migrate:up\n-- first\nCREATE TABLE a ();\n\n-- migrate:down\nDROP TABLE a;\n';

describe('dbmate', () => {
  it('reads both sides out of one file, with the comments at its head', () => {
    assert.deepEqual(sqlOf(dbmate, whole, 'up'), ['-- Orders.', '-- lockstep-ignore-file drop-table: moved', '-- first', 'CREATE TABLE a ();']);
    assert.deepEqual(sqlOf(dbmate, whole, 'down'), ['-- Orders.', '-- lockstep-ignore-file drop-table: moved', 'DROP TABLE a;']);
    assert.deepEqual(problemsOf(dbmate, whole), []);
    const span = readSide(dbmate, whole, 'down')?.span;
    assert.equal(whole.slice(span?.start, span?.end), '-- migrate:down\nDROP TABLE a;\n');
  });

  it('runs a section in a transaction, or as one message where its directive says so', () => {
    const text = '--migrate:up transaction:false\r\nSELECT 1;\r\n--   migrate:down\r\nSELECT 2;';
    assert.equal(readSide(dbmate, text, 'up')?.mode.kind, 'implicit');
    assert.deepEqual(readSide(dbmate, text, 'down')?.mode, { kind: 'transaction', tool: 'dbmate', optOut: 'write `-- migrate:down transaction:false` above it and leave the statement alone in its section' });
    assert.deepEqual(sqlOf(dbmate, text, 'up'), ['SELECT 1;']);
  });

  const refused: readonly (readonly [string, string, string, RegExp])[] = [
    ['a missing up', 'CREATE TABLE a ();\n-- migrate:down\n', 'CREATE TABLE a ();', /no line `-- migrate:up`/],
    ['a missing down', '-- migrate:up\nCREATE TABLE a ();\n', '-- migrate:up', /no line `-- migrate:down`/],
    ['statements before the up', 'SELECT 1;\n-- migrate:up\n-- migrate:down\n', 'SELECT 1;', /stands before/],
    ['a block comment before the up', '/* a */\n-- migrate:up\n-- migrate:down\n', '/* a */', /stands before/],
    ['the down before the up', '-- migrate:down\nDROP TABLE a;\n-- migrate:up\nCREATE TABLE a ();\n', 'DROP TABLE a;', /stands before/],
    ['a second up', '-- migrate:up\n-- migrate:down\n-- migrate:up\n-- migrate:down\n', '-- migrate:up', /duplicate key/],
    ['a second down', '-- migrate:up\n-- migrate:down\nSELECT 1;\n-- migrate:down\n', '-- migrate:down', /does not follow/],
    ['capitals', '-- MIGRATE:UP\n-- migrate:down\n', '-- MIGRATE:UP', /small letters/],
    ['an indented directive', '-- migrate:up\n  -- migrate:down\n', '  -- migrate:down', /begin its line/],
  ];
  for (const [what, text, at, message] of refused) {
    it(`says that ${what} makes dbmate stop`, () => {
      const [problem, more] = problemsOf(dbmate, text);
      assert.equal(more, undefined);
      assert.equal(problem?.[0], at);
      assert.match(problem[1], message);
    });
  }

  it('puts a side into its section and leaves every other byte', () => {
    assert.equal(written(dbmate, whole, 'down', 'SELECT 2;\n'), whole.replace('DROP TABLE a;', 'SELECT 2;'));
    assert.equal(written(dbmate, whole, 'up', '\nSELECT 1;\n\n'), whole.replace('-- first\nCREATE TABLE a ();', 'SELECT 1;'));
    const windows = '\uFEFF-- x\r\n-- migrate:up\r\nA;\r\n\r\n-- migrate:down transaction:false\r\nB;';
    assert.equal(written(dbmate, windows, 'down', 'C;\nD;\n'), windows.replace('B;', 'C;\r\nD;'));
    assert.equal(written(dbmate, windows, 'down', 'C;\n', 'tool'), windows.replace(' transaction:false', '').replace('B;', 'C;'));
    assert.equal(written(dbmate, whole, 'up', 'A;\n', 'none'), whole.replace('-- migrate:up', '-- migrate:up transaction:false').replace('-- first\nCREATE TABLE a ();', 'A;'));
  });

  it('adds the sections that are missing', () => {
    assert.equal(written(dbmate, '-- migrate:up\nA;', 'down', 'B;\n'), '-- migrate:up\nA;\n\n-- migrate:down\nB;\n');
    assert.equal(written(dbmate, null, 'up', 'A;'), '-- migrate:up\nA;\n\n-- migrate:down\n');
    assert.equal(written(dbmate, '-- migrate:down\nB;\n', 'up', 'A;'), '-- migrate:up\nA;\n\n-- migrate:down\nB;\n');
  });

  it('begins a migration as dbmate does, below a header', () => {
    const made = dbmate.next({ folder: folderOf({}), name: 'add orders', now: new Date('2026-11-20T18:30:05Z'), config: defaultConfig });
    assert.equal(made.id, '20261120183005_add_orders');
    const [change] = made.changes;
    assert.ok(change?.kind === 'create' && made.changes.length === 1);
    const template = readFileSync(new URL('../fixtures/layouts/dbmate/new.sql', import.meta.url), 'utf8');
    assert.ok(change.text.endsWith(`\n\n${template}`), change.text);
    assert.deepEqual(problemsOf(dbmate, change.text), []);
    assert.deepEqual([made.up.path, made.down?.path], [change.path, change.path]);
    assert.equal(change.text.slice(0, made.up.cursor).split('\n').at(-2), '-- migrate:up');
    assert.equal(change.text.slice(0, made.down?.cursor).split('\n').at(-2), '-- migrate:down');
  });

  it('begins with the content it is given', () => {
    const made = dbmate.next({ folder: folderOf({}), name: 'a', now: new Date(0), config: defaultConfig, content: { up: 'A;', down: 'B;\n', transaction: 'none' } });
    const [change] = made.changes;
    assert.ok(change?.kind === 'create');
    assert.ok(change.text.endsWith('\n\n-- migrate:up transaction:false\nA;\n\n-- migrate:down transaction:false\nB;\n'), change.text);
  });

  it('orders by the name as a text and names versions that are there twice', () => {
    const { migrations, problems } = dbmate.list(folderOf({ '9_a.sql': whole, '10_b.sql': '-- migrate:up\n', '0010_c.sql': whole, '10_d.sql': whole, 'notes.sql': '' }));
    assert.deepEqual(migrations.map(({ id, down, downPath }) => [id, down !== null, downPath]), [
      ['0010_c', true, '/repo/db/migrations/0010_c.sql'],
      ['10_b', false, '/repo/db/migrations/10_b.sql'],
      ['10_d', true, '/repo/db/migrations/10_d.sql'],
      ['9_a', true, '/repo/db/migrations/9_a.sql'],
    ]);
    assert.deepEqual(problems.map(({ message }) => message), ['10_b.sql and 10_d.sql have the same version: dbmate runs the second one and then fails, because its version is recorded already.']);
  });
});
