import assert from 'node:assert/strict';
import { answerOf, simpleQuery } from '../../src/host/database-messages.ts';

describe('messages of the database process', () => {
  it('frames a query with its length in bytes', () => {
    assert.deepEqual([...simpleQuery('é')], [0x51, 0, 0, 0, 7, 0xc3, 0xa9, 0]);
  });

  it('reads the last result, typed by its columns', () => {
    const answer = answerOf([
      { name: 'rowDescription', fields: [{ name: 'x', dataTypeID: 25 }] }, { name: 'dataRow', fields: ['first'] }, { name: 'commandComplete', text: 'SELECT 1' },
      { name: 'rowDescription', fields: [{ name: 'n', dataTypeID: 20 }, { name: 'b', dataTypeID: 16 }, { name: 't', dataTypeID: 25 }] },
      { name: 'dataRow', fields: ['7', 't', null] }, { name: 'commandComplete', text: 'SELECT 1' }, { name: 'readyForQuery', status: 'T' },
    ], 5);
    assert.deepEqual(answer, { kind: 'result', result: { rows: [{ n: 7, b: true, t: null }], commandTag: 'SELECT 1', affectedRows: 1, notices: [], duration: 5, transaction: 'open' } });
  });

  it('counts rows of the commands that have any', () => {
    const count = (text: string): number | null => {
      const answer = answerOf([{ name: 'commandComplete', text }], 0);
      return answer.kind === 'result' ? answer.result.affectedRows : null;
    };
    assert.deepEqual(['INSERT 0 3', 'UPDATE 5', 'DELETE 0', 'MERGE 2', 'COPY 9', 'CREATE TABLE', 'ALTER TABLE'].map(count), [3, 5, 0, 2, 9, null, null]);
  });

  it('keeps all that PostgreSQL says of an error', () => {
    const answer = answerOf([
      { name: 'notice', severity: 'WARNING', message: 'before' },
      { name: 'error', message: 'no', code: '42601', position: '7', hint: 'try' }, { name: 'readyForQuery', status: 'E' },
    ], 1);
    assert.deepEqual(answer, {
      kind: 'refused',
      refusal: { message: 'no', sqlstate: '42601', detail: null, hint: 'try', position: 7, notices: [{ severity: 'WARNING', message: 'before' }], duration: 1, transaction: 'failed' },
    });
  });
});
