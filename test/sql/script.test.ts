import assert from 'node:assert/strict';
import { loadParser } from '../../src/sql/parse.ts';
import { editScript, parseScript, plainSql, type SqlScript } from '../../src/sql/script.ts';

const breakpoints = { separator: '--> statement-breakpoint', span: null };

function texts(script: SqlScript): readonly string[] {
  return script.statements.map((each) => each.statement.text);
}

function broken(script: SqlScript): readonly string[] {
  return script.statements.filter((each) => each.statement.problem !== null).map((each) => each.statement.text);
}

describe('a script', () => {
  before(loadParser);

  it('is cut at semicolons, and statements know where they stand', () => {
    const text = '-- first\nSELECT 1;\n\n  SELECT 2 ; -- end\nSELECT 3';
    const script = parseScript(text);
    assert.deepEqual(texts(script), ['SELECT 1', 'SELECT 2', 'SELECT 3']);
    for (const each of script.statements) assert.equal(text.startsWith(each.statement.text, each.start), true);
    assert.deepEqual(script.comments.map((each) => text.slice(each.start, each.end)), ['-- first', '-- end']);
  });

  it('keeps semicolons in quotes, comments, parentheses and bodies', () => {
    const statements = [
      "INSERT INTO a VALUES ('x;y', E'it\\'s;', \"b;c\")",
      'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $body$ SELECT 1; SELECT $$;$$; $body$',
      'CREATE RULE r AS ON INSERT TO a DO ALSO (SELECT 1; SELECT 2)',
      'SELECT /* ; /* ; */ ; */ 1 -- ;\n + 1',
      'CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; SELECT 2; END',
      'SELECT a$b$ FROM t',
      'SELECT U&\'d;\\0061\' AS "x"',
    ];
    assert.deepEqual(texts(parseScript(statements.join(';\n'))), statements);
  });

  it('ends a statement at the separator of its layout', () => {
    const script = parseScript('CREATE TABLE a (id int)\n--> statement-breakpoint\nCREATE TABLE b (id int);--> statement-breakpoint\nSELECT 1', breakpoints);
    assert.deepEqual(texts(script), ['CREATE TABLE a (id int)', 'CREATE TABLE b (id int)', 'SELECT 1']);
    assert.deepEqual(script.comments, []);
  });

  it('keeps the other statements when one is broken', () => {
    const script = parseScript('CREATE TABEL a (id int);\nCREATE INDEX i ON b (c);\nSELECT FROM WHERE;\nSELECT 1;');
    assert.equal(script.statements.length, 4);
    assert.deepEqual(broken(script), ['CREATE TABEL a (id int)', 'SELECT FROM WHERE']);
  });

  it('places a syntax error in UTF-16 units behind emoji and umlauts', () => {
    const text = "SELECT '😀ä', FROM x";
    const problem = parseScript(text).statements[0]?.statement.problem;
    assert.equal(problem?.message, 'syntax error at or near "FROM"');
    assert.equal(text.slice(problem.span.start, problem.span.end), 'FROM');
  });

  it('takes a forgotten quote for the end of its own statement only', () => {
    const script = parseScript("UPDATE a SET b = 'x;\nCREATE INDEX i ON b (c);\nINSERT INTO c VALUES ('y');\nSELECT 1;");
    assert.deepEqual(texts(script), ["UPDATE a SET b = 'x", 'CREATE INDEX i ON b (c)', "INSERT INTO c VALUES ('y')", 'SELECT 1']);
    assert.deepEqual(broken(script), ["UPDATE a SET b = 'x"]);
  });

  it('takes a forgotten dollar quote for the end of its own statement only', () => {
    const fine = 'CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS $$\nBEGIN\n  PERFORM 1;\nEND\n$$';
    const script = parseScript(`CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ SELECT 1;\nCREATE INDEX i ON b (c);\n${fine};\nSELECT 1;`);
    assert.deepEqual(broken(script), ['CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ SELECT 1']);
    assert.deepEqual(texts(script).slice(1), ['CREATE INDEX i ON b (c)', fine, 'SELECT 1']);
  });

  it('reports a block comment that never ends, alone or behind a statement', () => {
    for (const [text, statement] of [['/* open', '/* open'], ['SELECT 1;\n/* open /* */\nDROP TABLE a;', '/* open /* */\nDROP TABLE a;'], ['SELECT 1 /* open;', 'SELECT 1 /* open;']] as const) {
      const problems = parseScript(text).statements.filter((each) => each.statement.problem !== null);
      assert.deepEqual(problems.map((each) => [each.statement.text, each.statement.kind]), [[statement, 'SyntaxError']]);
      assert.match(problems[0]?.statement.problem?.message ?? '', /^unterminated \/\* comment/);
    }
    assert.deepEqual(parseScript('/* closed */ -- and open').statements, []);
  });

  it('believes a string that holds a whole script', () => {
    const text = "COMMENT ON TABLE a IS 'first;\nCREATE TABLE b ();\n'";
    assert.deepEqual(texts(parseScript(`${text};`)), [text]);
  });

  it('is never lost on odd input', () => {
    for (const text of ['', ' \n', '-- only a comment', ';;;', '/* open', "'", '"', '$$', '$', '\\', '\0', '(((', ')))', 'SELECT 1;\u2028SELECT 2', 'E\'\\', '\ud83d']) {
      assert.equal(parseScript(text).text, text);
    }
  });
});

describe('an edited script', () => {
  before(loadParser);

  it('is what parsing the new text gives, for thousands of random edits', () => {
    const random = seeded(20_261);
    const bits = [';', "'", '"', '$$', '--', '/*', '*/', '\n', ' ', 'SELECT 1;', 'a', 'é😀', '(', ')', '--> statement-breakpoint', "E'\\''", 'CREATE TABLE t (a int);\n'];
    for (let round = 0; round < 60; round += 1) {
      const options = round % 2 === 0 ? plainSql : breakpoints;
      let script = parseScript(Array.from({ length: 12 }, () => bits[random(bits.length)]).join(' ') + '\nALTER TABLE a ADD b text;\nSELECT 2;\n'.repeat(5), options);
      for (let step = 0; step < 60; step += 1) {
        const start = random(script.text.length + 1);
        const end = Math.min(script.text.length, start + (random(3) === 0 ? random(12) : 0));
        script = editScript(script, { span: { start, end }, text: random(4) === 0 ? '' : (bits[random(bits.length)] ?? '') });
        const whole = parseScript(script.text, options);
        assert.deepEqual(script.statements.map((each) => [each.index, each.start, each.statement.text]), whole.statements.map((each) => [each.index, each.start, each.statement.text]), JSON.stringify(script.text));
        assert.deepEqual(script.comments, whole.comments);
      }
    }
  });

  it('keeps the statements that the edit did not touch', () => {
    const script = parseScript('SELECT 1;\nSELECT 2;\nSELECT 3;\n');
    const edited = editScript(script, { span: { start: 17, end: 18 }, text: '22' });
    assert.deepEqual(texts(edited), ['SELECT 1', 'SELECT 22', 'SELECT 3']);
    assert.equal(edited.statements[2]?.statement, script.statements[2]?.statement);
  });
});

/** Numbers below `n`, the same on every run (a linear congruential generator). */
function seeded(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
