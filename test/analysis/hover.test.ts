import assert from 'node:assert/strict';
import { hover, type HoverFacts } from '../../src/analysis/hover.ts';
import { loadParser } from '../../src/sql/parse.ts';
import type { Example } from '../../src/rules/define-rule.ts';
import { exampleInput } from '../rules/check-sql.ts';

before(loadParser);

describe('what is known of a statement', () => {
  it('is its locks, what they block, and the safe way', () => {
    const facts = at({ sql: 'CREATE INDEX orders_note_idx ON orders (note);' }, 'INDEX');
    assert.deepEqual(facts?.locks, [{ relation: 'orders', mode: 'SHARE', blocks: 'writes', isNew: false }]);
    assert.equal(facts.scan.kind, 'yes');
    assert.deepEqual(facts.rules.map((rule) => rule.id), ['create-index-blocking']);
    assert.match(facts.rules[0]?.instead ?? '', /CONCURRENTLY/);
  });

  it('says what an earlier statement made new', () => {
    const facts = at({ sql: 'CREATE TABLE orders (id bigint);\nALTER TABLE orders ADD COLUMN note text;' }, 'ADD');
    assert.deepEqual(facts?.locks, [{ relation: 'orders', mode: 'ACCESS EXCLUSIVE', blocks: 'reads and writes', isNew: true }]);
  });

  it('names the table of an index where the history tells it', () => {
    const sql = 'DROP INDEX IF EXISTS i;';
    assert.deepEqual(at({ setup: 'CREATE INDEX i ON shop.orders (id);', sql }, 'DROP')?.locks.map((lock) => lock.relation), ['i', 'the table of i']);
    assert.deepEqual(at({ setup: 'SET search_path = shop;\nCREATE INDEX i ON orders (id);', sql }, 'DROP')?.locks.map((lock) => lock.relation), ['i', 'orders']);
  });

  it('knows the transaction and the timeout', () => {
    const facts = at({ sql: "SET LOCAL lock_timeout = '3s';\nVACUUM orders;" }, 'VACUUM');
    assert.deepEqual([facts?.transaction, facts?.lockTimeout, facts?.outsideOnly], ['tool', '3s', 'VACUUM']);
  });

  it('is nothing between statements and in broken ones', () => {
    assert.equal(at({ sql: 'SELECT 1;\n\n-- here\n\nSELECT 2;' }, 'here'), null);
    assert.equal(at({ sql: 'SELECT (;' }, '('), null);
    assert.equal(at({ sql: '' }, ''), null);
  });
});

function at(example: Example, word: string): HoverFacts | null {
  const input = exampleInput(example);
  return hover(input.script, input.script.text.indexOf(word), input);
}
