import assert from 'node:assert/strict';
import type { Example } from '../../src/rules/define-rule.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { checkExample, found } from './check-sql.ts';

before(loadParser);

const autocommit = { plainTransaction: 'autocommit' } as const;

function fixesOf(rule: string, example: Example): readonly string[] {
  return checkExample(example).filter((finding) => finding.rule === rule).flatMap(({ fixes }) => fixes.map(({ title }) => title));
}

describe('partitions', () => {
  const parent = 'CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);';
  const attach = "CREATE TABLE n (LIKE events INCLUDING DEFAULTS);\nALTER TABLE events ATTACH PARTITION n FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');";

  it('are followed through ATTACH, DETACH, DROP and RENAME', () => {
    const rest = `${parent}\nCREATE TABLE rest PARTITION OF events DEFAULT;`;
    assert.deepEqual(found({ setup: rest, sql: attach }), ['default-partition-scan']);
    assert.deepEqual(found({ setup: `${parent}\nCREATE TABLE rest (LIKE events);\nALTER TABLE events ATTACH PARTITION rest DEFAULT;`, sql: attach }), ['default-partition-scan']);
    assert.match(checkExample({ setup: `${rest}\nALTER TABLE rest RENAME TO other;\nALTER TABLE events RENAME TO happenings;`, sql: attach.replaceAll('events', 'happenings') })[0]?.message ?? '', /^All of other, the default partition of happenings/);
    for (const gone of ['ALTER TABLE events DETACH PARTITION rest;', 'DROP TABLE rest;']) assert.deepEqual(found({ setup: `${rest}\n${gone}`, sql: attach }), []);
  });

  it('get their indexes one by one, unless one of them has partitions itself', () => {
    const sql = 'CREATE INDEX events_at_idx ON events (at);';
    const one = `${parent}\nCREATE TABLE p PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`;
    assert.equal(fixesOf('create-index-blocking', { setup: `${one};`, sql, config: autocommit }).length, 1);
    assert.equal(fixesOf('create-index-blocking', { setup: `${one} PARTITION BY RANGE (id);`, sql, config: autocommit }).length, 0);
    assert.equal(fixesOf('create-index-blocking', { setup: `${one};`, sql }).length, 0);
    assert.equal(fixesOf('create-index-blocking', { setup: parent, sql, config: autocommit }).length, 0);
  });

  it('are taken on trust where nobody told of them', () => {
    const [finding] = checkExample({ sql: "ALTER TABLE events ATTACH PARTITION old FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');" });
    assert.deepEqual([finding?.rule, finding?.severity], ['attach-partition-scan', 'information']);
  });
});

describe('columns that cost more than they say', () => {
  const setup = 'CREATE TABLE t (id bigint PRIMARY KEY);\nCREATE TABLE p (id bigint PRIMARY KEY);';

  it('are told by the rule of their own', () => {
    const of = (column: string): readonly string[] => found({ setup: `${setup}\nCREATE DOMAIN tight AS int CHECK (VALUE > 0);\nCREATE DOMAIN loose AS int;`, sql: `ALTER TABLE t ADD COLUMN c ${column};` });
    assert.deepEqual(of('serial'), ['add-column-serial']);
    assert.deepEqual(of('int GENERATED ALWAYS AS (id::int) STORED'), ['add-column-stored-generated']);
    assert.deepEqual(of('tight'), ['add-column-constrained-domain']);
    assert.deepEqual(of('loose'), []);
    assert.deepEqual(of('mood'), []);
    assert.deepEqual(of('bigint REFERENCES p DEFAULT NULL').filter((rule) => rule.startsWith('add-column')), []);
    assert.deepEqual(of('int CHECK (c > 0) NOT ENFORCED'), []);
  });

  it('follow a domain through what changes it', () => {
    const of = (domain: string): readonly string[] => found({ setup: `${setup}\n${domain}`, sql: 'ALTER TABLE t ADD COLUMN c d;' });
    assert.deepEqual(of('CREATE DOMAIN d AS int;\nALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0);'), ['add-column-constrained-domain']);
    assert.deepEqual(of("CREATE DOMAIN d AS int CHECK (VALUE > 0);\nDROP DOMAIN d;\nCREATE TYPE d AS ENUM ('a');"), []);
  });

  it('keep the other words of the column where they are', () => {
    const sql = "ALTER TABLE t ADD COLUMN c text CHECK (length(c) < 9) DEFAULT 'x' NOT NULL, ADD COLUMN e int;";
    const [fix] = checkExample({ setup, sql }).find(({ rule }) => rule === 'add-column-check')?.fixes ?? [];
    const edited = [...(fix?.edits ?? [])].sort((a, b) => b.span.start - a.span.start).reduce((text, { span, text: put }) => text.slice(0, span.start) + put + text.slice(span.end), sql);
    assert.equal(edited, "ALTER TABLE t ADD COLUMN c text DEFAULT 'x' NOT NULL, ADD CONSTRAINT t_c_check CHECK (length(c) < 9) NOT VALID, ADD COLUMN e int;");
  });
});

describe('lock-window-wide', () => {
  const setup = 'CREATE TABLE a (id bigint PRIMARY KEY);\nCREATE TABLE b (id bigint PRIMARY KEY, n int);\nCREATE VIEW v AS SELECT id FROM a;';
  const said = (sql: string, more: Partial<Example> = {}): readonly string[] => checkExample({ setup, sql, ...more }).filter(({ rule }) => rule === 'lock-window-wide').map(({ severity }) => severity);

  it('tells long work from the wait for another table', () => {
    assert.deepEqual(said('ALTER TABLE a ADD COLUMN x int;\nCREATE INDEX i ON b (n);'), ['warning']);
    assert.deepEqual(said('ALTER TABLE a ADD COLUMN x int;\nALTER TABLE b ADD COLUMN x int;'), ['information']);
    assert.deepEqual(said('BEGIN;\nALTER TABLE a ADD COLUMN x int;\nCOMMIT;\nBEGIN;\nALTER TABLE b ADD COLUMN x int;\nCOMMIT;', { config: autocommit }), []);
  });

  it('says nothing of new tables, views, the other end of a foreign key, or a down of two tables', () => {
    for (const sql of [
      'ALTER TABLE a ADD COLUMN x int;\nCREATE INDEX i ON a (x);',
      'ALTER TABLE a ADD COLUMN x int;\nCREATE TABLE c (id bigint PRIMARY KEY);\nCREATE INDEX i ON c (id);',
      'DROP VIEW IF EXISTS v;\nALTER TABLE a ADD COLUMN x int;\nCREATE VIEW v AS SELECT id, x FROM a;',
      'ALTER TABLE a ADD COLUMN b_id bigint;\nALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b_id) REFERENCES b NOT VALID;',
    ]) assert.deepEqual(said(sql), [], sql);
    assert.deepEqual(said('ALTER TABLE a DROP COLUMN IF EXISTS x;\nALTER TABLE b DROP COLUMN IF EXISTS x;', { side: 'down', otherSide: 'ALTER TABLE a ADD COLUMN x int;\nALTER TABLE b ADD COLUMN x int;' }), []);
  });

  it('leaves VALIDATE of a constraint of the same transaction to its own rule', () => {
    assert.deepEqual(said('ALTER TABLE b ADD CONSTRAINT c CHECK (n > 0) NOT VALID;\nALTER TABLE b VALIDATE CONSTRAINT c;'), []);
    assert.deepEqual(said('ALTER TABLE a ADD COLUMN x int;\nALTER TABLE b VALIDATE CONSTRAINT c;', { setup: `${setup}\nALTER TABLE b ADD CONSTRAINT c CHECK (n > 0) NOT VALID;` }), ['warning']);
  });
});
