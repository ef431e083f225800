import assert from 'node:assert/strict';
import { judge } from '../../src/analysis/judge.ts';
import { lint } from '../../src/analysis/lint.ts';
import type { LegTrace, StatementTrace } from '../../src/model/trace.ts';
import type { Example } from '../../src/rules/define-rule.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { exampleInput } from '../rules/check-sql.ts';

before(loadParser);

const index: Example = { sql: 'CREATE INDEX i ON orders (note);' };
const retype: Example = { sql: 'ALTER TABLE orders ALTER COLUMN note TYPE text;' };

describe('the word of a run on a finding', () => {
  it('confirms a lock that was seen on an existing relation', () => {
    const seen = { relation: 'public.orders', relationKind: 'table', mode: 'SHARE', existedBefore: true } as const;
    const [judgement] = judged(index, { locks: { kind: 'measured', value: [seen] } });
    assert.equal(judgement?.confirmation, 'confirmed');
    assert.match(judgement.evidence, /SHARE on public\.orders, which blocks writes/);
  });

  it('decides nothing by a lock on another relation, or by one that could not be measured', () => {
    const other = { relation: 'public.old_orders', relationKind: 'table', mode: 'SHARE', existedBefore: true } as const;
    assert.equal(judged(index, { locks: { kind: 'measured', value: [other] } })[0]?.confirmation, 'not observed');
    assert.equal(judged(index, { locks: { kind: 'unavailable', reason: 'No rights.' } })[0]?.evidence, 'No rights.');
  });

  it('withdraws a rewrite that did not happen', () => {
    assert.equal(judged(retype, { rewrites: { kind: 'measured', value: [] } })[0]?.confirmation, 'withdrawn');
    assert.equal(judged(retype, { rewrites: { kind: 'measured', value: [{ relation: 'public.orders', relationKind: 'table' }] } })[0]?.confirmation, 'confirmed');
  });

  it('withdraws a failure that did not happen, and confirms the one that did', () => {
    const required: Example = { sql: 'ALTER TABLE orders ADD COLUMN note text NOT NULL;' };
    assert.equal(judged(required, {})[0]?.confirmation, 'withdrawn');
    const error = { message: 'column "note" of relation "orders" contains null values', sqlstate: '23502', detail: null, hint: null, span: null };
    assert.equal(judged(required, { outcome: 'failed', error })[0]?.confirmation, 'confirmed');
  });

  it('says so when nothing ran, and when nothing can be measured', () => {
    assert.equal(judge(lint(exampleInput(index)), null)[0]?.confirmation, 'not observed');
    assert.equal(judged({ sql: 'DROP TABLE IF EXISTS orders;' }, {})[0]?.confirmation, 'not observed');
  });
});

function judged(example: Example, seen: Partial<StatementTrace>): ReturnType<typeof judge> {
  const none = { kind: 'measured', value: [] } as const;
  const statement: StatementTrace = {
    index: 0, span: { start: 0, end: example.sql.length }, sql: example.sql, outcome: 'done', startedAt: 0, duration: 1, commandTag: null, rows: null, locks: none, rewrites: none,
    scans: none, walBytes: { kind: 'measured', value: 0 }, tempFiles: { kind: 'measured', value: { files: 0, bytes: 0 } }, notices: [], error: null, transaction: 0, ...seen,
  };
  const leg: LegTrace = { leg: 'up', side: 'up', path: '/db/example.sql', outcome: 'done', duration: 1, statements: [statement], lockWindows: [] };
  return judge(lint(exampleInput(example)), leg);
}
