import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { atlas } from '../../src/layouts/atlas.ts';
import { sumOf } from '../../src/layouts/atlas-sum.ts';
import { detectLayout } from '../../src/layouts/detect.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { folderOf } from './folder.ts';
import { problemsOf, readSide, sqlOf, written } from './reading.ts';

const now = new Date('2026-11-20T18:30:05Z');

/** A folder with the sums that Atlas itself wrote for it, as published with its Go client. */
const published = {
  '20240112070806.sql': 'CREATE TABLE t1(c1 int);\n',
  '20240116003831.sql': 'CREATE UNIQUE INDEX c1_unique ON t1(c1);\n',
  'atlas.sum': 'h1:S0UEXIKYA1mHhjFJbnzZh7bzeb42+5KM4HLzVlGuE4Q=\n20240112070806.sql h1:nhoPxDs1H3UH6aEpy1qJ6Bj6zbFRt61sB4ndi0sx7zw=\n20240116003831.sql h1:X3xnvEuBDK23s+re/ZYMdx/Ian+WhvzLgeJBN/2TJrA=\n',
};

function told(files: Readonly<Record<string, string | null>>): readonly string[] {
  return atlas.list(folderOf(files)).problems.map(({ message }) => message);
}

describe('Atlas', () => {
  it('writes the sums that Atlas writes', () => {
    const { 'atlas.sum': sum, ...texts } = published;
    assert.equal(sumOf(new Map(Object.entries(texts))), sum);
    // What is ignored counts by its name alone.
    const hash = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('')).digest('base64');
    const own = hash('1.sql', '2.sql', 'ä');
    assert.equal(sumOf(new Map([['2.sql', 'ä'], ['1.sql', '-- atlas:sum ignore\n\nSELECT 1;']])), `h1:${hash('2.sql', own)}\n2.sql h1:${own}\n`);
  });

  it('is recognised by its sum, in its own format alone', () => {
    assert.equal(detectLayout(folderOf(published))?.id, 'atlas');
    assert.equal(atlas.detect(folderOf({ '1_a.up.sql': '', '1_a.down.sql': '', 'atlas.sum': '' })), 0);
    assert.equal(atlas.detect(folderOf({ '00001_a.sql': '-- +goose Up\n', 'atlas.sum': '' })), 0);
    const { migrations, problems } = atlas.list(folderOf(published));
    assert.deepEqual(problems, []);
    assert.deepEqual(migrations.map(({ id, down, downPath }) => [id, down, downPath]), [['20240112070806', null, null], ['20240116003831', null, null]]);
  });

  it('tells where folder and sum part', () => {
    assert.deepEqual(told({ ...published, '20240112070806.sql': 'CREATE TABLE t1(c1 bigint);\n' }), ['20240112070806.sql is not what atlas.sum was made from: Atlas refuses to run (checksum mismatch).']);
    assert.deepEqual(told({ ...published, '20250101000000_a.sql': 'SELECT 1;' }), ['20250101000000_a.sql is not in atlas.sum: Atlas refuses to run (checksum mismatch).']);
    assert.deepEqual(told({ '20240116003831.sql': published['20240116003831.sql'], 'atlas.sum': published['atlas.sum'] }), ['atlas.sum names 20240112070806.sql, which is missing: Atlas refuses to run (checksum mismatch).']);
    assert.deepEqual(told({ ...published, 'atlas.sum': published['atlas.sum'].replace('h1:S0', 'h1:xx') }), ['atlas.sum was edited by hand or has a merge conflict: Atlas refuses to run (checksum mismatch).']);
    assert.deepEqual(told({ ...published, 'atlas.sum': published['atlas.sum'].replaceAll('\n', '\r\n') }), []);
  });

  it('leaves checkpoints out, and names versions given twice', () => {
    const texts = { '1_a.sql': 'SELECT 1;', '1_b.sql': 'SELECT 2;', '2_all.sql': '-- atlas:checkpoint\n\nSELECT 3;' };
    const folder = { ...texts, 'atlas.sum': sumOf(new Map(Object.entries(texts))) };
    assert.deepEqual(atlas.list(folderOf(folder)).migrations.map(({ id }) => id), ['1_a', '1_b']);
    assert.deepEqual(told(folder), ['1_a.sql and 1_b.sql have the same version 1: Atlas records one of them and never runs the other.']);
  });

  it('takes directives where Atlas takes them', () => {
    const kind = (text: string): string | undefined => readSide(atlas, text, 'up')?.mode.kind;
    assert.equal(kind('-- atlas:txmode none\n\nSELECT 1;'), 'autocommit');
    assert.equal(kind('-- why\n-- atlas:txmode none\n\nSELECT 1;'), 'autocommit');
    assert.equal(kind('-- atlas:txmode none\nSELECT 1;'), 'transaction');
    assert.deepEqual(problemsOf(atlas, '-- atlas:txmode none\nSELECT 1;').map(([text]) => text), ['-- atlas:txmode none']);
    assert.deepEqual(problemsOf(atlas, '-- atlas:txmode never\n\nSELECT 1;').map(([, message]) => message), ['Atlas refuses this transaction mode: it knows none, file and all.']);
    assert.deepEqual(sqlOf(atlas, '-- atlas:delimiter -- end\n\nSELECT 1\n-- end\nSELECT 2\n-- end\n', 'up'), ['-- atlas:delimiter -- end', 'SELECT 1', ';', 'SELECT 2', ';']);
  });

  it('makes the file and its sum', () => {
    const made = atlas.next({ folder: folderOf(published), name: 'add orders', now, config: defaultConfig, content: { up: 'CREATE INDEX CONCURRENTLY i ON t1 (c1);', down: null, transaction: 'none' } });
    const [file, sum] = made.changes;
    assert.ok(file?.kind === 'create' && sum?.kind === 'replace');
    assert.equal(file.path, '/repo/db/migrations/20261120183005_add_orders.sql');
    assert.equal(readSide(atlas, file.text, 'up')?.mode.kind, 'autocommit');
    assert.deepEqual(told({ ...published, '20261120183005_add_orders.sql': file.text, 'atlas.sum': sum.text }), []);
    assert.equal(made.down, null);
  });

  it('writes its directive with the SQL', () => {
    assert.equal(written(atlas, 'SELECT 1;\n', 'up', 'VACUUM a;\n', 'none'), '-- atlas:txmode none\n\nVACUUM a;\n');
    assert.equal(written(atlas, '-- atlas:txmode none\n\nVACUUM a;\n', 'up', 'SELECT 1;\n', 'tool'), 'SELECT 1;\n');
    assert.equal(written(atlas, '-- atlas:nolint\n\nSELECT 1;\n', 'up', 'SELECT 2;\n'), '-- atlas:nolint\n\nSELECT 2;\n');
  });
});
