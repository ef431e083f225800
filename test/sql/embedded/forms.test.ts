import assert from 'node:assert/strict';
import { loadScriptParser, readEmbedded } from '../../../src/sql/embedded/read.ts';
import { readCode, reasons, statements } from './support.ts';

const body = "await db.query('SELECT 1')";

function stateOf(text: string, path = 'm.ts'): string {
  const script = readEmbedded(text, { side: 'up', path });
  return [script.state, ...statements(script), ...reasons(script)].join(' | ');
}

describe('the function of a side', () => {
  before(loadScriptParser);

  it('is found however the file exports it', () => {
    const files = [
      `export async function up(db) { ${body} }`,
      `export const up = async (db) => { ${body} };`,
      `export const up: Migration = async function (db) { ${body} } as Migration;`,
      `async function up(db) { ${body} }\nexport { up };`,
      `async function forward(db) { ${body} }\nexport { forward as up };`,
      `const forward = async (db) => { ${body} };\nexport const up = forward;`,
      `export default { async up(db) { ${body} } };`,
      `export default class M { async up(db) { ${body} } }`,
      `export default defineMigration({ up: async (db) => { ${body} } });`,
      `const migration = { up: async (db) => { ${body} } } satisfies Migration;\nexport default migration;`,
      `export class M implements MigrationInterface { up = async (db) => { ${body} } }`,
      `class M extends Migration { async up(db) { ${body} } }\nexport default M;`,
      `export const migration = { up: async (db) => { ${body} } };`,
      `export = { up: async (db) => { ${body} } };`,
      `Migration.up = async function (db) { ${body} };`,
    ];
    for (const text of files) assert.equal(stateOf(text), 'found | SELECT 1', text);
    const scripts = [
      `exports.up = async function (db) { ${body} };`,
      `exports.up = (db) => db.query('SELECT 1');`,
      `module.exports.up = async (db) => { ${body} };`,
      `module.exports = { up, down };\nasync function up(db) { ${body} }\nasync function down() {}`,
      `module.exports = { up: async (db) => { ${body} } };`,
      `const up = async (db) => { ${body} };\nmodule.exports = { up };`,
      `'use strict';\nvar up = function (db, callback) { return db.runSql('SELECT 1', callback); };\nexports.up = exports.apply = up;`,
      `module.exports = class M { async up(db) { ${body} } };`,
      `// @flow\nexports.up = async (db: Db): Promise<void> => { ${body} };`,
    ];
    for (const text of scripts) assert.equal(stateOf(text, 'm.js'), 'found | SELECT 1', text);
    assert.equal(stateOf(`exports.up = async (db) => { ${body} };`, 'm.cjs'), 'found | SELECT 1');
    assert.equal(stateOf(`export const up = async (db) => { const a = <b>{1}</b>; ${body} };`, 'm.tsx'), 'found | SELECT 1');
  });

  it('may be missing, empty or elsewhere', () => {
    assert.equal(stateOf('export async function down(db) {}'), 'missing');
    assert.equal(stateOf('export const up = false;'), 'refused');
    assert.equal(stateOf('export async function up(db) { /* nothing */ }'), 'empty');
    assert.equal(stateOf(`export async function up() { throw new Error('one way') }`), 'empty');
    assert.equal(stateOf("export { up } from './other';"), 'found | The function of `up` is not in this file, so what it does to the database was not checked.');
    assert.equal(stateOf("const { up } = require('./other');\nexports.up = up;", 'm.js'), 'found | The function of `up` is not in this file, so what it does to the database was not checked.');
  });

  it('has a body into which a statement can be written', () => {
    const text = 'export async function up(db) {\n}\n';
    assert.deepEqual(readEmbedded(text, { side: 'up', path: 'm.ts' }).entry?.body, { start: text.indexOf('{') + 1, end: text.indexOf('}') });
    assert.equal(readEmbedded("export const up = (db) => db.query('SELECT 1');", { side: 'up', path: 'm.ts' }).entry?.body, null);
  });
});

describe('a file that its own language refuses', () => {
  before(loadScriptParser);

  it('is read where it can be, and the error is told', () => {
    const text = `export async function up(db) {\n  ${body};\n  await db.query('SELECT 2'\n  await db.query('SELECT 3');\n}\n`;
    const script = readEmbedded(text, { side: 'up', path: 'm.ts' });
    assert.deepEqual(statements(script), ['SELECT 1', 'SELECT 2', 'SELECT 3']);
    assert.equal(script.problems.length, 1);
    assert.match(script.problems[0]?.message ?? '', /Unexpected token, expected ","/);
    assert.equal(text.slice(script.problems[0]?.span.start).startsWith('await db.query(\'SELECT 3'), true);
  });

  it('is never called empty', () => {
    const script = readEmbedded('export async function up(db {{{{ ((( ` ` `', { side: 'up', path: 'm.ts' });
    assert.deepEqual([script.state, script.problems.length], ['unreadable', 1]);
  });
});

describe('calls that send SQL', () => {
  before(loadScriptParser);

  it('are known by their names and their tags', () => {
    for (const call of [
      'db.execute(sql`SELECT 1`)', 'tx.execute(sql.raw("SELECT 1"))', 'sql`SELECT 1`', 'sql<Row>`SELECT 1`.execute(db)', 'Prisma.sql`SELECT 1`', 'knex.raw(`SELECT 1`)',
      'trx.raw("SELECT 1")', 'knex.schema.raw("SELECT 1")', 'queryRunner.query(`SELECT 1`, [])', 'pgm.sql("SELECT 1")', 'queryInterface.sequelize.query("SELECT 1")',
      'this.addSql("SELECT 1")', 'client.query({ text: "SELECT 1" })', 'prisma.$executeRawUnsafe("SELECT 1")', 'prisma.$executeRaw`SELECT 1`', 'sql.unsafe("SELECT 1")',
      'pool.query("SELECT " + 1)', "db.query(['SELECT', '1'].join(' '))", 'db.query(String.raw`SELECT 1`)', 'db.query(dedent`SELECT 1`)', 'db.query(`SELECT 1`.trim())',
      'db.query("SELECT 1" as string)', 'db?.query("SELECT 1")', 'Promise.all([db.query("SELECT 1")])', 'db.query("SELECT 1").then(() => {})', 'new Promise((done) => db.query("SELECT 1", done))',
      'db.executeQuery(CompiledQuery.raw("SELECT 1"))', 'db.query(sqlOf(1))', 'run(db, sql`SELECT 1`)', 'db.query(STATEMENTS.first)', 'db.query(STATEMENTS["first"])', 'db.query(Names.One)',
    ]) {
      const text = `const STATEMENTS = { first: 'SELECT 1' } as const;\nenum Names { One = 'SELECT 1' }\nfunction sqlOf(n) { return \`SELECT \${n}\`; }\nasync function run(db, query) { await db.execute(query); }\nexport async function up(db) { await ${call}; }`;
      assert.equal(stateOf(text), 'found | SELECT 1', call);
    }
  });

  it('are read in the order in which they run', () => {
    const text = "const second = 'SELECT 2';\nexport async function up(db) {\n  await first();\n  await db.query(second);\n  async function first() { await db.query('SELECT 1'); }\n}\n";
    assert.equal(stateOf(text), 'found | SELECT 1 | SELECT 2');
  });

  it('each end their statements', () => {
    assert.deepEqual(statements(readCode("await db.query('SELECT 1 -- one'); await db.query('SELECT 2;'); await db.query('  '); await db.query('SELECT 3; -- three')")), ['SELECT 1', 'SELECT 2', 'SELECT 3']);
    const open = readCode("await db.query(`SELECT 'a`); await db.query('SELECT 2');");
    assert.deepEqual(statements(open), ['SELECT', 'SELECT 2']);
    assert.deepEqual(open.problems.map((each) => each.message), ["what opens at `'a` is not closed within this SQL"]);
  });

  it('are not looked for in comments, strings and functions that nobody calls', () => {
    assert.equal(readCode("// db.query('SELECT 1')\nconst a = \"db.query('SELECT 1')\"; const never = () => db.query('SELECT 1'); function nor() { db.query('SELECT 1') }").state, 'empty');
  });

  it('are told when their SQL is not known', () => {
    assert.deepEqual(reasons(readCode("await db.query(readFileSync('a.sql', 'utf8'))")), ["The SQL that `readFileSync('a.sql', 'utf8')` gives is known only when the migration runs, so it was not checked."]);
    assert.deepEqual(reasons(readCode('await createAudit(db)')), ['`createAudit` is not in this file, so what it does to the database was not checked.']);
    assert.deepEqual(reasons(readCode('let q = "SELECT 1"; q += " , 2"; await db.query(q)')), ['The SQL that `q` gives is known only when the migration runs, so it was not checked.']);
    assert.deepEqual(reasons(readCode('console.log(db); await sleep(100)')), []);
  });

  it('may run sometimes, or any number of times', () => {
    const once = 'it was checked as if it ran once.';
    assert.deepEqual(reasons(readCode(`if (big) { ${body} }`)), [`The SQL in here runs only when \`big\` holds; ${once}`]);
    assert.deepEqual(reasons(readCode(`if (big) { } else { ${body} }`)), [`The SQL in here runs only when \`big\` does not hold; ${once}`]);
    assert.deepEqual(reasons(readCode(`while (more()) { ${body} }`)), [`The SQL in here runs any number of times; ${once}`]);
    assert.deepEqual(reasons(readCode(`for (let i = 0; i < 3; i++) ${body}`)), [`The SQL in here runs any number of times; ${once}`]);
    assert.deepEqual(reasons(readCode(`try { await nothing() } catch { ${body} }`)), [`The SQL in here runs only after an error; ${once}`]);
    assert.deepEqual(reasons(readCode(`switch (kind) { case 1: ${body} }`)), [`The SQL in here runs only when \`kind\` says so; ${once}`]);
    assert.deepEqual(reasons(readCode(`big && ${body}`)), [`The SQL in here runs only when \`big\` says so; ${once}`]);
    assert.deepEqual(reasons(readCode(`if (done) return; ${body}`)), ['What follows runs only unless `done`; it was checked as if it always ran.']);
    assert.deepEqual(reasons(readCode("await db.query(big ? 'SELECT 1' : 'SELECT 2')")), ['Only one of the two runs, as `big` says; both were checked.']);
    assert.deepEqual(reasons(readCode(`rows.forEach(async () => { ${body} })`)), [`The SQL in here runs any number of times; ${once}`]);
  });

  it('run once for each element of a list that the file spells out', () => {
    const both = ['SELECT 1', 'SELECT 2'];
    for (const code of [
      "for (const q of ['SELECT 1', 'SELECT 2']) await db.query(q)",
      "const all = ['SELECT 1', 'SELECT 2']; await Promise.all(all.map((q) => db.query(q)))",
      "for (const { n } of [{ n: 1 }, { n: 2 }]) await db.query(`SELECT ${n}`)",
      "[1, 2].forEach((n) => { db.query('SELECT ' + n) })",
    ]) {
      const script = readCode(code);
      assert.deepEqual([statements(script), reasons(script)], [both, []], code);
    }
  });
});

describe('values that only the run knows', () => {
  before(loadScriptParser);

  it('stand in whatever way the statement takes them', () => {
    for (const [sql, expected] of [
      ['UPDATE t SET a = ${value}', 'UPDATE t SET a = $0000001'],
      ['CREATE TABLE ${name} (id int)', 'CREATE TABLE __name_ (id int)'],
      ['CREATE TABLE a_${name}_b (id int)', 'CREATE TABLE a___name__b (id int)'],
      ['CREATE TABLE "${name}" (id int)', 'CREATE TABLE "__name_" (id int)'],
      ["SELECT '${name}'", "SELECT '__name_'"],
      ['ALTER TABLE t ALTER a SET STATISTICS ${n}', 'ALTER TABLE t ALTER a SET STATISTICS 0001'],
      ['COMMENT ON TABLE t IS ${text}', "COMMENT ON TABLE t IS '__tex'"],
      ['CREATE TABLE ${clause} t (id int)', 'CREATE TABLE t (id int)'],
      ['${verb} t (id int)', null],
      ['${all}; SELECT 2', 'SELECT 2'],
      ['CREATE INDEX i ON t (a) ${where}', 'CREATE INDEX i ON t (a)'],
    ] as const) {
      assert.deepEqual(statements(readCode(`await db.execute(sql\`${sql}\`)`)), expected === null ? [] : [expected], sql);
    }
  });

  it('do not hide errors before them, and are told', () => {
    assert.deepEqual(statements(readCode('await db.execute(sql`CREATE TABEL ${name} (id int)`)')), ['CREATE TABEL $000001 (id int) !! syntax error at or near "TABEL"']);
    assert.deepEqual(reasons(readCode('await db.execute(sql`CREATE INDEX i ON t (a) ${where}`)')), ['What `${where}` adds to the statement is known only when the migration runs; the statement was checked without it.']);
    assert.deepEqual(reasons(readCode('await db.execute(sql`SELECT 1 -- ${note}\n`)')), []);
  });

  it('are known where the file spells them out', () => {
    const code = "const t = 'users'; const part = sql`WHERE a = 1`; await db.execute(sql`DELETE FROM ${sql.identifier(t)} ${part}`); await db.query(`ANALYZE ${t}`); await sql`SELECT ${sql.raw('now()')}, ${sql.lit(5)}, ${sql.ref('a.b')}`.execute(db)";
    const script = readCode(code);
    assert.deepEqual(statements(script), ['DELETE FROM "users" WHERE a = 1', 'ANALYZE users', 'SELECT now(), 5, "a"."b"']);
    assert.deepEqual(reasons(script), []);
  });

  it('may be question marks that Knex would take for them, in strings and comments as well', () => {
    const script = readCode("await knex.raw('COMMENT ON TABLE t IS \\'paid\\\\? or not\\\\?\\' -- why\\\\?\\n; SELECT a \\\\? 1');");
    assert.deepEqual(statements(script), ["COMMENT ON TABLE t IS 'paid? or not?'", 'SELECT a ? 1']);
  });
});
