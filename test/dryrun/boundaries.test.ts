import assert from 'node:assert/strict';
import { createdExtensions, readsFromClient, transactionCommand, watchable } from '../../src/dryrun/boundaries.ts';
import { loadParser, parseStatement } from '../../src/sql/parse.ts';

describe('how a statement of its own transaction is watched', () => {
  before(loadParser);

  const expected: Readonly<Record<string, readonly string[]>> = {
    wrapped: ['CREATE TABLE t ()', 'ALTER TABLE t ADD COLUMN c int', 'DROP INDEX i', 'TRUNCATE t', 'UPDATE t SET c = 1', 'DO $$ BEGIN END $$', 'REINDEX TABLE t', 'VACUUM t'],
    bare: ['LOCK TABLE t', 'DECLARE c CURSOR FOR SELECT 1', 'SET CONSTRAINTS ALL DEFERRED', 'NOT SQL'],
    nothing: ['BEGIN', 'COMMIT', 'SAVEPOINT s', 'SET lock_timeout = 1', 'SET LOCAL search_path = x', 'RESET ALL'],
  };
  for (const [how, list] of Object.entries(expected)) {
    for (const sql of list) it(`${sql}: ${how}`, () => { assert.equal(watchable(parseStatement(sql)), how); });
  }

  it('tells what begins and what ends a transaction', () => {
    const commands = ['BEGIN', 'START TRANSACTION', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT s', 'ROLLBACK TO s', 'SELECT 1'].map((sql) => transactionCommand(parseStatement(sql)));
    assert.deepEqual(commands, ['begin', 'begin', 'end', 'end', 'end', 'other', 'other', null]);
  });

  it('knows COPY that waits for a client', () => {
    assert.deepEqual(['COPY t FROM STDIN', `COPY t FROM '/x'`, 'COPY t TO STDOUT', `COPY t FROM PROGRAM 'x'`].map((sql) => readsFromClient(parseStatement(sql))), [true, false, false, false]);
  });

  it('collects the extensions that are created', () => {
    assert.deepEqual(createdExtensions(['CREATE EXTENSION IF NOT EXISTS "uuid-ossp"', 'DROP EXTENSION citext', 'CREATE EXTENSION pg_trgm SCHEMA x'].map(parseStatement)), ['uuid-ossp', 'pg_trgm']);
  });
});
