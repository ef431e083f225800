import assert from 'node:assert/strict';
import { lint } from '../../src/analysis/lint.ts';
import { applyEdits } from '../../src/model/edit.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { checkExample, exampleInput, found } from '../rules/check-sql.ts';

before(loadParser);

describe('the statements of a DO block', () => {
  const setup = 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);';

  it('are checked at their place and belong to the block', () => {
    const sql = `SELECT 1;\nDO $$\nBEGIN\n  IF true THEN\n    DROP TABLE IF EXISTS orders;\n  END IF;\nEND\n$$;\nSELECT 2;`;
    const [finding, ...others] = checkExample({ setup, sql });
    assert.deepEqual([finding?.rule, finding?.statement, others], ['drop-table', 1, []]);
    assert.equal(sql.slice(finding?.span.start, finding?.span.end), 'DROP TABLE IF EXISTS orders');
  });

  it('know what the block and the script did before', () => {
    assert.deepEqual(found({ sql: 'DO $$ BEGIN CREATE TABLE t (id bigint PRIMARY KEY, n int); CREATE INDEX i ON t (n); END $$;\nCREATE INDEX j ON t (n, id);\nDROP INDEX i;' }), []);
    assert.deepEqual(found({ setup, sql: "DO $$ BEGIN SET LOCAL lock_timeout = '1s'; ALTER TABLE orders ADD COLUMN n int; END $$;", config: { runnerLockTimeout: null, plainTransaction: 'autocommit' } }), []);
    assert.deepEqual(found({ setup, sql: 'DO $$ BEGIN ALTER TABLE orders ADD COLUMN n int; END $$;', config: { runnerLockTimeout: null, plainTransaction: 'autocommit' } }), ['lock-timeout-missing']);
  });

  it('run in one transaction, whatever the tool does', () => {
    const [finding] = checkExample({ setup, sql: 'DO $$ BEGIN CREATE INDEX CONCURRENTLY i ON orders (note); END $$;', config: { plainTransaction: 'autocommit' } });
    assert.equal(finding?.rule, 'concurrently-in-transaction');
    assert.match(finding.message, /DO block/);
    const check = 'ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0) NOT VALID;';
    const validate = 'ALTER TABLE orders VALIDATE CONSTRAINT c;';
    assert.deepEqual(found({ setup, sql: `DO $$ BEGIN ${check} ${validate} END $$;`, config: { plainTransaction: 'autocommit' } }), ['validate-same-transaction']);
    assert.deepEqual(found({ setup, sql: `DO $$ BEGIN ${check} END $$;\n${validate}`, config: { plainTransaction: 'autocommit' } }), []);
  });

  it('are mended where they stand', () => {
    const sql = "DO $$ BEGIN EXECUTE 'DROP VIEW orders_seen'; END $$;";
    const [finding] = checkExample({ setup: `${setup}\nCREATE VIEW orders_seen AS SELECT id FROM orders;`, sql });
    assert.equal(applyEdits(sql, finding?.fixes[0]?.edits ?? []), "DO $$ BEGIN EXECUTE 'DROP VIEW IF EXISTS orders_seen'; END $$;");
  });

  it('are silenced by a comment above the block', () => {
    assert.deepEqual(found({ setup, sql: '-- lockstep-ignore drop-table: it is empty\nDO $$ BEGIN DROP TABLE IF EXISTS orders; END $$;' }), []);
  });

  it('leave Prisma its file with one statement', () => {
    assert.deepEqual(lint(exampleInput({ layout: 'prisma', setup, sql: 'DO $$ BEGIN NULL; PERFORM 1; COMMENT ON TABLE orders IS NULL; END $$;' })), []);
  });
});
