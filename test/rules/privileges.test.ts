import assert from 'node:assert/strict';
import { loadParser } from '../../src/sql/parse.ts';
import { applyEdits } from '../../src/model/edit.ts';
import type { Example } from '../../src/rules/define-rule.ts';
import { checkExample, found } from './check-sql.ts';

before(loadParser);

function said(example: Example): readonly string[] {
  return checkExample(example).map(({ rule, severity }) => `${rule} ${severity}`);
}

describe('plaintext-secret', () => {
  const secrets: readonly (readonly [sql: string, secret: string])[] = [
    ["CREATE ROLE app LOGIN PASSWORD 'tr0ub4dor';", 'tr0ub4dor'],
    ["ALTER USER app WITH ENCRYPTED PASSWORD 'it''s me';", "it''s me"],
    ["CREATE USER MAPPING FOR app SERVER other OPTIONS (user 'app', password 'tr0ub4dor');", 'tr0ub4dor'],
    ["CREATE SUBSCRIPTION s CONNECTION 'host=db.example.com password=tr0ub4dor' PUBLICATION p WITH (connect = false);", 'tr0ub4dor'],
    ["SELECT dblink_connect('other', 'host=db password=tr0ub4dor');", 'tr0ub4dor'],
    ["INSERT INTO settings VALUES ('github', 'ghp_0123456789abcdefghijklmnopqrstuvwxyzAB');", 'ghp_0123456789abcdefghijklmnopqrstuvwxyzAB'],
    ["UPDATE settings SET value = 'postgres://app:tr0ub4dor@db.example.com/app' WHERE name = 'url';", 'tr0ub4dor'],
    ["CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'AKIAIOSFODNN7EXAMPLE' $$;", 'AKIAIOSFODNN7EXAMPLE'],
  ];

  it('marks the literal and never repeats it', () => {
    for (const [sql, secret] of secrets) {
      const findings = checkExample({ sql }).filter(({ rule }) => rule === 'plaintext-secret');
      assert.equal(findings.length, 1, sql);
      const [{ span, message, fixes, related }] = findings as [typeof findings[number]]; // One, as was just seen.
      assert.ok(sql.slice(span.start, span.end).includes(secret), sql);
      assert.ok(!JSON.stringify([message, fixes, related]).includes(secret.replaceAll("''", "'")), message);
    }
  });

  it('knows placeholders, nothing, and what only looks alike', () => {
    for (const sql of [
      "CREATE ROLE app PASSWORD '${APP_PASSWORD}';", "CREATE ROLE app PASSWORD '';", 'CREATE ROLE app PASSWORD NULL;', "CREATE ROLE app PASSWORD '<from the vault>';", "CREATE ROLE app PASSWORD '********';",
      "SELECT dblink_connect('other', 'host=db');", "INSERT INTO links VALUES ('https://example.com:8080/a@b');", "INSERT INTO links VALUES ('postgres://${USER}:${PASSWORD}@db/app');", "INSERT INTO notes VALUES ('npm_config_cache', 'xoxo');",
    ]) assert.deepEqual(found({ sql }).filter((rule) => rule === 'plaintext-secret'), [], sql);
  });
});

describe('grants', () => {
  it('name what they open, and to whom', () => {
    assert.match(checkExample({ sql: 'GRANT INSERT, SELECT ON ALL TABLES IN SCHEMA app TO PUBLIC;' })[0]?.message ?? '', /all of them get INSERT and SELECT on all tables of app/);
    assert.deepEqual(said({ sql: 'GRANT USAGE ON SCHEMA app TO PUBLIC;' }), ['grant-to-public information']);
    assert.deepEqual(said({ sql: 'GRANT CONNECT ON DATABASE app TO PUBLIC;' }), []);
    assert.deepEqual(said({ sql: 'GRANT ALL ON orders TO PUBLIC;' }), ['grant-to-public warning']);
    assert.deepEqual(said({ sql: 'GRANT ALL ON FUNCTION f() TO app;\nGRANT ALL ON SEQUENCE s TO app;\nREVOKE ALL ON orders FROM app;' }), []);
  });

  it('are lists of privileges once they are mended', () => {
    const sql = 'GRANT ALL ON ALL TABLES IN SCHEMA app TO "Web";';
    assert.equal(applyEdits(sql, checkExample({ sql })[0]?.fixes[0]?.edits ?? []), 'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA app TO "Web";');
  });

  it('that a down gives back are right', () => {
    assert.deepEqual(found({ side: 'down', sql: 'GRANT ALL ON orders TO PUBLIC;', otherSide: 'REVOKE ALL ON orders FROM PUBLIC;' }), []);
  });
});

describe('security-definer-search-path', () => {
  it('asks neither functions in C nor those of somebody else', () => {
    assert.deepEqual(found({ sql: "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';\nALTER FUNCTION g() SECURITY INVOKER;" }), []);
    assert.deepEqual(found({ sql: 'ALTER FUNCTION app.f() SECURITY DEFINER;' }), ['security-definer-search-path']);
    assert.deepEqual(found({ sql: 'ALTER FUNCTION app.f() SECURITY DEFINER SET search_path = app;' }), []);
  });

  it('sets it to the schema of the function', () => {
    const sql = "CREATE OR REPLACE FUNCTION app.f() RETURNS int SECURITY DEFINER LANGUAGE sql AS 'SELECT 1';";
    assert.match(applyEdits(sql, checkExample({ sql })[0]?.fixes[0]?.edits ?? []), /SECURITY DEFINER SET search_path = app, pg_temp LANGUAGE/);
  });
});

describe('view-not-security-invoker', () => {
  const setup = 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;';

  it('sees an option that OR REPLACE loses, and is silent where the owner is bound', () => {
    assert.deepEqual(found({ setup: `${setup}\nCREATE VIEW v WITH (security_invoker = true) AS SELECT id FROM notes;`, sql: 'CREATE OR REPLACE VIEW v AS SELECT id FROM notes;' }), ['view-not-security-invoker']);
    assert.deepEqual(found({ setup: `${setup}\nALTER TABLE notes FORCE ROW LEVEL SECURITY;`, sql: 'CREATE VIEW v AS SELECT id FROM notes;' }), []);
    assert.deepEqual(found({ setup, sql: 'CREATE VIEW v AS SELECT id FROM notes;', config: { postgres: 14 } }), []);
  });
});
