import assert from 'node:assert/strict';
import type { Target } from '../../../src/dryrun/targets/target.ts';
import { runPair } from '../../support/plans.ts';

const people = `CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, age int, born date)`;

/** Whether a down brought everything back. */
export function describeRoundTrip(title: string, target: () => Target): void {
  describe(`round trip on ${title}`, () => {
    it('is exact when catalog and rows are as before', async () => {
      const run = await runPair(target(), { history: [people], up: 'ALTER TABLE people ADD COLUMN email text', down: 'ALTER TABLE people DROP COLUMN email' });
      assert.equal(run.verdict, 'exact');
      assert.deepEqual([run.leftovers, run.losses, run.upAgainDifferences], [[], [], []]);
      assert.deepEqual(run.changes.map((change) => change.change), ['added']);
    });

    it('finds the values lost of a column dropped and put back', async () => {
      const run = await runPair(target(), { history: [people], up: 'ALTER TABLE people DROP COLUMN born', down: 'ALTER TABLE people ADD COLUMN born date' });
      assert.equal(run.verdict, 'data lost');
      assert.deepEqual(run.losses, [{ table: 'public.people', rowsBefore: 4, rowsAfter: 4, columns: ['born'] }]);
    });

    it('finds the rows lost of a table dropped and put back', async () => {
      const run = await runPair(target(), { history: [people], up: 'DROP TABLE people', down: people });
      assert.equal(run.verdict, 'data lost');
      assert.deepEqual(run.losses[0]?.rowsAfter, 0);
      assert.deepEqual(run.leftovers, []);
    });

    it('loses nothing when a column is renamed and renamed back', async () => {
      const run = await runPair(target(), { history: [people], up: 'ALTER TABLE people RENAME COLUMN age TO years', down: 'ALTER TABLE people RENAME COLUMN years TO age' });
      assert.equal(run.verdict, 'exact');
    });

    it('finds what the down forgot', async () => {
      const run = await runPair(target(), { history: [people], up: 'CREATE TABLE pets (id int); CREATE INDEX by_age ON people (age)', down: 'DROP TABLE pets' });
      assert.equal(run.verdict, 'up again failed');
      assert.deepEqual(run.leftovers.map((change) => (change.change === 'added' ? change.after.name : change.change)), ['public.by_age']);
    });

    it('finds a definition that came back another', async () => {
      const run = await runPair(target(), { history: [people], up: 'ALTER TABLE people ALTER COLUMN age SET DEFAULT 1', down: 'ALTER TABLE people ALTER COLUMN age SET DEFAULT 0' });
      assert.equal(run.verdict, 'schema differs');
      assert.equal(run.leftovers[0]?.change, 'altered');
    });

    it('finds columns that came back in another order', async () => {
      const run = await runPair(target(), { history: ['CREATE TABLE empty_one (a int GENERATED ALWAYS AS (1) STORED, b int)'], up: 'ALTER TABLE empty_one DROP COLUMN a', down: 'ALTER TABLE empty_one ADD COLUMN a int GENERATED ALWAYS AS (1) STORED' });
      assert.equal(run.verdict, 'schema differs');
      const [change] = run.leftovers;
      assert.match(change?.change === 'altered' ? change.after.definition : '', /columns in this order: b, a/);
    });

    it('says when the down fails, and when there is none', async () => {
      const failing = await runPair(target(), { history: [people], up: 'SELECT 1', down: 'DROP TABLE nobody' });
      assert.equal(failing.verdict, 'down failed');
      const missing = await runPair(target(), { history: [people], up: 'CREATE TABLE pets ()' });
      assert.equal(missing.verdict, 'no down');
      assert.equal(missing.changes.length, 1);
    });
  });
}
