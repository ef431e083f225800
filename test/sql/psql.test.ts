import assert from 'node:assert/strict';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';

before(loadParser);

/** The statements' texts, and what only psql reads. */
function read(text: string): { readonly statements: readonly string[]; readonly psql: readonly string[] } {
  const { statements, comments } = parseScript(text);
  return {
    statements: statements.map(({ statement }) => statement.text),
    psql: comments.filter(({ kind }) => kind === 'psql' || kind === 'rows').map(({ start, end }) => text.slice(start, end)),
  };
}

describe('scripts for psql', () => {
  it('keeps commands apart from the statements around them, whatever quotes and semicolons they hold', () => {
    assert.deepEqual(read("\\set ON_ERROR_STOP on\n\\echo it's; done\r\nSELECT 1;\n  \\i other.sql\n-- c\nSELECT 2; \\connect db\n\\if :x\nSELECT 3;\n\\endif"), {
      statements: ['SELECT 1', 'SELECT 2', 'SELECT 3'],
      psql: ['\\set ON_ERROR_STOP on', "\\echo it's; done", '\\i other.sql', '\\connect db', '\\if :x', '\\endif'],
    });
  });

  it('ends a statement where psql sends it', () => {
    assert.deepEqual(read("SELECT 'x'\n\\gexec\nSELECT 1 AS a \\gset p_\nSELECT 2;"), { statements: ["SELECT 'x'", 'SELECT 1 AS a', 'SELECT 2'], psql: ['\\gexec', '\\gset p_'] });
  });

  it('takes the rows below COPY FROM stdin for no SQL, up to the line that ends them', () => {
    const rows = "1\tit's; $$ /* \n\\N\t\\\\.\n";
    assert.deepEqual(read(`COPY a (id, b) FROM stdin WITH (FORMAT text);\n${rows}\\.\n\nSELECT 1;`), { statements: ['COPY a (id, b) FROM stdin WITH (FORMAT text)', 'SELECT 1'], psql: [`${rows}\\.`] });
    assert.deepEqual(read("COPY a FROM STDIN;\r\n1\r\n\\.\r\nSELECT 1;"), { statements: ['COPY a FROM STDIN', 'SELECT 1'], psql: ['1\r\n\\.'] });
    assert.deepEqual(read("COPY a FROM stdin;\n\\.\nSELECT 1;").psql, ['\\.']);
  });

  it('goes on checking where the rows have no end yet, and where there are none', () => {
    assert.deepEqual(read('COPY a FROM stdin;\nSELECT 1;').statements, ['COPY a FROM stdin', 'SELECT 1']);
    assert.deepEqual(read("COPY a FROM 'file';\nSELECT 1;\n\\.\n"), { statements: ["COPY a FROM 'file'", 'SELECT 1'], psql: ['\\.'] });
  });

  it('leaves backslashes in literals alone', () => {
    assert.deepEqual(read("SELECT E'\\'', '\\', $$\n\\set x\n$$;\nSELECT 1;").psql, []);
  });
});
