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
