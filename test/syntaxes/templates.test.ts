import assert from 'node:assert/strict';
import { tokenize, type Token } from '../support/grammars.ts';

const after = ['const next = `plain ${value}`; // over', "export const done = sql`SELECT 'x'`;"];

/** What opens SQL and what closes it again. */
const openings: readonly (readonly [begin: string, end: string])[] = [
  ['await db.execute(sql`', '`);'],
  ['await db.execute(sql<Row>`', '`);'],
  ['await knex.raw(`', '`, [1]);'],
  ['await queryRunner.query(\n  `', '`,\n);'],
  ['const part = sql`SELECT ${cond ? sql`', '` : other} FROM t`;'],
  ['const part = Prisma.sql`${sql`${sql`', '`}`}`;'],
];

/** Texts that a grammar for whole SQL files would run on after. */
const unclosed = [
  "'open", '"open', '$$ open', "$body$ BEGIN 'open", '/* open /* deeper', '-- comment', "E'open\\\\", "''", "'''", '""', '(((', '[a', 'a /b', '%{x', '#{x', "N'open", '$${value}', "'${value}", 'LANGUAGE sql',
  "\\`quoted\\`", "'\\`", '\\\\', "it\\'s", '-- lockstep-ignore drop-table: open', '/* lockstep-ignore drop-table', '1 $2 :name :', '\\copy t', '$executeRaw', "knex.raw('",
];

describe('SQL in templates', () => {
  it('ends with its template, whatever is open in it', async () => {
    for (const [begin, end] of openings) {
      const rest = await afterwards(begin, 'x', end);
      for (const body of [...unclosed, ...unclosed.map((text) => `\n  ${text}\n`), ...mixtures()]) assert.deepEqual(await afterwards(begin, body, end), rest, `${begin}${body}${end}`);
    }
  });

  it('ends with its string', async () => {
    const expected = (await tokenize('source.ts', ["pgm.sql('');", ...after].join('\n'))).slice(1);
    for (const mark of ["'", '"']) {
      for (const body of unclosed.filter((text) => !text.includes(mark) && !text.includes('\\'))) {
        const [line = [], ...rest] = await tokenize('source.ts', [`pgm.sql(${mark}${body}${mark});`, ...after].join('\n'));
        assert.deepEqual(rest, expected, body);
        assert.equal(line.at(-1)?.text, ';');
        assert.deepEqual(line.at(-1)?.scopes, ['source.ts', 'punctuation.terminator.statement.ts'], body);
      }
    }
  });

  it('is not seen in strings, comments and calls of other things', async () => {
    for (const text of ["const a = 'sql`SELECT 1`';", '// sql`SELECT 1`', "wiki.query('SELECT 1');", 'const a = graphql`SELECT 1`;', 'const a = mysql`SELECT 1`;', 'String.raw`SELECT 1`;', "knex.raw(name, 'SELECT 1');", 'type Query = sql;', '/sql`a`/.test(x);']) {
      const tokens = (await tokenize('source.ts', text)).flat();
      assert.deepEqual(tokens.filter((token) => token.scopes.includes('meta.embedded.block.sql')), [], text);
    }
  });

  it('is seen in JavaScript and in both kinds of JSX', async () => {
    for (const scope of ['source.ts', 'source.tsx', 'source.js', 'source.js.jsx']) {
      const tokens = (await tokenize(scope, 'exports.up = (knex) => knex.raw(`DROP TABLE ${table()}`);')).flat();
      assert.equal(tokens.find((token) => token.text === 'DROP')?.scopes.at(-1), 'keyword.other.sql');
      assert.match(tokens.find((token) => token.text === 'table')?.scopes.at(-1) ?? '', /^entity\.name\.function\.(?:ts|tsx|js|js\.jsx)$/);
      assert.equal(tokens.at(-1)?.text, ';');
    }
  });
});

/** What follows a template: the end of its line and all lines after it. */
async function afterwards(begin: string, body: string, end: string): Promise<readonly (readonly Token[])[]> {
  const lines = after.length + end.split('\n').length - 1;
  const read = await tokenize('source.ts', [`${begin}${body}${end}`, ...after].join('\n'));
  return [read.at(-lines - 1)?.slice(-1) ?? [], ...read.slice(-lines)];
}

/** Pieces of all of them in some order, the same in every run. */
function mixtures(): readonly string[] {
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  return Array.from({ length: 20 }, () => Array.from({ length: 2 + next(4) }, () => unclosed[next(unclosed.length)] ?? '').join([' ', '\n', ''][next(3)]));
}
