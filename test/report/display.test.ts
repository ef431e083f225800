import assert from 'node:assert/strict';
import { displayWidth, oneLine, truncate, visible, wrap } from '../../src/report/display.ts';

describe('text that is shown', () => {
  it('makes control characters visible', () => {
    assert.equal(visible('a\u001b[31mb\u0000\u007f'), 'a␛[31mb␀␡');
    assert.equal(visible('x\u009by'), 'x\\u{9b}y');
  });

  it('names bidirectional overrides, line separators and lone surrogates', () => {
    assert.equal(visible('\u202eabc\u2066'), '\\u{202e}abc\\u{2066}');
    assert.equal(visible('a\u2028b'), 'a\\u{2028}b');
    assert.equal(visible('a\ud800b'), 'a\\u{d800}b');
  });

  it('leaves letters, emoji and their joiners alone', () => {
    for (const text of ['日本語', 'e\u0301', '👨‍👩‍👧', 'ñandú', 'שלום']) assert.equal(visible(text), text);
  });

  it('knows how wide a terminal draws', () => {
    assert.equal(displayWidth('abc'), 3);
    assert.equal(displayWidth('日本'), 4);
    assert.equal(displayWidth('e\u0301'), 1);
    assert.equal(displayWidth('👨‍👩‍👧'), 2);
    assert.equal(displayWidth('ｆｕｌｌ'), 8);
  });

  it('cuts by columns and never through a character', () => {
    assert.equal(truncate('日本語日本語', 5), '日本…');
    assert.equal(truncate('short', 5), 'short');
  });

  it('wraps at spaces and keeps long words whole', () => {
    assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
    assert.deepEqual(wrap('a '.concat('b'.repeat(20)), 7), ['a', 'b'.repeat(20)]);
  });

  it('puts SQL on one line', () => {
    assert.equal(oneLine('  SELECT\r\n\t1 '), 'SELECT 1');
  });
});
