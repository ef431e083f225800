import assert from 'node:assert/strict';
import { loadParser } from '../../src/sql/parse.ts';
import type { Example } from '../../src/rules/define-rule.ts';
import { checkExample, found } from './check-sql.ts';

before(loadParser);

/** What one rule says. */
function said(rule: string, example: Example): readonly string[] {
  return checkExample(example).filter((finding) => finding.rule === rule).map(({ message }) => message);
}

describe('drops that lose more than they name', () => {
  const setup = 'CREATE TABLE a (id bigint PRIMARY KEY);\nCREATE TABLE b (id bigint PRIMARY KEY, a_id bigint CONSTRAINT b_a REFERENCES a);\nCREATE VIEW v AS SELECT id FROM a;\nCREATE VIEW w AS SELECT id FROM v;';

  it('name the dependants that the history knows, without those that go anyway', () => {
    assert.match(said('drop-table', { setup, sql: 'DROP TABLE IF EXISTS a CASCADE;' })[0] ?? '', /CASCADE takes the view v and the foreign key b_a of public\.b along/);
    assert.match(said('drop-table', { setup, sql: 'DROP TABLE IF EXISTS a, b CASCADE;' })[0] ?? '', /CASCADE takes the view v along/);
    assert.match(said('drop-cascade', { setup, sql: 'DROP VIEW IF EXISTS v CASCADE;' })[0] ?? '', /^CASCADE drops the view w along with v/);
    assert.match(said('drop-cascade', { sql: 'DROP VIEW IF EXISTS v CASCADE;' })[0] ?? '', /^CASCADE drops the views that read it along with v/);
  });

  it('say nothing of what the script itself made', () => {
    assert.deepEqual(found({ sql: 'CREATE VIEW n AS SELECT 1 AS one;\nDROP VIEW IF EXISTS n CASCADE;' }), []);
    assert.deepEqual(found({ sql: "CREATE TYPE m AS ENUM ('a');\nDROP TYPE IF EXISTS m CASCADE;" }), []);
    assert.deepEqual(found({ sql: 'DROP SCHEMA IF EXISTS s CASCADE;\nCREATE SCHEMA s;' }), ['drop-schema']);
  });

  it('reach through other tables with TRUNCATE', () => {
    const deep = `${setup}\nCREATE TABLE c (id bigint PRIMARY KEY, b_id bigint REFERENCES b);`;
    assert.match(said('truncate-cascade', { setup: deep, sql: 'TRUNCATE a CASCADE;' })[0] ?? '', /these are public\.b and public\.c/);
    assert.match(said('truncate-cascade', { sql: 'TRUNCATE a CASCADE;' })[0] ?? '', /A dry run shows/);
  });
});

describe('drop-constraint and its neighbours', () => {
  const setup = 'CREATE TABLE p (id bigint PRIMARY KEY);\nCREATE TABLE t (id bigint PRIMARY KEY, a int, b int, p_id bigint CONSTRAINT t_p REFERENCES p, UNIQUE (a, b));';

  it('say nothing where the script makes up for it', () => {
    for (const sql of [
      'ALTER TABLE t DROP CONSTRAINT IF EXISTS t_a_b_key, ADD CONSTRAINT other UNIQUE (b, a);',
      'ALTER TABLE t DROP CONSTRAINT IF EXISTS t_a_b_key;\nALTER TABLE t DROP COLUMN IF EXISTS b;',
      'ALTER TABLE t DROP CONSTRAINT IF EXISTS t_p;\nDROP TABLE IF EXISTS p;',
      'ALTER TABLE t DROP CONSTRAINT IF EXISTS t_p;\nALTER TABLE t ADD CONSTRAINT again FOREIGN KEY (p_id) REFERENCES p ON DELETE CASCADE NOT VALID;',
    ]) assert.deepEqual(said('drop-constraint', { setup, sql }), [], sql);
  });

  it('guess nothing of a constraint that nobody told of', () => {
    const [finding] = checkExample({ sql: 'ALTER TABLE t DROP CONSTRAINT IF EXISTS c;' });
    assert.deepEqual([finding?.rule, finding?.severity], ['drop-constraint', 'information']);
    assert.deepEqual(found({ sql: 'ALTER TABLE t DROP CONSTRAINT IF EXISTS t_pkey;' }), ['drop-primary-key']);
    assert.deepEqual(found({ sql: 'ALTER TABLE t DROP CONSTRAINT IF EXISTS c;\nALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;' }), []);
  });

  it('tell the index of a constraint from others, in downs too', () => {
    const up = 'CREATE UNIQUE INDEX t_a ON t (a);\nALTER TABLE t ADD CONSTRAINT t_a UNIQUE USING INDEX t_a;';
    assert.deepEqual(said('drop-index-backing-constraint', { setup, side: 'down', otherSide: up, sql: 'DROP INDEX IF EXISTS t_a;' }).length, 1);
    assert.deepEqual(said('drop-index-backing-constraint', { setup, side: 'down', otherSide: 'CREATE UNIQUE INDEX t_a ON t (a);', sql: 'DROP INDEX IF EXISTS t_a;' }), []);
  });
});

describe('alter-column-type-narrowing', () => {
  it('speaks of types that hold less, and of no others', () => {
    const outcome = (from: string, to: string): boolean => said('alter-column-type-narrowing', { setup: `CREATE TABLE t (id bigint PRIMARY KEY, c ${from});`, sql: `ALTER TABLE t ALTER COLUMN c TYPE ${to};` }).length > 0;
    const narrower = [['text', 'char(3)'], ['varchar(9)', 'varchar(8)'], ['varchar', 'varchar(8)'], ['bigint', 'smallint'], ['bigserial', 'integer'], ['numeric', 'integer'], ['numeric', 'numeric(4, 1)'], ['numeric(8, 2)', 'numeric(6, 2)'], ['numeric(8, 2)', 'numeric(9, 1)'], ['timestamptz', 'timestamptz(0)'], ['timestamp', 'date']] as const;
    const wider = [['char(3)', 'text'], ['varchar(8)', 'varchar(9)'], ['text', 'varchar'], ['integer', 'bigint'], ['smallint', 'integer'], ['numeric(6, 2)', 'numeric(8, 2)'], ['numeric(6, 2)', 'numeric(9, 4)'], ['numeric(6, 2)', 'numeric'], ['timestamptz(0)', 'timestamptz'], ['date', 'timestamp'], ['integer', 'text'], ['json', 'jsonb'], ['text[]', 'varchar(3)[]']] as const;
    assert.deepEqual(narrower.filter(([from, to]) => !outcome(from, to)), []);
    assert.deepEqual(wider.filter(([from, to]) => outcome(from, to)), []);
  });

  it('is silent when nobody told the type', () => {
    assert.deepEqual(found({ sql: 'ALTER TABLE t ALTER COLUMN c TYPE varchar(3);' }), ['alter-column-type-rewrite']);
  });
});

describe('replace-view-breaks', () => {
  it('compares only what the words tell', () => {
    const breaks = (before: string, after: string): boolean => said('replace-view-breaks', { setup: `CREATE TABLE t (a int, b int);\nCREATE VIEW v AS ${before};`, sql: `CREATE OR REPLACE VIEW v AS ${after};` }).length > 0;
    assert.deepEqual([breaks('SELECT a, b FROM t', 'SELECT b, a FROM t'), breaks('SELECT a FROM t', 'SELECT b AS a FROM t'), breaks('SELECT * FROM t', 'SELECT a FROM t'), breaks('SELECT a, b FROM t', 'SELECT * FROM t')], [true, false, false, false]);
  });
});

describe('renames', () => {
  it('are silent where something gets the old name, and offer the view only where it keeps policies', () => {
    const offers = (setup: string, postgres: 14 | 17): number => checkExample({ setup, sql: 'ALTER TABLE t RENAME TO u;', config: { postgres } }).flatMap(({ fixes }) => fixes).length;
    const table = 'CREATE TABLE t (id bigint PRIMARY KEY);';
    const rowSecurity = `${table}\nALTER TABLE t ENABLE ROW LEVEL SECURITY;`;
    assert.deepEqual([offers(table, 14), offers(rowSecurity, 14), offers('', 14), offers(rowSecurity, 17), offers('', 17)], [1, 0, 0, 1, 1]);
    assert.deepEqual(said('rename-table', { setup: table, sql: 'ALTER TABLE t RENAME TO u;\nCREATE TABLE t (id bigint PRIMARY KEY);' }), []);
    assert.deepEqual(checkExample({ setup: table, sql: 'ALTER TABLE t RENAME TO u;', config: { plainTransaction: 'autocommit' } }).flatMap(({ fixes }) => fixes), []);
  });
});
