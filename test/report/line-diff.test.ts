import assert from 'node:assert/strict';
import { diffLines, type DiffRow } from '../../src/report/line-diff.ts';

function side(rows: readonly DiffRow[], which: 'before' | 'after'): string {
  return rows.flatMap((row) => (row[which] === null ? [] : [row[which].map((segment) => segment.text).join('')])).join('\n');
}

describe('definitions side by side', () => {
  it('marks the words that differ in a line', () => {
    assert.deepEqual(diffLines('"total" integer NOT NULL', '"total" bigint NOT NULL'), [
      {
        kind: 'changed',
        before: [{ text: '"total" ', changed: false }, { text: 'integer', changed: true }, { text: ' NOT NULL', changed: false }],
        after: [{ text: '"total" ', changed: false }, { text: 'bigint', changed: true }, { text: ' NOT NULL', changed: false }],
      },
    ]);
  });

  it('leaves a gap where only one side has a line', () => {
    assert.deepEqual(diffLines('a\nc', 'a\nb\nc').map((row) => row.kind), ['same', 'added', 'same']);
    assert.deepEqual(diffLines('', 'a\nb').map((row) => row.kind), ['added', 'added']);
    assert.deepEqual(diffLines('a', '').map((row) => row.kind), ['removed']);
  });

  for (const [before, after] of [['a\nb\nc', 'c\nb\na'], ['x', 'x'], ['', ''], ['one\ntwo\nthree\nfour', 'zero\ntwo\nfour\nfive'], ['a '.repeat(50), 'a '.repeat(51)]] as const) {
    it(`loses nothing of ${JSON.stringify(before.slice(0, 20))} and ${JSON.stringify(after.slice(0, 20))}`, () => {
      const rows = diffLines(before, after);
      assert.equal(side(rows, 'before'), before);
      assert.equal(side(rows, 'after'), after);
    });
  }

  it('gives up on comparing enormous texts, not on showing them', () => {
    const before = Array.from({ length: 3000 }, (_, index) => `a${index}`).join('\n');
    const after = Array.from({ length: 3000 }, (_, index) => `b${index}`).join('\n');
    assert.equal(side(diffLines(before, after), 'after'), after);
  });
});
