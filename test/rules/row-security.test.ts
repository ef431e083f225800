import assert from 'node:assert/strict';
import { loadParser } from '../../src/sql/parse.ts';
import type { Example } from '../../src/rules/define-rule.ts';
import { applyEdits } from '../../src/model/edit.ts';
import { checkExample, found } from './check-sql.ts';

before(loadParser);

const notes = 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);';
const secured = `${notes}\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;`;
const ofTenant = "USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint))";

/** `rule severity` of everything that is found. */
function said(example: Example): readonly string[] {
  return checkExample(example).map(({ rule, severity }) => `${rule} ${severity}`);
}

describe('rls-without-policy', () => {
  it('is mild where nobody can be using the table yet, and leaves protected schemas to table-without-rls', () => {
    assert.deepEqual(said({ sql: secured }), ['rls-without-policy information']);
    assert.deepEqual(found({ sql: secured, config: { protectedSchemas: ['public'] } }), ['table-without-rls']);
  });

  it('guesses nothing of tables that nobody told of, and passes over partitions', () => {
    assert.deepEqual(found({ sql: 'ALTER TABLE elsewhere ENABLE ROW LEVEL SECURITY;' }), []);
    assert.deepEqual(found({ setup: 'CREATE TABLE e (id bigint, at date) PARTITION BY RANGE (at);\nCREATE TABLE e1 PARTITION OF e DEFAULT;', sql: 'ALTER TABLE e1 ENABLE ROW LEVEL SECURITY;' }), []);
  });

  it('speaks of a dropped policy only when it was the last', () => {
    const two = `${secured}\nCREATE POLICY a ON notes ${ofTenant};\nCREATE POLICY b ON notes FOR SELECT ${ofTenant};`;
    assert.deepEqual(found({ setup: two, sql: 'DROP POLICY IF EXISTS a ON notes;' }), []);
    assert.deepEqual(found({ setup: two, sql: 'DROP POLICY IF EXISTS a ON notes;\nDROP POLICY IF EXISTS b ON notes;\nDROP TABLE IF EXISTS notes;' }), ['drop-table']);
  });
});

describe('policy-without-rls', () => {
  it('is said once for each table, and not in a down that restores', () => {
    assert.deepEqual(found({ setup: notes, sql: `CREATE POLICY a ON notes FOR SELECT ${ofTenant};\nCREATE POLICY b ON notes FOR DELETE ${ofTenant};` }), ['policy-without-rls']);
    assert.deepEqual(found({ setup: `${notes}\nCREATE POLICY a ON notes ${ofTenant};`, side: 'down', sql: `CREATE POLICY a ON notes ${ofTenant};`, otherSide: 'DROP POLICY IF EXISTS a ON notes;' }), []);
  });
});

describe('policy-always-true', () => {
  it('is mild where it only reads or names its roles, unless the application is among them', () => {
    const rowSecurity = { role: 'app', setting: 'app.tenant_id', tenants: ['1', '2'] };
    assert.deepEqual(said({ setup: secured, sql: 'CREATE POLICY p ON notes FOR ALL TO PUBLIC USING (true);' }), ['policy-always-true warning']);
    assert.deepEqual(said({ setup: secured, sql: 'CREATE POLICY p ON notes TO support USING (1 = 1);' }), ['policy-always-true information']);
    assert.deepEqual(said({ setup: secured, sql: 'CREATE POLICY p ON notes FOR SELECT TO app USING (true);', config: { rowSecurity } }), ['policy-always-true warning']);
  });

  it('knows what ALTER POLICY alters', () => {
    assert.deepEqual(said({ setup: `${secured}\nCREATE POLICY p ON notes AS RESTRICTIVE ${ofTenant};`, sql: 'ALTER POLICY p ON notes USING (true);' }), []);
    assert.deepEqual(said({ setup: `${secured}\nCREATE POLICY p ON notes FOR SELECT ${ofTenant};`, sql: 'ALTER POLICY p ON notes USING (true);' }), ['policy-always-true information']);
    assert.deepEqual(said({ sql: 'ALTER POLICY p ON elsewhere USING (true);' }), ['policy-always-true warning']);
  });
});

describe('disable-rls', () => {
  const policed = `${secured}\nCREATE POLICY a ON notes ${ofTenant};`;

  it('is silent where it was off, and where the same transaction makes up for it', () => {
    assert.deepEqual(found({ setup: notes, sql: 'ALTER TABLE notes DISABLE ROW LEVEL SECURITY;' }), []);
    assert.deepEqual(found({ setup: policed, sql: 'ALTER TABLE notes DISABLE ROW LEVEL SECURITY;\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;' }), []);
  });

  it('speaks of the gap where each statement commits by itself, and of tables that nobody told of', () => {
    assert.deepEqual(found({ setup: policed, sql: 'ALTER TABLE notes DISABLE ROW LEVEL SECURITY;\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', config: { plainTransaction: 'autocommit' } }), ['disable-rls']);
    assert.deepEqual(said({ sql: 'ALTER TABLE elsewhere DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;' }), ['disable-rls error', 'disable-rls warning']);
  });
});

describe('policy-function-per-row', () => {
  it('wraps the call alone, with its quotes and characters beyond ASCII before it', () => {
    const sql = "CREATE POLICY \"für alle\" ON notes USING (tenant_id = coalesce(current_setting('app.tenant)', true), '0')::bigint);";
    const [finding] = checkExample({ setup: secured, sql });
    assert.equal(applyEdits(sql, finding?.fixes[0]?.edits ?? []), "CREATE POLICY \"für alle\" ON notes USING (tenant_id = coalesce((SELECT current_setting('app.tenant)', true)), '0')::bigint);");
  });

  it('leaves alone what depends on the row, and functions whose nature it does not know', () => {
    assert.deepEqual(found({ setup: secured, sql: "CREATE POLICY p ON notes USING (current_setting('app.' || tenant_id) = 'on' AND mine(tenant_id));" }), []);
  });
});

describe('policy-drop-window', () => {
  it('is said where the policy may exist and nothing holds the two together', () => {
    const sql = `DROP POLICY IF EXISTS a ON elsewhere;\nCREATE POLICY a ON elsewhere ${ofTenant};`;
    assert.deepEqual(found({ sql, config: { plainTransaction: 'autocommit' } }), ['policy-drop-window']);
    assert.deepEqual(found({ sql, config: { plainTransaction: 'implicit' } }), []);
    assert.deepEqual(found({ sql, layout: 'prisma' }), []);
  });
});
