import assert from 'node:assert/strict';
import { loadParser } from '../../src/sql/parse.ts';
import type { Example } from '../../src/rules/define-rule.ts';
import { checkExample, found } from './check-sql.ts';

before(loadParser);

/** What one rule says. */
function said(rule: string, example: Example): readonly string[] {
  return checkExample(example).filter((finding) => finding.rule === rule).map(({ message }) => message);
}

describe('validate-same-transaction', () => {
  const setup = 'CREATE TABLE p (id bigint PRIMARY KEY);\nCREATE TABLE t (id bigint PRIMARY KEY, a bigint, p_id bigint);';
  const key = 'ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (p_id) REFERENCES p NOT VALID;';
  const validate = 'ALTER TABLE t VALIDATE CONSTRAINT k;';

  it('names the tables whose writes a foreign key keeps waiting', () => {
    assert.match(said('validate-same-transaction', { setup, sql: `${key}\n${validate}` })[0] ?? '', /writes to t and p wait .* in a later migration: .*transaction\.$/);
  });

  it('ends with the transaction, and with the constraint', () => {
    for (const sql of [
      `${key}\nCOMMIT;\n${validate}`,
      `${key}\nALTER TABLE t DROP CONSTRAINT IF EXISTS k;`,
      'ALTER TABLE t ADD CONSTRAINT other CHECK (a > 0) NOT VALID;\nALTER TABLE t VALIDATE CONSTRAINT k;',
    ]) assert.deepEqual(said('validate-same-transaction', { setup, sql }), [], sql);
  });

  it('sees the commands of one statement', () => {
    assert.match(said('validate-same-transaction', { setup, sql: `${key.slice(0, -1)}, VALIDATE CONSTRAINT k;` })[0] ?? '', /^This statement adds k .* to the table that it refers to wait/);
  });
});

describe('primary keys', () => {
  const nullable = 'CREATE TABLE t (id bigint, b bigint NOT NULL);\nCREATE UNIQUE INDEX t_pkey ON t (id, b);';

  it('name the columns that may hold a null, and mend all of them', () => {
    const both = 'CREATE TABLE t (a bigint, b bigint);\nCREATE UNIQUE INDEX t_pkey ON t (a, b);';
    const sql = 'ALTER TABLE t ADD PRIMARY KEY USING INDEX t_pkey;';
    assert.match(said('primary-key-nullable-index', { setup: nullable, sql })[0] ?? '', /because id may hold a null/);
    const [finding] = checkExample({ setup: both, sql, config: { plainTransaction: 'autocommit' } });
    assert.deepEqual(finding?.fixes[0]?.edits.map(({ text }) => text.split(';\n').length), [7, 3]);
  });

  it('are silent about what nobody told', () => {
    assert.deepEqual(found({ sql: 'ALTER TABLE t ADD PRIMARY KEY USING INDEX t_pkey;' }), []);
    assert.deepEqual(found({ setup: nullable, sql: 'ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX t_pkey;' }), []);
  });

  it('get the quick fix of ADD PRIMARY KEY only where USING INDEX will be instant', () => {
    const fixes = (type: string): number => checkExample({ setup: `CREATE TABLE t (id ${type});`, sql: 'ALTER TABLE t ADD PRIMARY KEY (id);', config: { plainTransaction: 'autocommit' } }).flatMap((finding) => finding.fixes).length;
    assert.deepEqual([fixes('bigint'), fixes('bigint NOT NULL')], [0, 1]);
  });
});

describe('check-volatile', () => {
  const finds = (condition: string): boolean => said('check-volatile', { sql: `CREATE TABLE t (id bigint PRIMARY KEY, a timestamptz, n text, CHECK (${condition}));` }).length > 0;

  it('leaves alone what time cannot make false', () => {
    const kept = ['a <= now()', 'now() > a', 'a < now() + interval \'1 day\'', 'a::date <= current_date', 'a IS NULL OR a <= clock_timestamp()', 'lower(n) = n', 'a < now()::timestamptz', 'n = my_function(n)'];
    const lost = ['a >= now()', 'a > now() - interval \'1 day\'', 'now() < a', 'age(now(), a) < interval \'1 day\'', 'n <> session_user', 'random() < 1', 'a < now() AND a > now() - interval \'1 day\''];
    assert.deepEqual(kept.filter((each) => finds(each)), []);
    assert.deepEqual(lost.filter((each) => !finds(each)), []);
  });

  it('points at the call', () => {
    const sql = 'CREATE TABLE "größe" (id bigint PRIMARY KEY, a date CHECK (a > current_date));';
    const [finding] = checkExample({ sql });
    assert.equal(sql.slice(finding?.span.start, finding?.span.end), 'current_date');
  });
});

describe('foreign-key-type-mismatch', () => {
  const outcome = (from: string, to: string): string => checkExample({ setup: `CREATE TABLE p (k ${to} PRIMARY KEY);`, sql: `CREATE TABLE t (id bigint PRIMARY KEY, k ${from} UNIQUE REFERENCES p);` }).filter(({ rule }) => rule === 'foreign-key-type-mismatch').map(({ severity }) => severity).join();

  it('tells what will be outgrown from what fails, and knows what fits', () => {
    assert.deepEqual([outcome('smallint', 'integer'), outcome('integer', 'bigserial'), outcome('int', 'uuid'), outcome('varchar(36)', 'uuid')], ['information', 'information', 'error', 'error']);
    assert.deepEqual([outcome('bigint', 'integer'), outcome('integer', 'serial'), outcome('varchar(9)', 'text'), outcome('own_type', 'uuid'), outcome('numeric', 'numeric(9, 2)')], ['', '', '', '', '']);
  });

  it('finds the key that is meant, in the same table as well', () => {
    assert.deepEqual(said('foreign-key-type-mismatch', { sql: 'CREATE TABLE t (id bigint PRIMARY KEY, parent int, FOREIGN KEY (parent) REFERENCES t (id));' }).length, 1);
    assert.deepEqual(said('foreign-key-type-mismatch', { setup: 'CREATE TABLE p (id bigint PRIMARY KEY);\nCREATE TABLE t (id bigint PRIMARY KEY, p_id int);', sql: 'ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (p_id) REFERENCES p NOT VALID;' }).length, 1);
  });

  it('changes the words of the type and nothing else', () => {
    const sql = 'CREATE TABLE t (id bigint PRIMARY KEY, k character varying(20) CONSTRAINT t_k REFERENCES p (k));';
    const [finding] = checkExample({ setup: 'CREATE TABLE p (k uuid PRIMARY KEY);', sql }).filter(({ rule }) => rule === 'foreign-key-type-mismatch');
    assert.equal(sql.slice(finding?.span.start, finding?.span.end), 'character varying(20)');
  });
});

describe('constraint-not-enforced', () => {
  it('marks the constraint that is meant, and none of its neighbours', () => {
    const sql = 'CREATE TABLE t (id bigint PRIMARY KEY, a int CHECK (a > 0) CONSTRAINT b CHECK (a < 9) NOT ENFORCED DEFAULT 3, CONSTRAINT c CHECK (a <> 4) NOT ENFORCED);';
    const findings = checkExample({ sql, config: { postgres: 18 } });
    assert.deepEqual(findings.map(({ span }) => sql.slice(span.start, span.end)), ['CONSTRAINT b CHECK (a < 9) NOT ENFORCED', 'CONSTRAINT c CHECK (a <> 4) NOT ENFORCED']);
  });
});

describe('foreign-key-missing-index', () => {
  const setup = 'CREATE TABLE p (id bigint PRIMARY KEY);\nCREATE TABLE t (id bigint PRIMARY KEY, a bigint, b bigint);';

  it('knows every index that serves, and the ones that do not', () => {
    const misses = (index: string): boolean => said('foreign-key-missing-index', { setup, sql: `ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a, b) REFERENCES q NOT VALID;\n${index}` }).length > 0;
    const serves = ['CREATE INDEX i ON t (b, a, id);', 'CREATE UNIQUE INDEX i ON t (a, b);', 'ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b);', 'ALTER TABLE t DROP CONSTRAINT IF EXISTS k;', 'DROP TABLE t;'];
    const doNot = ['CREATE INDEX i ON t (a);', 'CREATE INDEX i ON t (id, a, b);', 'CREATE INDEX i ON t (lower(a), b);', 'CREATE INDEX i ON t (a, b);\nDROP INDEX i;'];
    assert.deepEqual([...serves.filter((each) => misses(each)), ...doNot.filter((each) => !misses(each))], []);
  });

  it('is silent where nobody told all indexes', () => {
    assert.deepEqual(said('foreign-key-missing-index', { sql: 'ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p NOT VALID;' }), []);
    assert.deepEqual(said('foreign-key-missing-index', { setup, side: 'down', sql: 'ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES p NOT VALID;' }), []);
  });
});

describe('index-duplicate', () => {
  const outcome = (older: string, newer: string): string => said('index-duplicate', { setup: `CREATE TABLE t (a int, b int, c text);\nCREATE ${older};`, sql: `CREATE ${newer};` }).map((message) => (message.includes('becomes') ? 'older' : 'newer')).join();

  it('tells which of two is needless, if one is', () => {
    assert.deepEqual([outcome('INDEX i ON t (a, b)', 'INDEX j ON t (a)'), outcome('INDEX i ON t (a)', 'INDEX j ON t (a, b)'), outcome('UNIQUE INDEX i ON t (a)', 'INDEX ON t (a)'), outcome('INDEX i ON t (a)', 'UNIQUE INDEX j ON t (a)')], ['newer', 'older', 'newer', 'older']);
    const both = [['INDEX i ON t (a, b)', 'INDEX j ON t (b)'], ['UNIQUE INDEX i ON t (a)', 'UNIQUE INDEX j ON t (a, b)'], ['INDEX i ON t (a) WHERE b > 1', 'INDEX j ON t (a)'], ['INDEX i ON t (a)', 'INDEX j ON t USING hash (a)'], ['INDEX i ON t (c)', 'INDEX j ON t (c text_pattern_ops)'], ['INDEX i ON t (a DESC)', 'INDEX j ON t (a)'], ['INDEX i ON t (lower(c))', 'INDEX j ON t (upper(c))'], ['INDEX i ON t (a)', 'INDEX j ON t (a, b) INCLUDE (c)']] as const;
    assert.deepEqual(both.filter(([older, newer]) => outcome(older, newer) !== ''), []);
  });
});

describe('short-integer-primary-key', () => {
  const finds = (sql: string): boolean => said('short-integer-primary-key', { sql }).length > 0;

  it('speaks of keys that count, as they are in the end', () => {
    const short = ['CREATE TABLE t (id smallserial PRIMARY KEY);', "CREATE TABLE t (id int DEFAULT nextval('s') PRIMARY KEY);", 'CREATE TABLE t (a int, id serial, PRIMARY KEY (a, id));', 'CREATE TABLE t (n int PRIMARY KEY);\nALTER TABLE t DROP CONSTRAINT t_pkey, ADD COLUMN id serial PRIMARY KEY;'];
    const fine = ['CREATE TABLE t (id bigserial PRIMARY KEY);', 'CREATE TABLE t (id int PRIMARY KEY);', 'CREATE TABLE t (id bigint PRIMARY KEY, n serial);', 'CREATE TABLE t (id serial PRIMARY KEY);\nALTER TABLE t ALTER COLUMN id TYPE bigint;', 'CREATE TEMPORARY TABLE t (id serial PRIMARY KEY);'];
    assert.deepEqual([...short.filter((sql) => !finds(sql)), ...fine.filter(finds)], []);
  });
});

describe('identifier-too-long', () => {
  it('cuts whole letters, as PostgreSQL does, and counts bytes', () => {
    const cut = (name: string): string | undefined => checkExample({ sql: `CREATE SCHEMA ${name};` }).find(({ rule }) => rule === 'identifier-too-long')?.fixes[0]?.edits[0]?.text;
    assert.equal(cut('a'.repeat(63)), undefined);
    assert.equal(cut(`A${'b'.repeat(63)}`), `a${'b'.repeat(62)}`);
    assert.equal(cut(`"${'a'.repeat(62)}ö"`), 'a'.repeat(62));
    assert.equal(cut(`"${'😀'.repeat(16)}"`), `"${'😀'.repeat(15)}"`);
  });

  it('reads no strings', () => {
    assert.deepEqual(said('identifier-too-long', { sql: `CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '${'a'.repeat(99)}' $$;` }), []);
  });
});
