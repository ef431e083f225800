import assert from 'node:assert/strict';
import { loadModule, parsePlPgSQLSync } from 'libpg-query';
import { loadParser, parseStatement } from '../../src/sql/parse.ts';
import { blockContent } from '../../src/sql/plpgsql.ts';

before(async () => {
  await loadParser();
  await loadModule();
});

const blocks = [
  'DO $$ BEGIN CREATE TABLE t (id int); END $$',
  "DO $body$\nDECLARE\n  n int := 1;\n  x text DEFAULT CASE WHEN true THEN 'a;b' END;\nBEGIN\n  -- a comment; with a semicolon\n  IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'mood') THEN\n    CREATE TYPE mood AS ENUM ('sad');\n  ELSIF n > 1 THEN\n    DROP TYPE mood;\n  ELSE\n    ALTER TABLE t ADD COLUMN größe int;\n  END IF;\n  n := n + 1;\nEXCEPTION\n  WHEN duplicate_object OR undefined_table THEN\n    DELETE FROM t;\n  WHEN others THEN NULL;\nEND\n$body$",
  "DO $$ <<outer>> DECLARE r record; a int; update int; BEGIN SELECT count(*), max(n) INTO STRICT a, r.x FROM t WHERE (a IN (SELECT 1)); INSERT INTO t VALUES (1) RETURNING n INTO a; update := 2; WHILE a < 3 LOOP UPDATE t SET n = CASE WHEN n > 1 THEN 2 ELSE 3 END; END LOOP; CASE a WHEN 1 THEN TRUNCATE t; ELSE NULL; END CASE; PERFORM f(); RAISE NOTICE 'x; %', a; END outer $$",
  'DO $$ DECLARE i int; n int; x int[]; BEGIN BEGIN DROP TABLE a; EXCEPTION WHEN others THEN RAISE; END; FOR i IN 1..3 LOOP INSERT INTO t VALUES (i); CONTINUE WHEN i = 2; END LOOP; FOREACH i IN ARRAY x LOOP LOCK TABLE t; EXIT; END LOOP; LOOP EXIT WHEN true; END LOOP; WITH d AS (DELETE FROM t RETURNING *) SELECT count(*) INTO n FROM d; END $$',
];

describe('the SQL in a DO block', () => {
  it('is what PL/pgSQL itself sends to PostgreSQL', () => {
    for (const sql of blocks) {
      const own = blockContent(parseStatement(sql)).statements.map(({ statement }) => statement.text);
      assert.deepEqual(own, sentBy(parsePlPgSQLSync(sql)), sql);
    }
  });

  it('stands where it says', () => {
    for (const sql of blocks) {
      for (const { start, statement } of blockContent(parseStatement(sql)).statements) assert.equal(sql.slice(start, start + statement.text.length).slice(0, 6), statement.text.slice(0, 6));
    }
  });

  it('is read out of an EXECUTE of one literal, and of a query that a loop runs', () => {
    const texts = (body: string): readonly string[] => blockContent(parseStatement(`DO $x$ BEGIN ${body} END $x$`)).statements.map(({ statement }) => statement.text);
    assert.deepEqual(texts("EXECUTE 'DROP TABLE t;'; EXECUTE $$DROP TABLE u$$ INTO a;"), ['DROP TABLE t', 'DROP TABLE u']);
    assert.deepEqual(texts("EXECUTE 'SELECT $1' INTO a USING b; FOR r IN DELETE FROM t RETURNING n LOOP NULL; END LOOP;"), ['SELECT $1', 'DELETE FROM t RETURNING n']);
  });

  it('that is made when the block runs is told with its place', () => {
    const sql = "DO $$ BEGIN EXECUTE format('DROP TABLE %I', x); EXECUTE 'DROP ' || y; FOR r IN EXECUTE q LOOP NULL; END LOOP; RETURN QUERY EXECUTE z; EXECUTE 'a''b'; END $$";
    assert.deepEqual(blockContent(parseStatement(sql)).dynamic.map(({ start, end }) => sql.slice(start, end)), ["EXECUTE format('DROP TABLE %I', x)", "EXECUTE 'DROP ' || y", 'EXECUTE q', 'EXECUTE z', "EXECUTE 'a''b'"]);
  });

  it('is refused where PL/pgSQL refuses it, and nowhere else', () => {
    const problems = (sql: string): number => blockContent(parseStatement(sql)).statements.filter(({ statement }) => statement.problem !== null).length;
    assert.deepEqual([problems('DO $$ BEGIN DROP TABEL t; END $$'), problems("DO $$ BEGIN EXECUTE 'DROP TABEL t'; END $$")], [1, 0]);
  });

  it('is not read where escapes or another language stand', () => {
    const read = (sql: string): unknown => {
      const { statements, unread } = blockContent(parseStatement(sql));
      return [statements.length, unread === null ? null : sql.slice(unread.start, unread.end)];
    };
    assert.deepEqual([read("DO 'BEGIN DROP TABLE t; END'"), read("DO E'BEGIN DROP TABLE t; END'"), read("DO 'BEGIN RAISE ''x''; END'"), read("DO LANGUAGE plv8 $$ DROP TABLE t; $$")], [[1, null], [0, "E'BEGIN DROP TABLE t; END'"], [0, "'BEGIN RAISE ''x''; END'"], [0, null]]);
  });
});

/** The queries of its static statements, in the order of the text. */
function sentBy(tree: unknown): readonly string[] {
  if (Array.isArray(tree)) return tree.flatMap(sentBy);
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => (key === 'PLpgSQL_stmt_execsql' ? [queryOf(value)] : sentBy(value)));
}

function queryOf(statement: unknown): string {
  return (statement as { readonly sqlstmt: { readonly PLpgSQL_expr: { readonly query: string } } }).sqlstmt.PLpgSQL_expr.query; // The shape of libpg-query's tree.
}
