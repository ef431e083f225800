import assert from 'node:assert/strict';
import { loadParser } from '../../src/sql/parse.ts';
import { corpus as groups, ground, type OraclePair } from '../fixtures/oracle/corpus.ts';
import { checkExample } from './check-sql.ts';

before(loadParser);

const corpus = Object.values(groups).flat();

describe('down-incomplete', () => {
  it('says nothing of the pairs that pg_dump finds complete, and much of those that leave something', () => {
    const complete = corpus.filter(({ outcome }) => outcome !== 'differs');
    for (const pair of complete) assert.deepEqual(left(pair.up, pair.down, ground), [], `${pair.up}\n${pair.down}`);
    const caught = corpus.filter((pair) => leavesAnObject(pair) && left(pair.up, pair.down, ground).length > 0);
    assert.ok(complete.length > 80 && caught.length >= 7, `${String(complete.length)} complete ones, ${String(caught.length)} caught`);
  });

  it('says nothing of complete downs, however they are written', () => {
    for (const [up, down] of silent) assert.deepEqual(left(up, down), [], `${up}\n${down}`);
  });

  it('names what is left', () => {
    for (const [up, down, words] of spoken) assert.deepEqual(left(up, down), words, `${up}\n${down}`);
  });
});

/** What the messages of one pair name. */
function left(sql: string, otherSide: string, setup = 'CREATE TABLE t (id bigint PRIMARY KEY, n text);'): readonly string[] {
  return checkExample({ sql, otherSide, setup }).filter(({ rule }) => rule === 'down-incomplete').map(({ message }) => /^The down leaves (.*?)\. Take/.exec(message)?.[1] ?? message);
}

const silent: readonly (readonly [string, string])[] = [
  ['CREATE TABLE a (id int);', ''],
  ['CREATE TABLE a (id int);', '-- nothing to do\n'],
  ['BEGIN; CREATE TABLE a (id int); ROLLBACK; CREATE TABLE b (id int);', 'DROP TABLE b;'],
  ['CREATE TEMP TABLE a (id int);', 'DROP TABLE t;'],
  ['CREATE TABLE IF NOT EXISTS t (id int);', 'DROP INDEX i;'],
  ['ALTER TABLE t ADD COLUMN IF NOT EXISTS n text;', 'DROP INDEX i;'],
  ['SET search_path TO app; CREATE TABLE a (id int);', 'DROP TABLE app.a;'],
  ['CREATE TABLE "A b" (id int);', 'DROP TABLE public."A b";'],
  ['CREATE TABLE a (id int);', 'DROP SCHEMA app CASCADE;'],
  ['CREATE TABLE a (id int);', 'SELECT undo();'],
  ['CREATE TABLE a (id int);', 'DROP TABL a;'],
  ['CREATE TABLE a (id int);', 'SELECT (SELECT undo());'],
  ['CREATE VIEW v AS SELECT 1;', 'DROP TABLE t CASCADE;'],
  ['ALTER TABLE t ADD COLUMN c int;', 'DROP TABLE t;'],
  ['ALTER TABLE t RENAME TO u; ALTER TABLE u ADD COLUMN c int;', 'ALTER TABLE u RENAME TO t; ALTER TABLE t DROP COLUMN c;'],
  ['ALTER TABLE t ADD COLUMN c int; ALTER TABLE t RENAME COLUMN c TO d;', 'ALTER TABLE t DROP COLUMN d;'],
  ['ALTER TABLE t ADD CHECK (id > 0);', 'ALTER TABLE t DROP CONSTRAINT t_id_check;'],
  ['ALTER TABLE t ADD CONSTRAINT c CHECK (id > 0); ALTER TABLE t RENAME CONSTRAINT c TO d;', 'ALTER TABLE t DROP CONSTRAINT d;'],
  ['ALTER TABLE t ADD CONSTRAINT c CHECK (n IS NOT NULL) NOT VALID; ALTER TABLE t ALTER n SET NOT NULL; ALTER TABLE t DROP CONSTRAINT c;', 'ALTER TABLE t ALTER n DROP NOT NULL;'],
  ['CREATE UNIQUE INDEX i ON t (n); ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i;', 'ALTER TABLE t DROP CONSTRAINT k;'],
  ['CREATE INDEX ON t (n);', 'DROP INDEX t_n_idx;'],
  ['CREATE INDEX i ON t (n); ALTER INDEX i RENAME TO j;', 'DROP INDEX j;'],
  ['CREATE TYPE m AS ENUM (); ALTER TYPE m RENAME TO k;', 'DROP TYPE k;'],
  ['CREATE DOMAIN d AS int; CREATE TYPE r AS RANGE (subtype = int); CREATE TYPE c AS (a int);', 'DROP TYPE c, r; DROP DOMAIN IF EXISTS d;'],
  ['CREATE PROCEDURE p() LANGUAGE sql AS \'\';', 'DROP ROUTINE p;'],
  ['CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS \'SELECT 2\';', 'CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS \'SELECT 1\';'],
  ['CREATE OR REPLACE VIEW v AS SELECT 2;', 'CREATE OR REPLACE VIEW v AS SELECT 1;'],
  ['CREATE SCHEMA IF NOT EXISTS s; CREATE EXTENSION IF NOT EXISTS hstore;', 'DROP INDEX i;'],
  ['CREATE SCHEMA s; CREATE EXTENSION hstore;', 'DROP EXTENSION hstore; DROP SCHEMA s;'],
  ['CREATE SEQUENCE s; ALTER SEQUENCE s OWNED BY t.id;', 'ALTER TABLE t DROP COLUMN id;'],
  ['CREATE SEQUENCE s OWNED BY t.id;', 'DROP TABLE t;'],
  ['CREATE TABLE p PARTITION OF t FOR VALUES IN (1);', 'DROP TABLE t;'],
  ['CREATE TABLE p (id int); ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1);', 'DROP TABLE t;'],
  ['CREATE POLICY p ON t; ALTER POLICY p ON t RENAME TO q;', 'DROP POLICY q ON t;'],
  ['DROP POLICY IF EXISTS p ON t; CREATE POLICY p ON t;', 'DROP POLICY p ON t; CREATE POLICY p ON t USING (true);'],
];

const spoken: readonly (readonly [string, string, readonly string[]])[] = [
  ['CREATE TABLE a (id int); CREATE INDEX i ON a (id);', 'DROP TABLE b;', ['the table a']],
  ['CREATE TABLE app.a (id int); CREATE VIEW v AS SELECT 1;', 'DROP TABLE b CASCADE;', ['the table app.a']],
  ['ALTER TABLE t ADD COLUMN "C" int, ADD CONSTRAINT k CHECK (id > 0), ADD UNIQUE (n);', 'DROP INDEX i;', ['the column t."C" and the constraint k of t and the unique constraint of t']],
  ['CREATE FUNCTION f() RETURNS int LANGUAGE sql AS \'SELECT 1\'; CREATE SEQUENCE s; CREATE MATERIALIZED VIEW m AS SELECT 1;', 'DROP TYPE f;', ['the function f', 'the sequence s', 'the materialized view m']],
  ['CREATE POLICY p ON t; CREATE POLICY q ON t;', 'DROP POLICY p ON t;', ['the policy q on t']],
  ['CREATE SCHEMA s; CREATE DOMAIN d AS int;', 'DROP TABLE t CASCADE;', ['the schema s', 'the type d']],
  ['CREATE TABLE a (id int);', 'SELECT 1;', ['the table a']],
];

/** Whether its up makes anything of the kinds that the rule knows. */
function leavesAnObject({ outcome, up }: OraclePair): boolean {
  return outcome === 'differs' && /CREATE|ADD/.test(up);
}
