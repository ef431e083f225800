import assert from 'node:assert/strict';
import { loadParser } from '../../src/sql/parse.ts';
import { applyEdits } from '../../src/model/edit.ts';
import type { Config } from '../../src/model/config.ts';
import type { Example } from '../../src/rules/define-rule.ts';
import { checkExample, found } from './check-sql.ts';

before(loadParser);

const autocommit = { plainTransaction: 'autocommit' } as const;
const customers = 'CREATE TABLE customers (id bigint PRIMARY KEY, email text, plan text);';

function fixed(example: Example): string {
  return applyEdits(example.sql, checkExample(example).flatMap((finding) => finding.fixes[0]?.edits ?? []));
}

describe('enum-value-used-in-transaction', () => {
  const setup = "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood, note text);";
  const uses = (sql: string): boolean => found({ setup, sql: `ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';\n${sql}` }).includes('enum-value-used-in-transaction');

  it('sees the value wherever a statement can have it', () => {
    const all = [
      "INSERT INTO people (id, mood) VALUES (1, 'calm');", "INSERT INTO people (id, mood) SELECT id, 'calm' FROM people;", "DELETE FROM people WHERE mood = 'calm';", "DELETE FROM people WHERE mood IN ('sad', 'calm');",
      "SELECT 'calm'::mood;", "SELECT CAST('calm' AS public.mood);", "CREATE INDEX i ON people (id) WHERE mood = 'calm';", "CREATE TABLE other (m mood DEFAULT 'calm');", "ALTER TABLE people ADD CONSTRAINT c CHECK (mood <> 'sad' OR mood = 'calm') NOT VALID;",
      "INSERT INTO people (id, mood) VALUES (1, 'sad') ON CONFLICT (id) DO UPDATE SET mood = 'calm';",
    ];
    assert.deepEqual(all.filter((sql) => !uses(sql)), []);
  });

  it('takes no text for the value that may be none', () => {
    assert.deepEqual(["INSERT INTO people (id, note) VALUES (1, 'calm');", "UPDATE people SET note = 'calm' WHERE id = 1;", "SELECT 'calm'::text;", "UPDATE elsewhere SET mood = 'calm' WHERE id = 1;", "COMMENT ON TABLE people IS 'calm';"].filter(uses), []);
  });

  it('knows types that the same transaction creates, and transactions that end', () => {
    assert.deepEqual(found({ sql: "CREATE TYPE m AS ENUM ('a');\nALTER TYPE m ADD VALUE 'b';\nCREATE TABLE t (id bigint PRIMARY KEY, m m DEFAULT 'b');" }), []);
    assert.deepEqual(found({ setup, config: autocommit, sql: "BEGIN;\nALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm';\nCOMMIT;\nUPDATE people SET mood = 'calm' WHERE id = 1;" }), []);
  });
});

describe('transaction-nested', () => {
  it('takes BEGIN and its COMMIT out, and leaves alone what has a reason', () => {
    assert.equal(fixed({ sql: '-- notes\nBEGIN;\nCREATE TABLE a (id bigint PRIMARY KEY);\nCOMMIT;\n' }), '-- notes\nCREATE TABLE a (id bigint PRIMARY KEY);\n');
    assert.equal(fixed({ sql: 'BEGIN; CREATE TABLE a (id bigint PRIMARY KEY); COMMIT' }), ' CREATE TABLE a (id bigint PRIMARY KEY); ');
    for (const sql of ['BEGIN ISOLATION LEVEL SERIALIZABLE;\nCREATE TABLE a (id bigint PRIMARY KEY);\nCOMMIT;', 'BEGIN;\nCREATE TABLE a (id bigint PRIMARY KEY);\nCOMMIT;\nVACUUM a;']) {
      assert.deepEqual(checkExample({ sql }).filter(({ rule }) => rule === 'transaction-nested').map(({ fixes }) => fixes.length), [0], sql);
    }
  });

  it('knows that a message of several statements may hold transactions', () => {
    assert.deepEqual(found({ layout: 'prisma', sql: 'BEGIN;\nCREATE TABLE a (id bigint PRIMARY KEY);\nCOMMIT;' }), []);
    assert.deepEqual(found({ sql: 'ROLLBACK;' }), ['transaction-nested']);
    assert.deepEqual(found({ config: autocommit, sql: 'BEGIN;\nCREATE TABLE a (id bigint PRIMARY KEY);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (id bigint PRIMARY KEY);\nCOMMIT;' }), []);
  });
});

describe('transaction-unclosed', () => {
  it('looks at the last one, and writes the missing semicolon too', () => {
    assert.equal(fixed({ config: autocommit, sql: 'BEGIN;\nCREATE TABLE a (id bigint PRIMARY KEY)' }), 'BEGIN;\nCREATE TABLE a (id bigint PRIMARY KEY);\nCOMMIT');
    assert.deepEqual(found({ config: autocommit, sql: 'BEGIN;\nCREATE TABLE a (id bigint PRIMARY KEY);\nCOMMIT;\nBEGIN;\nCREATE TABLE b (id bigint PRIMARY KEY);' }), ['transaction-unclosed']);
    assert.deepEqual(found({ config: autocommit, sql: 'START TRANSACTION;\nCREATE TABLE a (id bigint PRIMARY KEY);\nROLLBACK;' }), []);
  });
});

describe('timeouts', () => {
  const check = (sql: string, config: Partial<Config> = {}): readonly string[] => found({ setup: customers, sql, config: { runnerLockTimeout: null, ...config } });

  it('are said once, where they are set', () => {
    assert.deepEqual(check('SET lock_timeout = 0;\nALTER TABLE customers ADD COLUMN a text;\nALTER TABLE customers ADD COLUMN b text;'), ['timeout-disabled']);
    assert.deepEqual(check("SET lock_timeout = '1h';\nALTER TABLE customers ADD COLUMN a text;\nSET lock_timeout = '11s';\nALTER TABLE customers ADD COLUMN b text;"), ['timeout-too-long', 'timeout-too-long']);
    assert.deepEqual(check('SET lock_timeout = 10000;\nALTER TABLE customers ADD COLUMN a text;'), []);
  });

  it('matter only for what makes others wait', () => {
    assert.deepEqual(check("SET statement_timeout = 0;\nSET lock_timeout = 0;\nCREATE TABLE a (id bigint PRIMARY KEY);\nALTER TABLE a ADD COLUMN b text;"), []);
    assert.deepEqual(check('SET lock_timeout = 0;\nUPDATE customers SET plan = 1 WHERE plan IS NULL;'), []);
  });

  it('end with their transaction, or are reset to what the runner sets', () => {
    assert.deepEqual(check('BEGIN;\nSET LOCAL lock_timeout = 0;\nCOMMIT;\nALTER TABLE customers ADD COLUMN a text;', autocommit), ['lock-timeout-missing']);
    assert.deepEqual(check('SET lock_timeout = 0;\nRESET ALL;\nALTER TABLE customers ADD COLUMN a text;', { runnerLockTimeout: '5s' }), []);
    assert.deepEqual(check('ALTER TABLE customers ADD COLUMN a text;', { runnerLockTimeout: '0s' }), ['lock-timeout-missing']);
  });

  it('are mended where SET stands', () => {
    assert.equal(fixed({ setup: customers, sql: 'SET LOCAL lock_timeout TO 0;\nALTER TABLE customers ADD COLUMN a text;' }), "SET LOCAL lock_timeout = '5s';\nALTER TABLE customers ADD COLUMN a text;");
  });
});

describe('backfill-in-schema-migration', () => {
  it('is said once for each transaction, and not of writes that come first', () => {
    const sql = "ALTER TABLE customers ADD COLUMN d text;\nUPDATE customers SET d = email WHERE plan = 'a';\nUPDATE customers SET d = plan WHERE plan = 'b';";
    assert.deepEqual(found({ setup: customers, sql }), ['backfill-in-schema-migration']);
    assert.deepEqual(found({ setup: customers, sql: "UPDATE customers SET plan = 'x' WHERE plan IS NULL;\nALTER TABLE customers ADD COLUMN d text;" }), []);
  });

  it('knows keys', () => {
    const after = (sql: string): readonly string[] => found({ setup: `${customers}\nCREATE UNIQUE INDEX u ON customers (email, plan);`, sql: `ALTER TABLE customers ADD COLUMN d text;\n${sql}` });
    assert.deepEqual(after("UPDATE customers SET d = '1' WHERE email = 'a' AND plan IN ('b', 'c');"), []);
    assert.deepEqual(after("UPDATE customers SET d = '1' WHERE email = 'a' OR plan = 'b';"), ['backfill-in-schema-migration']);
    assert.deepEqual(after("INSERT INTO customers (id) VALUES (1);"), []);
    assert.deepEqual(after('INSERT INTO customers (id) SELECT id + 1 FROM customers;'), ['backfill-in-schema-migration']);
  });
});
