import assert from 'node:assert/strict';
import { goose } from '../../src/layouts/goose.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { folderOf } from './folder.ts';
import { problemsOf, readSide, sqlOf, written } from './reading.ts';

const body = 'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND\n$$;';
const whole = `-- Orders.\n-- +goose Up\nCREATE TABLE a ();\n-- +goose StatementBegin\n${body}\n-- +goose StatementEnd\n\n-- +goose Down\nDROP TABLE a;\n`;

describe('goose', () => {
  it('reads both sides out of one file, whatever the case of its annotations', () => {
    for (const text of [whole, whole.replace('goose Up', 'goose UP').replace('Down', 'down').replaceAll('Statement', 'statement')]) {
      assert.deepEqual(sqlOf(goose, text, 'up')?.filter((line) => !line.includes('+goose')), ['-- Orders.', 'CREATE TABLE a ();', ...body.split('\n')]);
      assert.deepEqual(sqlOf(goose, text, 'down'), ['-- Orders.', 'DROP TABLE a;']);
      assert.deepEqual(problemsOf(goose, text), []);
    }
  });

  it('takes NO TRANSACTION, wherever it stands, for both sides', () => {
    assert.equal(readSide(goose, whole, 'up')?.mode.kind, 'transaction');
    const text = '-- +goose Up\nA;\n-- +goose Down\n-- +goose NO TRANSACTION\nB;\n';
    assert.deepEqual([readSide(goose, text, 'up')?.mode.kind, readSide(goose, text, 'down')?.mode.kind], ['autocommit', 'autocommit']);
  });

  it('has no down where the file has none', () => {
    assert.equal(readSide(goose, '-- +goose Up\nSELECT 1;\n', 'down'), null);
    assert.deepEqual(problemsOf(goose, '-- +goose Up\nSELECT 1;\n'), []);
  });

  const found: readonly (readonly [string, string, readonly string[], RegExp])[] = [
    ['a body that is cut at a semicolon', `-- +goose Up\n${body}\n-- +goose Down\n`, ['RETURN 1;'], /ends the statement at this semicolon/],
    ['a body in one of several statements', `-- +goose Up\nSELECT 1;\n${body}\nSELECT 2;\n`, ['RETURN 1;'], /ends the statement at this semicolon/],
    ['a literal that is cut at a semicolon', "-- +goose Up\nSELECT 'a;\nb';\n", ["SELECT 'a;"], /ends the statement/],
    ['a StatementBegin without its end', '-- +goose Up\n-- +goose StatementBegin\nA;\n', ['-- +goose StatementBegin'], /no StatementEnd/],
    ['a StatementEnd without its begin', '-- +goose Up\nA;\n-- +goose StatementEnd\n', ['-- +goose StatementEnd'], /no StatementBegin/],
    ['a StatementBegin inside another', '-- +goose Up\n-- +goose StatementBegin\n-- +goose StatementBegin\nA;\n-- +goose StatementEnd\n', ['-- +goose StatementBegin'], /inside another/],
    ['a statement without its semicolon', '-- +goose Up\nSELECT 1\n-- +goose Down\nSELECT 2; SELECT 3\n', ['SELECT 1', 'SELECT 2; SELECT 3'], /no line of this statement ends in a semicolon/],
    ['a comment that hides the semicolon', '-- +goose Up\nSELECT 1;--one\n', ['SELECT 1;--one'], /no line of this statement/],
    ['an annotation that is none', '-- +goose Up\n-- see the +goose manual\nA;\n', ['-- see the +goose manual'], /takes every comment/],
    ['an indented annotation', '-- +goose Up\nA;\n  -- +goose Down\n', ['  -- +goose Down'], /takes every comment/],
    ['statements before the up', 'SELECT 1;\nSELECT 2;\n-- +goose Up\n', [], /./],
    ['the down before the up', '-- +goose Down\nA;\n-- +goose Up\nB;\n', ['-- +goose Up', '-- +goose Down'], /second time|stands before/],
    ['no up', 'SELECT 1;\n', ['SELECT 1;'], /no line `-- \+goose Up`/],
    ['statements that are sent together', '-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1; VACUUM;\n', ['VACUUM'], /in spite of NO TRANSACTION/],
  ];
  for (const [what, text, places, message] of found) {
    it(`says where ${what} makes goose do something else`, () => {
      const problems = problemsOf(goose, text);
      if (places.length > 0) assert.deepEqual(problems.map(([at]) => at).sort(), [...places].sort());
      assert.ok(problems.length > 0);
      for (const [, each] of problems) assert.match(each, message);
    });
  }

  it('says nothing of what goose takes as it is meant', () => {
    for (const text of ['-- +goose Up\nSELECT 1; -- one\nSELECT 2; SELECT 3;\n', `-- +goose Up\n\n-- +goose StatementBegin\nSELECT 1;\n-- a comment\n${body}\n-- +goose StatementEnd\n`, '-- +goose Up\r\nSELECT 1;\r\n']) {
      assert.deepEqual(problemsOf(goose, text), [], text);
    }
  });

  it('says which lines the environment fills', () => {
    const source = readSide(goose, '-- +goose Up\n-- +goose ENVSUB ON\nGRANT SELECT ON a TO ${ROLE};\n-- +goose ENVSUB OFF\nDO $$ BEGIN END $$;\n', 'up')?.source;
    assert.deepEqual(source?.unchecked.map(({ kind, span }) => [kind, source.sql.slice(span.start, span.end)]), [['interpolation', 'GRANT SELECT ON a TO ${ROLE};']]);
  });

  it('puts a side into its section, marks what goose would cut, and leaves every other byte', () => {
    assert.equal(written(goose, whole, 'down', 'SELECT 2;\n'), whole.replace('DROP TABLE a;', 'SELECT 2;'));
    const marked = written(goose, whole, 'down', `DROP TABLE a;\n\n-- back\n${body} -- f\nSELECT 1;`);
    assert.ok(marked.endsWith(`-- +goose Down\nDROP TABLE a;\n\n-- back\n-- +goose StatementBegin\n${body} -- f\n-- +goose StatementEnd\nSELECT 1;\n`), marked);
    assert.deepEqual(problemsOf(goose, marked), []);
    const up = readSide(goose, whole, 'up')?.source.sql ?? '';
    assert.deepEqual(sqlOf(goose, written(goose, whole, 'up', up), 'up')?.filter((line) => line !== '-- Orders.'), sqlOf(goose, whole, 'up')?.filter((line) => line !== '-- Orders.'));
    const windows = '-- +goose Up\r\nA;\r\n\r\n-- +goose Down\r\n-- +goose NO TRANSACTION\r\nB;';
    assert.equal(written(goose, windows, 'down', 'C;\nD;\n'), windows.replace('B;', 'C;\r\nD;'));
    assert.equal(written(goose, '-- +goose Up\nA;\n', 'down', 'B;', 'none'), '-- +goose NO TRANSACTION\n-- +goose Up\nA;\n\n-- +goose Down\nB;\n');
  });

  it('counts on as the folder does', () => {
    const next = (names: readonly string[]): string => goose.next({ folder: folderOf(Object.fromEntries(names.map((name) => [name, '']))), name: 'addOrders', now: new Date('2026-11-20T18:30:05Z'), config: defaultConfig }).id;
    assert.equal(next([]), '20261120183005_add_orders');
    assert.equal(next(['00001_a.sql', '00009_b.sql']), '00010_add_orders');
    assert.equal(next(['20260101000000_a.sql']), '20261120183005_add_orders');
  });

  it('begins a migration that it can read, with the content marked', () => {
    const made = goose.next({ folder: folderOf({}), name: 'a', now: new Date(0), config: defaultConfig, content: { up: body, down: 'DROP FUNCTION f();', transaction: 'none' } });
    const [change] = made.changes;
    assert.ok(change?.kind === 'create');
    assert.ok(change.text.startsWith('-- +goose NO TRANSACTION\n-- Migration: a\n'), change.text);
    assert.ok(change.text.endsWith(`-- +goose Up\n-- +goose StatementBegin\n${body}\n-- +goose StatementEnd\n\n-- +goose Down\nDROP FUNCTION f();\n`), change.text);
    assert.deepEqual(problemsOf(goose, change.text), []);
  });

  it('orders by version and names what makes goose refuse the folder', () => {
    const { migrations, problems } = goose.list(folderOf({ '9_a.sql': whole, '00010_b.sql': '-- +goose Up\n', '10_c.sql': whole, '00000_d.sql': whole, 'schema.sql': '' }));
    assert.deepEqual(migrations.map(({ id, down }) => [id, down !== null]), [['00000_d', true], ['9_a', true], ['00010_b', false], ['10_c', true]]);
    assert.deepEqual(problems.map(({ message }) => message), [
      '00010_b.sql and 10_c.sql have the same version: goose refuses the whole folder.',
      '00000_d.sql has the version 0: goose refuses the whole folder, because versions begin with 1.',
      'schema.sql has no version in front of an underscore: goose cannot tell when to run it.',
    ]);
  });
});
