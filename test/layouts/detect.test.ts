import assert from 'node:assert/strict';
import { detectLayout, isCandidate, layouts, listFolder } from '../../src/layouts/detect.ts';
import { prisma } from '../../src/layouts/prisma.ts';
import { folderOf } from './folder.ts';

describe('layout detection', () => {
  it('tells the layouts apart', () => {
    const id = (files: readonly string[]): string | undefined => detectLayout(folderOf(Object.fromEntries(files.map((file) => [file, '']))))?.id;
    assert.equal(id(['0000_a.sql', '0000_a.down.sql', 'meta/0000_snapshot.json']), 'plain');
    assert.equal(id(['20260101000000_a/migration.sql']), 'prisma');
    assert.equal(id(['0001_a.sql', '0001_a_rollback.sql']), 'plain');
    assert.equal(id(['readme.sql']), undefined);
    assert.equal(id([]), undefined);
  });

  it('tells the tools that keep both sides in one file by what they write', () => {
    const id = (text: string | null): string | undefined => detectLayout(folderOf({ '00001_a.sql': text }))?.id;
    assert.equal(id('-- migrate:up\n'), 'dbmate');
    assert.equal(id('-- +goose Up\n'), 'goose');
    assert.equal(id('CREATE TABLE a ();'), 'plain');
    assert.ok(isCandidate({ path: '/repo/sql', files: ['00001_a.sql'], read: () => null }), 'the names are enough to look into the files');
    assert.equal(detectLayout({ path: '/repo/sql', files: ['00001_a.sql'], read: () => null }), null);
  });

  it('says when a folder mixes layouts, and still lists the one it belongs to', () => {
    const folder = folderOf({ 'migration_lock.toml': 'provider = "postgresql"', '20260101000000_a/migration.sql': '', '0001_b.sql': '', '0001_b_rollback.sql': '' });
    const { migrations, problems } = listFolder(folder, prisma);
    assert.deepEqual(migrations.map(({ id }) => id), ['20260101000000_a']);
    assert.deepEqual(problems.map((problem) => problem.message), [
      'This folder mixes layouts: it is a Prisma folder, but 0001_b.sql follows the layout “SQL pairs”, so Prisma will not run it.',
    ]);
  });

  it('has ids that configuration can name, each once', () => {
    const ids = layouts.map((layout) => layout.id);
    assert.deepEqual(ids, [...new Set(ids)]);
  });
});

describe('names', () => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['', /Type what/],
    ['../../etc/passwd', /“\.” cannot be part/],
    ['a/b', /“\/” cannot be part/],
    ['a\\b', /“\\” cannot be part/],
    ['größe', /“ö” cannot be part/],
    ['add_🚀', /“🚀” cannot be part/],
    ['a\u0000b', /U\+0000/],
    ['con', /device on Windows/],
    ['LPT1', /device on Windows/],
    ['2nd_try', /Begin with a letter/],
    ['-rf', /Begin with a letter/],
    ['a'.repeat(121), /121 characters/],
  ];
  for (const layout of layouts) {
    for (const [name, reason] of refused) {
      it(`${layout.title} refuses ${JSON.stringify(name.slice(0, 20))}`, () => assert.match(layout.refuseName(name, folderOf({})) ?? '', reason));
    }
  }
});
