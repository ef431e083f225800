import assert from 'node:assert/strict';
import { applyEdits } from '../../src/model/edit.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { checkExample, found } from './check-sql.ts';

before(loadParser);

/** The SQL when the fixes of one rule are applied. */
function mended(rule: string, sql: string): string {
  const edits = checkExample({ sql, config: { rules: { [rule]: 'information' } } }).filter((finding) => finding.rule === rule).flatMap(({ fixes }) => fixes.flatMap((fix) => fix.edits));
  return applyEdits(sql, edits);
}

describe('rules that a team asks for', () => {
  it('say nothing until then', () => {
    assert.deepEqual(found({ sql: 'CREATE TABLE "T" (id bigserial PRIMARY KEY, a varchar(3), b int, c timestamp, d json, e jsonb, deleted_at date);\nCREATE INDEX i ON "T" (a, b, c, e);' }), []);
  });

  it('change the words of a type and leave what surrounds them', () => {
    assert.equal(mended('prefer-text', 'CREATE TABLE t (id bigint PRIMARY KEY, a varchar(3)[] NOT NULL, "b (c)" character varying ( 9 ) COLLATE "C" CONSTRAINT x CHECK (a <> \'{}\'), d char);'), 'CREATE TABLE t (id bigint PRIMARY KEY, a text[] NOT NULL, "b (c)" text COLLATE "C" CONSTRAINT x CHECK (a <> \'{}\'), d text);');
    assert.equal(mended('prefer-timestamptz', 'ALTER TABLE t ADD COLUMN IF NOT EXISTS a timestamp (3) without time zone DEFAULT now(), ADD b timestamptz;'), 'ALTER TABLE t ADD COLUMN IF NOT EXISTS a timestamptz(3) DEFAULT now(), ADD b timestamptz;');
    assert.equal(mended('prefer-bigint', 'CREATE TABLE t (id bigint PRIMARY KEY, größe int /* klein */ NOT NULL, n numeric);'), 'CREATE TABLE t (id bigint PRIMARY KEY, größe bigint /* klein */ NOT NULL, n numeric);');
  });

  it('name a wrong word at its place', () => {
    const sql = 'CREATE TABLE "orderLines" (id bigint PRIMARY KEY, "a b" text, c$ text);';
    const findings = checkExample({ sql, config: { rules: { 'identifier-not-snake-case': 'information' } } });
    assert.deepEqual(findings.map(({ span }) => sql.slice(span.start, span.end)), [sql.slice(0, -1), '"orderLines"', '"a b"']);
  });
});
