import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { detectLayout } from '../../src/layouts/detect.ts';
import { liquibase } from '../../src/layouts/liquibase.ts';
import { defaultConfig } from '../../src/model/config.ts';
import type { Side } from '../../src/model/migration.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';
import { folderOf } from './folder.ts';

const fixture = (name: string): string => readFileSync(new URL(`../fixtures/layouts/liquibase/${name}`, import.meta.url), 'utf8');
const shop = fixture('shop.sql');
const path = '/repo/db/changelog/shop.sql';
const now = new Date('2026-11-20T18:30:05Z');

before(loadParser);

function readSide(text: string, id: string, side: Side): ReturnType<typeof liquibase.read> {
  return liquibase.read(text, { path, id, side, config: defaultConfig });
}

/** Statements without white space and semicolons, so that only their words count. */
function statements(sql: string): readonly string[] {
  return parseScript(sql).statements.map(({ statement }) => words(statement.text));
}

function words(text: string): string {
  return text.replaceAll(/--[^\n]*/g, '').replaceAll(/\s+/g, '').replace(/[;/]$/, '');
}

/** What Liquibase 4.28 said it would run, by changeset: `update-sql` and `future-rollback-sql` on the fixture. */
function told(output: string): ReadonlyMap<string, readonly string[]> {
  const sections = output.split(/^-- (?:Changeset|Rolling Back ChangeSet): ?|^-- Changeset /m).filter((section) => section.trim() !== '');
  return new Map(sections.map((section) => {
    const [, id = '', author = ''] = /^shop\.sql::(.*)::(.*)$/m.exec(section) ?? [];
    const sql = section.slice(section.indexOf('\n') + 1).split(/\n\n/).map(words).filter((each) => each !== '');
    return [`${author}:${id}`, sql];
  }));
}

describe('Liquibase formatted SQL', () => {
  const folder = folderOf({ 'shop.sql': shop }, '/repo/db/changelog');

  it('runs the changesets that Liquibase runs, in its order, and reads of each what Liquibase sends', () => {
    const expected = told(fixture('update.txt'));
    const { migrations, problems } = liquibase.list(folder);
    assert.deepEqual(problems, []);
    assert.deepEqual(migrations.map(({ id }) => id), [...expected.keys()]);
    for (const { id } of migrations) {
      const sql = readSide(shop, id, 'up')?.source.sql ?? '';
      // What is not split arrives as one text.
      assert.equal(statements(sql).join('').replaceAll(';', ''), (expected.get(id) ?? []).join('').replaceAll(';', ''), id);
    }
  });

  it('reads the rollback that Liquibase reads: lines, blocks, delimiters, references, and what needs none', () => {
    const expected = told(fixture('rollback.txt'));
    for (const { id, down, downPath } of liquibase.list(folder).migrations) {
      const read = readSide(shop, id, 'down');
      assert.equal(down === null, expected.get(id)?.length === 0, id);
      assert.equal(downPath, down === null ? null : path);
      assert.deepEqual(statements(read?.source.sql ?? ''), expected.get(id), id);
      assert.deepEqual(read?.problems ?? [], []);
    }
  });

  it('stands at the offsets of the file, and continues its comments', () => {
    const read = readSide(shop, 'ada:1', 'down');
    assert.equal(read?.mark, '--rollback ');
    const { sql } = read.source;
    assert.equal(sql.slice(sql.indexOf('DROP')), shop.slice(shop.indexOf('DROP TABLE notes;')).slice(0, sql.length - sql.indexOf('DROP')).replace(/--\s+rollback |--rollback /g, (mark) => ' '.repeat(mark.length)));
    assert.equal(shop.slice(read.span.start, read.span.end), '--rollback DROP TABLE notes;\n--rollback DROP TABLE\n--  rollback customers;\n');
    assert.equal(readSide(shop, 'bob:3', 'down')?.mark, undefined);
  });

  it('takes transactions from the changeset', () => {
    const kind = (id: string, side: Side): string | undefined => readSide(shop, id, side)?.mode.kind;
    assert.deepEqual([kind('ada:1', 'up'), kind('ada:2', 'up'), kind('ada:2', 'down'), kind('bob:3', 'up')], ['transaction', 'autocommit', 'autocommit', 'transaction']);
    assert.equal(readSide('--liquibase formatted sql\n--changeset a:1 runInTransaction:false splitStatements:false\nSELECT 1;', 'a:1', 'up')?.mode.kind, 'implicit');
  });

  it('says where a rollback block is not what it looks like', () => {
    const problems = (block: string): readonly string[] => readSide(`--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n/* liquibase rollback\n${block}\n*/\n`, 'a:1', 'down')?.problems.map(({ message }) => message) ?? [];
    assert.deepEqual(problems('DROP VIEW\n  x;\nDROP TABLE t;'), []);
    assert.deepEqual(problems('DROP VIEW\nx;'), ['Liquibase joins the lines of a rollback block without a blank, so PostgreSQL gets “VIEWx;” here.']);
    assert.deepEqual(problems('-- gone\nDROP VIEW x;'), ['Liquibase joins the lines of a rollback block, so this comment swallows the line below it.']);
    assert.deepEqual(problems('DROP VIEW x; /* why */\n'), ['Liquibase takes the end of this comment for the end of the rollback block: the lines below become part of the changeset itself.']);
  });

  it('is recognised by the first line, wherever the files lie', () => {
    assert.equal(detectLayout(folderOf({ '001_a.sql': shop }))?.id, 'liquibase');
    assert.equal(detectLayout(folderOf({ 'changelog.yaml': null, 'changes/a.sql': shop }))?.id, 'liquibase');
    assert.equal(liquibase.detect(folderOf({ 'a.sql': 'SELECT 1; --liquibase formatted sql' })), 0);
    assert.ok(liquibase.detect({ ...folderOf({ 'a.sql': shop }), read: () => null }) > 0);
    assert.equal(liquibase.detect(folderOf({ 'a.sql': null }, '/repo/queries')), 0);
  });

  it('orders by file name, and tells changesets of two files apart where their ids are the same', () => {
    const text = (id: string): string => `--liquibase formatted sql\n--changeset ada:${id}\nSELECT 1;\n`;
    const { migrations } = liquibase.list(folderOf({ '002.sql': text('1'), '001.sql': `${text('1')}--changeset ada:2\nSELECT 2;\n` }));
    assert.deepEqual(migrations.map(({ id }) => id), ['001.sql::1::ada', 'ada:2', '002.sql::1::ada']);
    assert.match(liquibase.read(text('1'), { path: '/repo/db/migrations/002.sql', id: '002.sql::1::ada', side: 'up', config: defaultConfig })?.source.sql ?? '', /SELECT 1;/);
  });

  it('names duplicate ids, lines that are no changeset, and a rollback that is missing', () => {
    const { migrations, problems } = liquibase.list(folderOf({ 'a.sql': '--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n--changeset a:1\nSELECT 2;\n--changeset b: 2\n--rollback\n' }));
    assert.deepEqual(migrations.map(({ id, down, downPath }) => [id, down, downPath]), [['a:1', null, '/repo/db/migrations/a.sql']]);
    assert.deepEqual(problems.map(({ message }) => message), [
      'a.sql has two changesets a:1, the second in line 4: Liquibase refuses the whole changelog.',
      'Line 6 of a.sql is no changeset that Liquibase can read, so it refuses the whole file.',
    ]);
  });

  it('appends the next changeset with the next number, or continues with a file of its own', () => {
    const one = '--liquibase formatted sql\n\n--changeset ada:7\nSELECT 1;\n';
    const made = liquibase.next({ folder: folderOf({ 'changelog.sql': one }), name: 'add orders', now, config: defaultConfig, author: { name: 'Bo B', email: 'bo@example.com' }, content: { up: 'CREATE TABLE o (id int);', down: 'DROP TABLE o;\nSELECT 2;', transaction: 'none' } });
    assert.equal(made.id, 'Bo B:8');
    assert.deepEqual(made.changes, [{ kind: 'replace', path: '/repo/db/migrations/changelog.sql', text: `${one}\n--changeset "Bo B":8 runInTransaction:false\nCREATE TABLE o (id int);\n--rollback DROP TABLE o;\n--rollback SELECT 2;\n` }]);
    const each = { '001-a.sql': one, '002-b.sql': one.replace('7', '8') };
    const alone = liquibase.next({ folder: folderOf(each), name: 'add orders', now, config: { ...defaultConfig, down: 'forbidden' } });
    assert.deepEqual(alone.changes, [{ kind: 'create', path: '/repo/db/migrations/003-add_orders.sql', text: '--liquibase formatted sql\n\n--changeset ada:9\n\n' }]);
    assert.equal(alone.down, null);
  });

  it('writes one side and leaves the rest as it is', () => {
    const text = '--liquibase formatted sql\r\n\r\n--changeset ada:1\r\n--comment: why\r\nSELECT 1;\r\n--rollback SELECT 2;\r\n\r\n--changeset ada:2\r\nSELECT 3;\r\n';
    assert.equal(liquibase.write(text, { path, id: 'ada:1', side: 'down', sql: 'DROP TABLE a;\n\nDROP TABLE b;\n' }), text.replace('--rollback SELECT 2;\r\n', '--rollback DROP TABLE a;\r\n--rollback DROP TABLE b;\r\n'));
    assert.equal(liquibase.write(text, { path, id: 'ada:2', side: 'down', sql: 'DROP TABLE a;' }), `${text}--rollback DROP TABLE a;\r\n`);
    assert.equal(
      liquibase.write(text, { path, id: 'ada:1', side: 'up', sql: 'CREATE INDEX CONCURRENTLY i ON t (a);', transaction: 'none' }),
      text.replace('ada:1\r\n', 'ada:1 runInTransaction:false\r\n').replace('SELECT 1;', 'CREATE INDEX CONCURRENTLY i ON t (a);'),
    );
  });

  it('reads what it wrote', () => {
    const sql = 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$\n  SELECT 1;\n$$;\nDROP TABLE a;';
    const written = liquibase.write(shop, { path, id: 'ada:1', side: 'down', sql });
    assert.deepEqual(statements(readSide(written, 'ada:1', 'down')?.source.sql ?? ''), statements(sql));
    assert.deepEqual(readSide(written, 'ada:2', 'up')?.source.sql.trim(), readSide(shop, 'ada:2', 'up')?.source.sql.trim());
  });
});
