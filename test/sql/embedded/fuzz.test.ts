import assert from 'node:assert/strict';
import { toFile, toSql } from '../../../src/model/source.ts';
import { loadScriptParser, readEmbedded } from '../../../src/sql/embedded/read.ts';
import { parseScript } from '../../../src/sql/script.ts';
import { fixtureText } from './support.ts';

const fixtures = ['drizzle.ts', 'knex.ts', 'knex.js', 'typeorm.ts', 'kysely.ts', 'sequelize.js', 'mikro-orm.ts', 'node-pg-migrate.ts', 'postgres-js.mjs'];

describe('a file that is being typed', () => {
  before(loadScriptParser);

  it('is read without an error, whatever is in it', () => {
    const random = seeded(815);
    const bits = ['`', '${', '}', "'", '"', '(', ')', '{', '\\', '\n', '\r\n', ';', '$$', '/*', '//', '<', 'await ', 'sql`', 'é😀', '=>', '...', '@', '/', 'if (x) ', 'for (const a of b) ', '\\u{', '$1', '--', '[', ']', 'class ', 'up'];
    let found = 0;
    for (let round = 0; round < 180; round += 1) {
      const name = fixtures[round % fixtures.length] ?? '';
      let text = fixtureText(name);
      for (let step = 0; step <= random(4); step += 1) {
        const at = random(text.length);
        text = text.slice(0, at) + (random(4) === 0 ? '' : (bits[random(bits.length)] ?? '')) + text.slice(at + (random(2) === 0 ? 0 : random(30)));
      }
      for (const side of ['up', 'down'] as const) {
        const script = readEmbedded(text, { side, path: name });
        if (script.state === 'found') found += 1;
        parseScript(script.sql);
        assertSane(text, script);
      }
    }
    assert.equal(found > 160, true, `most of what is typed can be read (${found} of 360)`);
  });

  it('is read up to where it ends, wherever that is', () => {
    const text = fixtureText('drizzle.ts');
    for (let end = 0; end < text.length; end += 7) assertSane(text.slice(0, end), readEmbedded(text.slice(0, end), { side: 'up', path: 'a.ts' }));
  });

  it('comes to an end', () => {
    const doubling = Array.from({ length: 60 }, (_, index) => `const a${index + 1} = a${index} + a${index};`).join('\n');
    const nested = Array.from({ length: 12 }, (_, index) => `for (const i${index} of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {`).join('');
    const up = (code: string): string => `export async function up(db) {\n${code}\n}`;
    const files = [
      `const a0 = 'x';\n${doubling}\n${up('await db.query(a60)')}`,
      `const a = b; const b = a; const c = c + 'x';\n${up('await db.query(a); await db.query(c)')}`,
      up(`${nested} await db.query('SELECT 1'); ${'}'.repeat(12)}`),
      `function f(db) { g(db); g(db); db.query('SELECT 1') }\nfunction g(db) { f(db); f(db) }\n${up('f(db)')}`,
      up(`await db.query(${'['.repeat(3000)}${']'.repeat(3000)})`),
      up(`await db.query(${"'a' + ".repeat(5000)}'b')`),
      up(`await db${'.then(() => 1)'.repeat(300)}`),
      up(`await db.query(\`SELECT ${'${x}, '.repeat(400)} FROM\`)`),
    ];
    for (const text of files) assertSane(text, readEmbedded(text, { side: 'up', path: 'a.ts' }));
  });
});

/** Every span lies in the file, and what is mapped comes back. */
function assertSane(text: string, script: ReturnType<typeof readEmbedded>): void {
  for (const { span, reason } of script.unchecked) assert.equal(0 <= span.start && span.start <= span.end && span.end <= text.length && reason !== '', true, `${JSON.stringify(span)} ${reason}`);
  for (const { span } of script.problems) assert.equal(0 <= span.start && span.end <= text.length, true);
  for (const part of script.parts) {
    assert.equal(part.file.start <= part.file.end && part.file.end <= text.length, true);
    if (part.sql.end > part.sql.start) assert.equal(toFile(script, part.sql.start) >= part.file.start, true);
    assert.notEqual(toSql(script, part.file.start), null);
  }
}

function seeded(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
