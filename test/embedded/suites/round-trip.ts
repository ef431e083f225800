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
      assert.deepEqual([run.leftovers, run.losses, run.remainders, run.upAgainDifferences], [[], [], [], []]);
      assert.deepEqual(run.changes.map((change) => change.change), ['added']);
    });

    it('finds the values lost of a column dropped and put back', async () => {
      const run = await runPair(target(), { history: [people], up: 'ALTER TABLE people DROP COLUMN born', down: 'ALTER TABLE people ADD COLUMN born date' });
      assert.equal(run.verdict, 'data lost');
      assert.deepEqual(run.losses, [{ table: 'public.people', rowsBefore: 4, rowsAfter: 4, columns: ['born'] }]);
    });

    for (const [column, check] of [['active boolean NOT NULL DEFAULT false', ''], [`state text NOT NULL DEFAULT 'open'`, `CHECK (state IN ('open', 'paid'))`], [`tags text[] NOT NULL DEFAULT '{}'`, ''], [`moods mood[] NOT NULL DEFAULT '{}'`, ''], ['since date DEFAULT CURRENT_DATE', '']] as const) {
      it(`finds the values lost of a column that has a default: ${column}`, async () => {
        const history = [`CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE customers (id serial PRIMARY KEY, ${column} ${check})`];
        const name = column.split(' ')[0] ?? '';
        const run = await runPair(target(), { history, up: `ALTER TABLE customers DROP COLUMN ${name}`, down: `ALTER TABLE customers ADD COLUMN ${column} ${check}` });
        assert.deepEqual([run.verdict, run.losses[0]?.columns], ['data lost', [name]]);
      });
    }

    it('tells rows left behind from rows lost, in tables that were empty too', async () => {
      const history = ['CREATE TABLE seeds (name text); CREATE TABLE nobody (id int CHECK (id > 10 AND id < 5 OR id = 77777))'];
      const run = await runPair(target(), { history, up: `INSERT INTO seeds VALUES ('new'); INSERT INTO nobody VALUES (77777)`, down: 'DELETE FROM nobody WHERE false' });
      assert.deepEqual([run.verdict, run.losses, run.leftovers], ['contents differ', [], []]);
      assert.deepEqual(run.remainders, ['nobody', 'seeds'].map((name) => ({ kind: 'rows', table: `public.${name}`, rows: 1, compared: true })));
    });

    it('finds values that changed places', async () => {
      const run = await runPair(target(), { history: ['CREATE TABLE tk (id serial PRIMARY KEY, a int, note text)'], up: 'UPDATE tk SET a = 5 - a', down: 'SELECT 1' });
      assert.equal(run.verdict, 'data lost');
      assert.deepEqual(run.losses, [{ table: 'public.tk', rowsBefore: 4, rowsAfter: 4, columns: ['a'] }]);
    });

    it('finds a sequence that stands elsewhere, unless it moves with the rows of a table', async () => {
      const history = ['CREATE SEQUENCE sq; CREATE SEQUENCE used; CREATE TABLE tickets (id int DEFAULT nextval(\'used\'), no bigserial)'];
      const run = await runPair(target(), { history, up: `SELECT setval('sq', 1000); INSERT INTO tickets DEFAULT VALUES`, down: 'DELETE FROM tickets WHERE id = (SELECT max(id) FROM tickets)' });
      assert.deepEqual([run.verdict, run.losses], ['contents differ', []]);
      assert.deepEqual(run.remainders, [{ kind: 'sequence', sequence: 'public.sq', before: '1 (not used yet)', after: '1000' }]);
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
