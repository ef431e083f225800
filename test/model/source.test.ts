import assert from 'node:assert/strict';
import { isAsWritten, spanToFile, stretchesOf, toSql, wholeSource } from '../../src/model/source.ts';

describe('SQL that stands in a file as it is written', () => {
  it('keeps the offsets and lines of the stretches that are SQL, and blanks the rest', () => {
    const text = '-- up\r\nSELECT 1;\n-- down ä😀\nSELECT 2;';
    const start = text.indexOf('SELECT 2');
    const source = stretchesOf(text, [{ start, end: text.length }]);
    assert.equal(source.sql.length, text.length);
    assert.equal(source.sql.slice(start), 'SELECT 2;');
    assert.equal(source.sql.trim(), 'SELECT 2;');
    assert.equal([...source.sql].filter((char) => char === '\n').length, 3);
    assert.ok(isAsWritten(source));
  });

  it('is the file itself where there is nothing else', () => {
    const source = wholeSource('SELECT 1');
    assert.equal(source.sql, 'SELECT 1');
    assert.deepEqual([spanToFile(source, { start: 2, end: 4 }), toSql(source, 7)], [{ start: 2, end: 4 }, 7]);
  });
});
