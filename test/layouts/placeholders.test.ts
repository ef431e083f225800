import assert from 'node:assert/strict';
import { withPlaceholders } from '../../src/layouts/placeholders.ts';
import { asInFile, editToFile, wholeSource } from '../../src/model/source.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';

before(loadParser);

describe('placeholders in SQL files', () => {
  const code = (text: string, style: 'braces' | 'psql'): readonly string[] => withPlaceholders(wholeSource(text), style, 'the tool').placeholders.map((each) => each.code);

  it('finds braces in code and literals, not in comments', () => {
    assert.deepEqual(code("SELECT '${a}', ${b.c}, $$ ${d} $$ /* ${e} */ -- ${f}\n, $1, ${g", 'braces'), ['${a}', '${b.c}', '${d}']);
  });

  it('finds the variables of psql, and takes no cast, slice or assignment for one', () => {
    assert.deepEqual(code(`SELECT :a, :'b', :"c", d::text, e[1:f], ':g', "h:i", $$ :j $$, (:k)::int, x := :l -- :m`, 'psql'), [':a', ":'b'", ':"c"', ':k', ':l']);
  });

  it('stands for each with an identifier or literal of the same length, which PostgreSQL can read', () => {
    const text = `CREATE TABLE :"schema".t (a int DEFAULT :n, b text DEFAULT :'word');`;
    const { sql } = withPlaceholders(wholeSource(text), 'psql', 'psql');
    assert.equal(sql.length, text.length);
    assert.deepEqual(parseScript(sql).statements.map(({ statement }) => statement.kind), ['CreateStmt']);
    const braces = withPlaceholders(wholeSource('CREATE TABLE ${a-b}.t_${a_b} (x int DEFAULT ${n});'), 'braces', 'Flyway');
    assert.deepEqual(parseScript(braces.sql).statements.map(({ statement }) => statement.kind), ['CreateStmt']);
    assert.equal(new Set(braces.placeholders.map((each) => each.text)).size, 3);
  });

  it('comes back in edits and in what is told', () => {
    const source = withPlaceholders(wholeSource('DROP TABLE ${schema}.t;'), 'braces', 'Flyway');
    assert.equal(asInFile(source, source.sql), 'DROP TABLE ${schema}.t;');
    assert.deepEqual(editToFile(source, { span: { start: 0, end: 3 }, text: source.sql }), { span: { start: 0, end: 3 }, text: 'DROP TABLE ${schema}.t;' });
  });
});
