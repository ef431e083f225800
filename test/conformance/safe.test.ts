import assert from 'node:assert/strict';
import { defaultConfig, postgresMajors, type PostgresMajor } from '../../src/model/config.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { safeMigrations } from '../fixtures/safe/corpus.ts';
import { findingsOf } from '../fixtures/safe/check.ts';

before(loadParser);

describe('what somebody careful writes', () => {
  it('is as much as the corpus promises', () => {
    assert.ok(safeMigrations.length >= 100, String(safeMigrations.length));
    assert.equal(new Set(safeMigrations.map(({ title }) => title)).size, safeMigrations.length);
  });

  for (const migration of safeMigrations) {
    it(`yields nothing: ${migration.title}`, () => {
      for (const major of postgresMajors.filter((each): each is PostgresMajor => each >= (migration.from ?? 0) && each <= (migration.until ?? Infinity))) {
        for (const side of ['up', 'down'] as const) assert.deepEqual(findingsOf(migration, side, { ...defaultConfig, ...migration.config, postgres: major }), [], `${side} on ${String(major)}`);
      }
    });
  }
});
