import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { detectLayout, isCandidate, layoutById, layouts } from '../../src/layouts/detect.ts';
import type { Layout, NewContent, ScriptReading } from '../../src/layouts/layout.ts';
import { applyEdits, type Edit } from '../../src/model/edit.ts';
import { defaultConfig, type Config } from '../../src/model/config.ts';
import type { Side } from '../../src/model/migration.ts';
import { parseScript } from '../../src/sql/script.ts';
import { loadScriptParser } from '../../src/sql/embedded/read.ts';
import { folderOf } from './folder.ts';

const fixtures = new URL('../fixtures/layouts/', import.meta.url);

/** What the tools' own generators wrote: name of the file, text, and the moment that is in the name. */
function generated(tool: string): readonly { readonly file: string; readonly text: string; readonly now: Date }[] {
  return readdirSync(new URL(`${tool}/`, fixtures)).map((file) => {
    const digits = /\d+/.exec(file)?.[0] ?? '';
    const now = digits.length === 13 ? new Date(Number(digits)) : new Date(digits.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6Z'));
    return { file, text: readFileSync(new URL(`${tool}/${file}`, fixtures), 'utf8'), now };
  });
}

function layout(id: string): Layout {
  const found = layoutById(id);
  assert.ok(found !== null, id);
  return found;
}

function made(tool: Layout, { name, now, others = {}, content }: { readonly name: string; readonly now: Date; readonly others?: Readonly<Record<string, string>>; readonly content?: NewContent }): { readonly file: string; readonly text: string; readonly cursor: number } {
  const { changes, up } = tool.next({ folder: folderOf(others), name, now, config: defaultConfig, ...(content === undefined ? {} : { content }) });
  const [change] = changes;
  assert.ok(change?.kind === 'create' && changes.length === 1);
  return { file: change.path.slice(change.path.lastIndexOf('/') + 1), text: change.text, cursor: up.cursor };
}

function read(tool: Layout, text: string, { side = 'up', path = '/repo/m/1_a.ts', config = {} }: { readonly side?: Side; readonly path?: string; readonly config?: Partial<Config> } = {}): ScriptReading | null {
  return tool.read(text, { path, id: '1_a', side, config: { ...defaultConfig, ...config } });
}

function statements(reading: ScriptReading | null): readonly string[] {
  return reading === null ? [] : parseScript(reading.source.sql).statements.map(({ statement }) => statement.text);
}

function written(tool: Layout, text: string | null, sql: string, { side = 'up', path = '/repo/m/1_a.ts', transaction }: { readonly side?: Side; readonly path?: string; readonly transaction?: 'none' } = {}): string {
  return tool.write(text, { path, id: '1_a', side, sql, ...(transaction === undefined ? {} : { transaction }) });
}

describe('migrations in TypeScript and JavaScript', () => {
  before(loadScriptParser);

  const tools = ['knex', 'typeorm', 'kysely', 'sequelize', 'mikro-orm'] as const;

  for (const id of tools) {
    it(`${id} begins as its own generator begins it, to the byte`, () => {
      for (const { file, text, now } of generated(id)) {
        const name = /\d[-_](.*)\.\w+$/.exec(file)?.[1] ?? '';
        const others = id === 'mikro-orm' || file.endsWith('.ts') ? {} : { [`${id === 'typeorm' ? '1500000000000-old' : '1_old'}${/\.\w+$/.exec(file)?.[0] ?? ''}`]: file.includes('esm') ? 'export class A {}' : '' };
        const start = Object.keys(others).length === 0 && file.endsWith('.ts') ? { [`${id === 'typeorm' ? '1500000000000-old' : '1_old'}.ts`]: '' } : others;
        const content: NewContent = { up: 'create table a (id int);', down: 'drop table a;', transaction: 'tool' };
        if (id === 'mikro-orm') {
          const before = { [`Migration20200101000000${/\.\w+$/.exec(file)?.[0] ?? ''}`]: '' };
          assert.deepEqual(made(layout(id), { name, now, others: before, content }), { file, text, cursor: made(layout(id), { name, now, others: before, content }).cursor });
          continue;
        }
        const { file: ours, text: own } = made(layout(id), { name, now, others: start });
        assert.deepEqual([ours, own], [file, text]);
      }
    });

    it(`${id} is known by what its generator wrote, and by its names before that is read`, () => {
      for (const { file, text } of generated(id)) {
        assert.ok(isCandidate(folderOf({ [file]: null })), file);
        assert.equal(detectLayout(folderOf({ [file]: text }))?.id, id, file);
      }
    });
  }

  it('reads the names of migrations alone', () => {
    const names = ['/src/index.ts', '/src/2fa/login.ts', '/m/20260101_a.d.ts', '/m/1_a.test.ts', '/m/1_a.ts.map', '/m/Migration.ts', '/m/helpers.js', '/m/1_a.tsx', '/m/1_a.json'];
    const programs = layouts.filter((each) => each.prepare !== undefined);
    for (const name of names) assert.deepEqual(programs.filter(({ files }) => files.test(name)).map(({ id }) => id), [], name);
    for (const name of ['/pages/404.js', '/pages/2026.ts', '/dist/123.chunk.js']) assert.deepEqual(programs.filter(({ files }) => files.test(name)).map(({ id }) => id), [], name);
    assert.deepEqual(programs.filter(({ files }) => files.test('/m/1_a.sql')).map(({ id }) => id), ['node-pg-migrate']);
  });

  const files: Readonly<Record<string, { readonly text: string; readonly none: string; readonly kind: string }>> = {
    knex: { text: "exports.up = (knex) => knex.raw('SELECT 1');\nexports.down = (knex) => knex.raw('SELECT 2');\n", none: "exports.config = { transaction: false };\n", kind: 'transaction' },
    typeorm: { text: 'export class A1700000000000 implements MigrationInterface {\n  async up(queryRunner) { await queryRunner.query(`SELECT 1`); }\n  async down(queryRunner) { await queryRunner.query(`SELECT 2`); }\n}\n', none: '', kind: 'transaction' },
    kysely: { text: "import { sql, type Kysely } from 'kysely';\nexport async function up(db: Kysely<any>) { await sql`SELECT 1`.execute(db); }\nexport async function down(db: Kysely<any>) { await sql`SELECT 2`.execute(db); }\n", none: '', kind: 'transaction' },
    sequelize: { text: "module.exports = {\n  up: (queryInterface) => queryInterface.sequelize.query('SELECT 1'),\n  down: (queryInterface) => queryInterface.sequelize.query('SELECT 2'),\n};\n", none: '', kind: 'autocommit' },
    'mikro-orm': { text: 'export class Migration20260101000000 extends Migration {\n  async up() { this.addSql(`SELECT 1`); }\n  async down() { this.addSql(`SELECT 2`); }\n}\n', none: '', kind: 'transaction' },
    'node-pg-migrate': { text: "import type { MigrationBuilder } from 'node-pg-migrate';\nexport async function up(pgm: MigrationBuilder) { pgm.sql(`SELECT 1`); }\nexport async function down(pgm: MigrationBuilder) { pgm.sql(`SELECT 2`); }\n", none: '', kind: 'transaction' },
    'drizzle-ts': { text: "import { sql } from 'drizzle-orm';\nexport async function up(db) { await db.execute(sql`SELECT 1`); }\nexport async function down(db) { await db.execute(sql`SELECT 2`); }\n", none: '', kind: 'transaction' },
  };

  for (const [id, { text, kind }] of Object.entries(files)) {
    it(`${id} is known by its texts, read on both sides and listed with its downs`, () => {
      const tool = layout(id);
      const name = id === 'mikro-orm' ? 'Migration20260101000000_a.ts' : id === 'typeorm' ? '1700000000000-a.ts' : id === 'node-pg-migrate' ? '1700000000001_a.ts' : '202601010000_a.ts';
      assert.equal(detectLayout(folderOf({ [name]: text }))?.id, id);
      assert.deepEqual([statements(read(tool, text)), statements(read(tool, text, { side: 'down' }))], [['SELECT 1'], ['SELECT 2']]);
      assert.equal(read(tool, text)?.mode.kind, kind);
      const { migrations, problems } = tool.list(folderOf({ [name]: text, [name.replace('01', '02')]: text.replace('SELECT 2', '').replace(/(this|knex|db|queryRunner|queryInterface|sql)[^;]*(``|'')[^;,}]*/, 'null') }));
      assert.equal(migrations[0]?.down?.path, migrations[0]?.up.path);
      assert.equal(problems.filter(({ message }) => !message.includes('one name')).length, 0);
    });

    it(`${id} gets SQL in its own words, escaped, and reads it again`, () => {
      const tool = layout(id);
      const sql = "-- why\nCREATE TABLE \"a`b\" (\n  note text DEFAULT '${x}\\n'\n);\nSELECT $$\n  two lines\n$$;\nSELECT data ? 'x';\n-- and that is all\n";
      for (const given of [text, text.replaceAll('\n', '\r\n')]) {
        const whole = written(tool, given, sql, { side: 'down' });
        const again = read(tool, whole, { side: 'down' });
        assert.deepEqual(statements(again).map((each) => each.replaceAll('\r\n', '\n').replaceAll(/\n +/g, '\n')), ["CREATE TABLE \"a`b\" (\nnote text DEFAULT '${x}\\n'\n)", 'SELECT $$\ntwo lines\n$$', "SELECT data ? 'x'"], whole);
        assert.ok(statements(again)[1]?.includes('$$\n  two lines\n$$') === true || given.includes('\r'), whole);
        assert.deepEqual(again?.problems, [], whole);
        assert.deepEqual(again.source.unchecked, [], whole);
        assert.deepEqual(statements(read(tool, whole)), ['SELECT 1']);
        assert.ok(whole.includes('// and that is all'), whole);
        assert.equal(/[^\r]\n/.test(whole), !given.includes('\r'), 'lines end as the file’s do');
      }
    });
  }

  it('asks for no transaction in the words of the tool', () => {
    for (const id of ['knex', 'typeorm', 'mikro-orm', 'node-pg-migrate']) {
      const tool = layout(id);
      const whole = written(tool, files[id]?.text ?? '', 'VACUUM;', { transaction: 'none' });
      assert.equal(read(tool, whole)?.mode.kind, 'autocommit', whole);
      assert.equal(written(tool, whole, 'VACUUM;', { transaction: 'none' }), whole, 'once is enough');
    }
  });

  it('writes a function that was missing, like its other side', () => {
    const tool = layout('knex');
    const text = 'import type { Knex } from "knex";\n\nexport async function up(knex: Knex): Promise<void> {\n    await knex.raw(`SELECT 1`);\n}\n\nexport const config = { transaction: false };\n';
    assert.equal(
      written(tool, text, 'SELECT 2;', { side: 'down' }),
      text.replace('}\n\nexport const', '}\n\nexport async function down(knex: Knex): Promise<void> {\n    await knex.raw(`SELECT 2`);\n}\n\nexport const'),
    );
    const common = 'const up = async (knex) => {\n  await knex.raw("SELECT 1");\n};\n\nmodule.exports = { up };\n';
    assert.equal(written(tool, common, 'SELECT 2;', { side: 'down' }), 'const up = async (knex) => {\n  await knex.raw("SELECT 1");\n};\n\nconst down = async (knex) => {\n  await knex.raw(`SELECT 2`);\n};\n\nmodule.exports = { up, down };\n');
    const object = "module.exports = {\n  async up (queryInterface) {\n    await queryInterface.sequelize.query('SELECT 1');\n  }\n};\n";
    assert.equal(written(layout('sequelize'), object, 'SELECT 2;', { side: 'down' }), object.replace('  }\n};', '  },\n\n  async down (queryInterface) {\n    await queryInterface.sequelize.query(`SELECT 2`);\n  }\n};'));
    const klass = 'export class A1700000000000 implements MigrationInterface {\n    public async up(queryRunner: QueryRunner): Promise<void> {\n    }\n}\n';
    assert.equal(written(layout('typeorm'), klass, 'SELECT 2;', { side: 'down' }), klass.replace('    }\n}', '    }\n\n    public async down(queryRunner: QueryRunner): Promise<void> {\n        await queryRunner.query(`SELECT 2`);\n    }\n}'));
  });

  it('replaces the calls that send SQL, and nothing else of the function', () => {
    const tool = layout('knex');
    const text = "exports.up = async function (knex) {\n  // Orders come first.\n  await knex.raw('SELECT 1');\n  console.log('made');\n  await knex.schema.createTable('a', () => {});\n  for (const each of ['a', 'b']) await knex.raw(`SELECT '${each}'`);\n};\n";
    assert.equal(written(tool, text, 'SELECT 3;\nSELECT 4;'), text.replace("  await knex.raw('SELECT 1');\n", '  await knex.raw(`SELECT 3`);\n  await knex.raw(`SELECT 4`);\n').replace(/  for .*\n/, ''));
    const returning = "exports.up = function (knex) {\n  return knex.schema.dropTable('a');\n};\n";
    assert.equal(written(tool, returning, 'SELECT 3;'), returning.replace('function', 'async function').replace('  return', '  await knex.raw(`SELECT 3`);\n  return'));
    const mixed = "exports.up = (knex) => knex.raw('SELECT 1').then(() => knex.schema.dropTable('a'));\n";
    assert.throws(() => written(tool, mixed, 'SELECT 3;'), { code: 'script-unreadable' });
    assert.throws(() => written(tool, 'exports.up = (knex => {', 'SELECT 3;'), { code: 'script-unreadable' });
  });

  it('keeps what only the run knows when SQL is written again', () => {
    const tool = layout('drizzle-ts');
    const text = "import { sql } from 'drizzle-orm';\nexport async function up(db) {\n  await db.execute(sql.raw(`GRANT SELECT ON a TO ${process.env.ROLE}`));\n}\n";
    const sql = read(tool, text)?.source.sql ?? '';
    assert.match(written(tool, text, `SELECT 1;\n${sql.trim()}`), /sql`SELECT 1`\);\n {2}await db\.execute\(sql`GRANT SELECT ON a TO \$\{process\.env\.ROLE\}`\);/);
  });

  it('runs what the file puts into a transaction in one, where the tool opens none', () => {
    const tool = layout('sequelize');
    const text = "module.exports = {\n  async up(queryInterface) {\n    await queryInterface.sequelize.query('VACUUM');\n    await queryInterface.sequelize.transaction(async (transaction) => {\n      await queryInterface.sequelize.query('SELECT 1', { transaction });\n    });\n    await queryInterface.sequelize.query('SELECT 2');\n  },\n};\n";
    const reading = read(tool, text, { path: '/m/1_a.js' });
    assert.deepEqual(statements(reading), ['VACUUM', 'BEGIN', 'SELECT 1', 'COMMIT', 'SELECT 2']);
    assert.equal(reading?.source.sql.indexOf('SELECT 2'), text.indexOf('SELECT 2'));
    assert.deepEqual(statements(read(layout('drizzle-ts'), "export const up = (db) => db.transaction(async (tx) => {\n  await tx.execute(sql`SELECT 1`);\n});\n")), ['SELECT 1']);
  });

  it('says what one message makes of several statements', () => {
    const problems = read(layout('knex'), "exports.up = (knex) => knex.raw('CREATE TABLE a (); CREATE INDEX CONCURRENTLY i ON a (id)');\nexports.config = { transaction: false };\n")?.problems ?? [];
    assert.match(problems[0]?.message ?? '', /reach the server together.*CREATE INDEX CONCURRENTLY/);
    assert.equal(problems.length, 1);
  });

  it('says that a file has no up, or cannot be loaded, where that is', () => {
    const tool = layout('kysely');
    assert.match(read(tool, "import { sql } from 'kysely';\n")?.problems[0]?.message ?? '', /Kysely finds no function `up`/);
    assert.equal(read(tool, "import { sql } from 'kysely';\n", { side: 'down' }), null);
    const text = "import { sql } from 'kysely';\nexport async function up(db) {\n  await sql`SELECT 1`.execute(db;\n}\n";
    const reading = read(tool, text);
    assert.match(reading?.problems[0]?.message ?? '', /^Kysely cannot load this file: Unexpected token/);
    assert.equal(reading?.problems[0]?.span.start, text.indexOf('db;') + 2);
  });

  it('edits that make two statements of one give each a call of its own', () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['knex', 'await knex.raw(`ALTER TABLE a ADD b int`);', 'await knex.raw(`SET x = 1`);\n  await knex.raw(`ALTER TABLE a ADD b int`);'],
      ['knex', "await knex.raw('ALTER TABLE a ADD b int', []);", "await knex.raw('SET x = 1');\n  await knex.raw('ALTER TABLE a ADD b int', []);"],
      ['drizzle-ts', 'await knex.execute(sql`ALTER TABLE a ADD b int`);', 'await knex.execute(sql`SET x = 1`);\n  await knex.execute(sql`ALTER TABLE a ADD b int`);'],
      ['kysely', 'await sql`ALTER TABLE a ADD b int`.execute(knex)', 'await sql`SET x = 1`.execute(knex)\n  await sql`ALTER TABLE a ADD b int`.execute(knex)'],
    ];
    for (const [id, before, after] of cases) {
      const text = `export async function up(knex) {\n  ${before}\n}\n`;
      const reading = read(layout(id), text);
      const at = reading?.source.sql.indexOf('ALTER') ?? -1;
      const edits = reading?.edited?.([{ span: { start: at, end: at }, text: 'SET x = 1;\n' }]) ?? [];
      assert.equal(applyEdits(text, edits), text.replace(before, after));
    }
  });

  it('an edit of one statement alone is no call of its own', () => {
    const text = "export async function up(knex) {\n  await knex.raw(`A; B`);\n  const rows = await knex.raw('C');\n}\n";
    const reading = read(layout('knex'), text);
    const edit = (word: string, given: string): readonly Edit[] | null | undefined => {
      const start = reading?.source.sql.indexOf(word) ?? -1;
      return reading?.edited?.([{ span: { start, end: start }, text: given }]);
    };
    assert.deepEqual([edit('A', 'x '), edit('B', 'X;\n'), edit('C', 'X;\n')], [null, null, null]);
  });

  it('takes comments of the file that silence rules for comments of the SQL', () => {
    const text = "// lockstep-ignore-file drop-table: all of it is a test\nexport async function up(db) {\n  // lockstep-ignore drop-column: nobody reads it\n  await db.execute(sql`SELECT 1`);\n}\nexport async function down(db) {\n  // lockstep-ignore x: y\n  await db.execute(sql`SELECT 2`);\n}\n";
    const sql = read(layout('drizzle-ts'), text)?.source.sql ?? '';
    assert.deepEqual(sql.split('\n').map((line) => line.trim()).filter((line) => line.startsWith('--')), ['-- lockstep-ignore-file drop-table: all of it is a test', '-- lockstep-ignore drop-column: nobody reads it']);
    assert.equal(sql.length, text.length);
  });

  it('counts on as the folder does', () => {
    const now = new Date('2026-11-20T18:30:05.123Z');
    const id = (tool: string, others: Readonly<Record<string, string>>): string => made(layout(tool), { name: 'add_orders', now, others }).file;
    assert.equal(id('drizzle-ts', {}), '202611201830_add_orders.ts');
    assert.equal(id('drizzle-ts', { '202611201830_a.ts': '' }), '202611201831_add_orders.ts');
    assert.equal(id('drizzle-ts', { '202611202359_a.ts': '' }), '202611210000_add_orders.ts');
    assert.equal(id('drizzle-ts', { '20261120183000_a.ts': '' }), '20261120183005_add_orders.ts');
    assert.equal(id('knex', { '20261120183005_a.mjs': '' }), '20261120183006_add_orders.mjs');
    assert.equal(id('typeorm', { '1999999999999-a.ts': '' }), '2000000000000-add_orders.ts');
    assert.equal(id('kysely', { '20250101000000_a.ts': '' }), '20261120183005_add_orders.ts');
    assert.equal(id('mikro-orm', {}), 'Migration20261120183005_add_orders.ts');
  });

  it('a new migration of the manner of the newest, with its content in it and the cursor where typing starts', () => {
    const newest = "import { sql } from '@/db';\nimport type { Db } from '@/db';\n\nexport async function up(tx: Db) {\n  await tx.execute(sql`SELECT 1`);\n}\n";
    const { text, cursor } = made(layout('drizzle-ts'), { name: 'b', now: new Date(0), others: { '202601010000_a.ts': newest }, content: { up: 'SELECT 1;', down: 'SELECT 2;', transaction: 'tool' } });
    assert.equal(text, "import { sql } from '@/db';\nimport type { Db } from '@/db';\n\nexport async function up(tx: Db) {\n  await tx.execute(sql`SELECT 1`);\n}\n\nexport async function down(tx: Db) {\n  await tx.execute(sql`SELECT 2`);\n}\n");
    assert.equal(text.slice(cursor).indexOf('await'), 0);
    assert.match(made(layout('kysely'), { name: 'b', now: new Date(0), content: { up: 'SELECT 1;', down: null, transaction: 'tool' } }).text, /^import \{ sql \} from 'kysely'\nimport type/);
  });

  it('a class gets its new name together with its file', () => {
    const tool = layout('typeorm');
    const text = 'export class AddOrders1700000000000 implements MigrationInterface {\n  name = "AddOrders1700000000000";\n}\n';
    const folder = folderOf({ '1700000000000-add_orders.ts': text });
    const [migration] = tool.list(folder).migrations;
    assert.ok(migration !== undefined);
    const moves = tool.moves?.renamed({ folder, renamings: [{ migration, id: '1700000000000-add_bills' }], now: new Date(0) });
    assert.deepEqual(moves, { kind: 'changes', changes: [{ kind: 'move', path: migration.up.path, to: '/repo/db/migrations/1700000000000-add_bills.ts', text: text.replaceAll('AddOrders', 'AddBills') }] });
  });

  it('names classes that TypeORM cannot sort', () => {
    const { problems, migrations } = layout('typeorm').list(folderOf({ '1700000000000-a.ts': 'export class A {}', '1600000000000-b.ts': 'export class B1800000000000 {}', '1700000000001-c.ts': 'export class C1700000000001 {}' }));
    assert.deepEqual(problems.map(({ message }) => message), ['The class A in 1700000000000-a.ts does not end in a timestamp of 13 digits: TypeORM refuses the whole folder.']);
    assert.deepEqual(migrations.map(({ id }) => id), ['1700000000000-a', '1700000000001-c', '1600000000000-b']);
  });
});
