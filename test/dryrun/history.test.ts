import assert from 'node:assert/strict';
import { historyKeys } from '../../src/dryrun/history.ts';
import type { PastMigration } from '../../src/dryrun/plan.ts';
import type { TransactionKind } from '../../src/model/migration.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';

const past = (text: string, kind: TransactionKind = 'implicit'): PastMigration => ({
  id: 'past', up: { path: '/past.sql', text, statements: parseScript(text).statements, mode: { kind, tool: 'test', optOut: null } },
});

describe('keys of a replayed history', () => {
  before(loadParser);

  it('are shared by the beginnings that two histories have in common', async () => {
    const [short, long] = [await historyKeys([past('SELECT 1'), past('SELECT 2')]), await historyKeys([past('SELECT 1'), past('SELECT 2'), past('SELECT 3')])];
    assert.deepEqual(long.slice(0, 2), short);
    assert.equal(new Set(long).size, 3);
  });

  it('do not change with comments and white space between statements', async () => {
    assert.deepEqual(await historyKeys([past('SELECT 1; SELECT 2')]), await historyKeys([past('-- one\nSELECT 1;\n\nSELECT 2;\n')]));
  });

  it('change with the text, the cut into statements and the transaction', async () => {
    const keys = [past('SELECT 1; SELECT 2'), past('SELECT 1; SELECT 3'), past('SELECT 2; SELECT 1'), past('SELECT 1; SELECT 2', 'transaction')];
    assert.equal(new Set((await Promise.all(keys.map((each) => historyKeys([each])))).flat()).size, 4);
  });
});
