import assert from 'node:assert/strict';
import { applyEdits } from '../../../src/model/edit.ts';
import { editToFile, encodeAt, spanToFile, toFile, toSql, type Quote } from '../../../src/model/source.ts';
import { loadScriptParser, readEmbedded, type EmbeddedScript } from '../../../src/sql/embedded/read.ts';
import { fixtureText, readCode, readFixture, statements, upWith } from './support.ts';

const delimiters: Record<Quote, readonly [string, string]> = { single: ["'", "'"], double: ['"', '"'], template: ['`', '`'], raw: ['String.raw`', '`'] };
const quotes = ['single', 'double', 'template', 'raw'] as const;

/** A file whose only SQL is an empty literal of the kind, and the SQL of it once the text is written there. */
function written(sql: string, quote: Quote, newline = '\n'): { readonly text: string; readonly script: EmbeddedScript } | null {
  const [open, close] = delimiters[quote];
  const empty = `// before\nexport async function up(db) {\n  await db.query(${open}${close}); // 😀\n}\n`.replaceAll('\n', newline);
  const at = empty.indexOf(open) + open.length;
  const encoded = encodeAt(readEmbedded(empty, { side: 'up', path: 'a.ts' }), sql, at);
  if (encoded === null) return null;
  const text = applyEdits(empty, [{ span: { start: at, end: at }, text: encoded }]);
  return { text, script: readEmbedded(text, { side: 'up', path: 'a.ts' }) };
}

/** Every offset leads to the file and back, and to the character that stands there unless an escape writes it. */
function assertMapped(text: string, script: EmbeddedScript): void {
  for (const part of script.parts) {
    for (let at = part.sql.start; at < part.sql.end; at += 1) {
      const file = toFile(script, at);
      assert.equal(part.file.start <= file && file < part.file.end, true, `${at} of ${text}`);
      assert.equal(toSql(script, file), at, `${at} of ${text}`);
      // Blanks stand where an open quote was taken out.
      if (text[file] !== '\\' && text[file - 1] !== '\\' && text[file] !== '\r' && script.sql[at] !== ' ') assert.equal(text[file], script.sql[at], `${at} of ${text}`);
    }
    assert.equal(toSql(script, part.file.end), part.sql.end);
  }
}

describe('SQL written into a literal', () => {
  before(loadScriptParser);

  it('reads as it was, at the offsets that are told', () => {
    const random = seeded(4_711);
    const bits = ["'", '"', '`', '\\', '$', '${', '{', '}', '$$', '$a$', '\n', '\r\n', '\r', '\t', ' ', 'SELECT', '1', 'é', '😀', '\u2028', '\\n', '\\u{41}', '--', '/*', '*/', ';', '\0', '\\\\'];
    const held: Record<Quote, number> = { single: 0, double: 0, template: 0, raw: 0 };
    for (let round = 0; round < 600; round += 1) {
      const sql = Array.from({ length: 1 + random(9) }, () => bits[random(bits.length)]).join('');
      for (const quote of quotes) {
        const done = written(sql, quote, random(2) === 0 ? '\n' : '\r\n');
        if (done === null) continue;
        held[quote] += 1;
        const { text, script } = done;
        const [part] = script.parts;
        assert.deepEqual([script.parts.length, part?.quote], [1, quote], text);
        const read = script.sql.slice(part?.sql.start, part?.sql.end);
        // What a quote leaves open is blanked, and told.
        const [problem] = script.problems;
        if (problem === undefined) assert.equal(read, sql, text);
        else assert.equal(read.trimEnd(), sql.slice(0, (toSql(script, problem.span.start) ?? 0) - (part?.sql.start ?? 0)).trimEnd(), text);
        assertMapped(text, script);
      }
    }
    assert.deepEqual([held.single, held.double, held.template], [600, 600, 600]);
    assert.equal(held.raw > 50 && held.raw < 600, true, 'a raw template can hold some texts and not others');
  });

  it('keeps the offsets of the file around it, and ends with its literal', () => {
    const text = upWith("  await db.query('SELECT \\'a\\'');\r\n  await db.query(`SELECT 2`); /* é😀 */");
    const script = readEmbedded(text, { side: 'up', path: 'm.ts' });
    assert.equal(script.sql.length, text.length);
    assert.equal(script.sql.indexOf('SELECT 2'), text.indexOf('SELECT 2'));
    assert.equal(script.sql.replace(/[^\r\n]/g, ''), text.replace(/[^\r\n]/g, ''));
    assert.equal(toSql(script, text.indexOf('await')), null);
    assert.equal(toSql(script, text.indexOf('/*')), null);
    assertMapped(text, script);
  });

  it('holds for every fixture', () => {
    for (const name of ['drizzle.ts', 'knex.ts', 'knex.js', 'typeorm.ts', 'kysely.ts', 'sequelize.js', 'mikro-orm.ts', 'node-pg-migrate.ts', 'postgres-js.mjs']) {
      for (const side of ['up', 'down'] as const) {
        const text = fixtureText(name);
        const script = readFixture(name, side);
        for (const { sql, file } of script.parts) {
          const start = toFile(script, sql.start);
          assert.equal(start, file.start, name);
          assert.equal(text.slice(start, file.end).replaceAll('\\', '').length >= sql.end - sql.start, true, name);
        }
        assert.deepEqual(script.shifts, [...script.shifts].sort((a, b) => a.sql - b.sql));
      }
    }
  });
});

describe('an edit of SQL inside a file', () => {
  before(loadScriptParser);

  function edited(code: string, find: string, replacement: string): string | null {
    const script = readCode(code);
    const start = script.sql.indexOf(find);
    assert.notEqual(start, -1, script.sql);
    const edit = editToFile(script, { span: { start, end: start + find.length }, text: replacement });
    return edit === null ? null : applyEdits(upWith(code), [edit]).split('\n').slice(1, -2).join('\n');
  }

  it('is escaped for its literal', () => {
    assert.equal(edited("await db.query('SELECT 1')", '1', "'a\\b'"), "await db.query('SELECT \\'a\\\\b\\'')");
    assert.equal(edited('await db.query("SELECT 1")', '1', '"a"\n'), 'await db.query("SELECT \\"a\\"\\n")');
    assert.equal(edited('await sql`SELECT 1`.execute(db)', '1', '`${x}`'), 'await sql`SELECT \\`\\${x}\\``.execute(db)');
    assert.equal(edited('await db.query(String.raw`SELECT 1`)', '1', '\\d'), 'await db.query(String.raw`SELECT \\d`)');
    assert.equal(edited('await db.query(String.raw`SELECT 1`)', '1', '`'), null);
  });

  it('replaces whole escapes', () => {
    assert.equal(edited("await db.query('SELECT \\'a\\'')", "'a'", '1'), "await db.query('SELECT 1')");
    assert.equal(edited("await db.query('SELECT\\n1')", 'SELECT\n', 'SELECT '), "await db.query('SELECT 1')");
  });

  it('puts interpolations back', () => {
    assert.equal(edited('await sql`DROP TABLE ${table}, b`.execute(db)', 'DROP TABLE __table_, b', 'DROP TABLE IF EXISTS __table_, b'), 'await sql`DROP TABLE IF EXISTS ${table}, b`.execute(db)');
    assert.equal(edited("await knex.raw('SELECT ?, 2', [1])", 'SELECT $1, 2', 'SELECT 2, $1'), "await knex.raw('SELECT 2, ?', [1])");
  });

  it('is refused where it reaches from one literal into another', () => {
    assert.equal(edited("await db.query('SELECT a, ' + 'b')", 'a, b', 'c'), null);
    assert.equal(edited("await db.query('SELECT ' + name + ', b')", '_name, b', 'c'), null);
    assert.equal(edited("await db.query('SELECT a, ' + 'b')", 'b', 'c'), "await db.query('SELECT a, ' + 'c')");
  });

  it('has a span that stays in its literal', () => {
    const code = "const t = 'users';\nawait db.query(`DROP TABLE ${t}, b`);";
    const script = readCode(code);
    assert.deepEqual(statements(script), ['DROP TABLE users, b']);
    const at = script.sql.indexOf('users');
    const span = spanToFile(script, { start: at, end: at + 5 });
    assert.equal(upWith(code).slice(span.start, span.end), 'users');
    assert.equal(span.start, upWith(code).indexOf('users'));
    const all = spanToFile(script, { start: script.sql.indexOf('DROP'), end: script.sql.indexOf(', b') + 3 });
    assert.equal(upWith(code).slice(all.start, all.end), 'DROP TABLE ${t}, b');
  });
});

function seeded(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
