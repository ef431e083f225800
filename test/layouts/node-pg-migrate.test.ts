import assert from 'node:assert/strict';
import { detectLayout } from '../../src/layouts/detect.ts';
import { nodePgMigrate } from '../../src/layouts/node-pg-migrate.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { applyEdits } from '../../src/model/edit.ts';
import { toFile } from '../../src/model/source.ts';
import { loadScriptParser } from '../../src/sql/embedded/read.ts';
import { parseScript } from '../../src/sql/script.ts';
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

describe('node-pg-migrate in TypeScript and JavaScript', () => {
  before(loadScriptParser);

  const read = (text: string, side: 'up' | 'down' = 'up', file = '1_a.js'): ReturnType<typeof nodePgMigrate.read> => nodePgMigrate.read(text, { path: `/repo/db/migrations/${file}`, id: '1_a', side, config: defaultConfig });
  const statements = (text: string, side: 'up' | 'down' = 'up'): readonly string[] => parseScript(read(text, side)?.source.sql ?? '').statements.map(({ statement }) => statement.text);
  const made = (texts: Readonly<Record<string, string>>, transaction?: 'tool' | 'none'): { readonly file: string; readonly text: string } => {
    const content = transaction === undefined ? {} : { content: { up: 'SELECT 1;\n', down: 'SELECT 2;\n', transaction } };
    const { changes: [change] } = nodePgMigrate.next({ folder: folderOf(texts), name: 'add orders', now: new Date(1_795_603_763_166), config: defaultConfig, ...content });
    assert.ok(change?.kind === 'create');
    return { file: change.path.slice(change.path.lastIndexOf('/') + 1), text: change.text };
  };

  it('begins a file as its own generator begins it, to the byte', () => {
    const folder = fixtureFolder('node-pg-migrate');
    for (const [file, newest] of [['1795603763166_add-orders.ts', '1_old.ts'], ['1795603765029_add-orders.js', '1_old.js']] as const) {
      assert.equal(detectLayout(folderOf({ [file]: folder.read(file) }))?.id, 'node-pg-migrate');
      assert.equal(made({ [newest.replace('1_', '1700000000000_')]: '' }).text, folder.read(file));
    }
    assert.equal(made({ '1700000000000_old.ts': '' }).file, '1795603763166_add-orders.ts');
    assert.equal(made({ '0007_old.cjs': '' }).file, '0008_add-orders.cjs');
  });

  it('writes what has to run outside a transaction as a program, because an SQL file cannot ask for that', () => {
    const { file, text } = made({ '1700000000000_old.sql': '-- Up Migration\n' }, 'none');
    assert.equal(file, '1795603763166_add-orders.js');
    assert.deepEqual([read(text)?.mode.kind, statements(text), statements(text, 'down')], ['autocommit', ['SELECT 1'], ['SELECT 2']]);
    assert.match(text, /export const up = \(pgm\) => \{\n {2}pgm\.noTransaction\(\);\n {2}pgm\.sql\(`SELECT 1`\);\n\};/);
    assert.equal(made({ '1700000000000_old.sql': '-- Up Migration\n' }, 'tool').file, '1795603763166_add-orders.sql');
    assert.equal(made({ '1600000000000_older.ts': '', '1700000000000_old.sql': '' }, 'none').file, '1795603763166_add-orders.ts');
  });

  it('lists programs and SQL in one order, each with its down, and believes a file that there is to be none', () => {
    const folder = folderOf({
      '0002_b.sql': '-- Up Migration\n-- Down Migration\n',
      '0001_a.ts': 'export const up = (pgm) => {};\nexport const down = (pgm) => { pgm.sql(`SELECT 2`); };\n',
      '0010_c.js': 'exports.up = (pgm) => { pgm.sql(`SELECT 1`); };\nexports.down = false;\n',
      '0011_d.js': 'exports.up = (pgm) => { pgm.sql(`SELECT 1`); };\n',
    });
    const { migrations, problems } = nodePgMigrate.list(folder);
    assert.deepEqual(problems, []);
    assert.deepEqual(migrations.map(({ name, down, downPath }) => [name, down !== null, downPath !== null]), [['a', true, true], ['b', true, true], ['c', false, false], ['d', false, true]]);
    const text = folder.read('0010_c.js') ?? '';
    assert.equal(read(text, 'down'), null);
    assert.throws(() => nodePgMigrate.write(text, { path: '/repo/0010_c.js', id: '0010_c', side: 'down', sql: 'SELECT 2;' }), { code: 'script-unreadable' });
    assert.deepEqual(nodePgMigrate.list(folderOf({ '1_a.js': '', '1_a.ts': '' })).problems.map(({ message }) => message), ['1_a.js and 1_a.ts are one migration to node-pg-migrate.']);
  });

  it('leaves the transaction on the side that says so alone', () => {
    const text = 'exports.up = (pgm) => {\n  pgm.noTransaction();\n  pgm.sql("VACUUM");\n};\nexports.down = (pgm) => pgm.sql("SELECT 2");\n';
    assert.deepEqual([read(text)?.mode.kind, read(text, 'down')?.mode.kind], ['autocommit', 'transaction']);
  });

  it('knows the places of statements behind escapes', () => {
    const text = "exports.up = (pgm) => {\n  pgm.sql('SELECT \\'it\\\\s\\' AS \\u0061');\n  pgm.sql(`DROP TABLE a`);\n};\n";
    assert.deepEqual(statements(text), ["SELECT 'it\\s' AS a", 'DROP TABLE a']);
    const source = read(text)?.source;
    assert.ok(source !== undefined);
    assert.equal(toFile(source, source.sql.indexOf('DROP')), text.indexOf('DROP'));
    assert.equal(toFile(source, source.sql.indexOf('AS a')), text.indexOf('AS \\u'));
  });

  it('says what cannot be known as SQL, and what does not run where it stands', () => {
    const reading = read("exports.up = async (pgm) => {\n  pgm.createTable('posts', { id: 'id' });\n  pgm.sql('SELECT 1');\n  await pgm.db.query('SELECT 2');\n};\n");
    assert.deepEqual(reading?.source.unchecked.map(({ kind, reason }) => [kind, reason]), [['builder', "`pgm.createTable('posts')` makes its SQL when the migration runs, so what it does was not checked."]]);
    assert.deepEqual(reading?.problems.map(({ message }) => message), ['node-pg-migrate sends this at once: before the statements above it, which only run when the function is done.']);
    assert.deepEqual(read("exports.up = async (pgm) => {\n  await pgm.db.query('SELECT 2');\n  pgm.sql('SELECT 1');\n};\n")?.problems, []);
    const outside = read("exports.up = async (pgm) => {\n  await pgm.db.query('VACUUM');\n  pgm.noTransaction();\n};\n");
    assert.match(outside?.problems[0]?.message ?? '', /in the transaction that `pgm\.noTransaction\(\)` ends only when the function is done/);
  });

  it('edits that make two statements of one give each a call of its own', () => {
    const text = 'exports.up = (pgm) => {\n  pgm.sql(`ALTER TABLE a ADD b int`);\n};\n';
    const reading = read(text);
    const at = reading?.source.sql.indexOf('ALTER') ?? -1;
    const edits = reading?.edited?.([{ span: { start: at, end: at }, text: 'SET x = 1;\n' }]) ?? [];
    assert.equal(applyEdits(text, edits), text.replace('  pgm', '  pgm.sql(`SET x = 1`);\n  pgm'));
  });
});
