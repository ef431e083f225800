import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { diffSnapshots } from '../../src/dryrun/schema/diff.ts';
import { takeSnapshot } from '../../src/dryrun/schema/snapshot.ts';
import { openServerSession } from '../../src/dryrun/targets/server.ts';
import type { PostgresMajor } from '../../src/model/config.ts';
import { installedMajors, withDatabase } from '../support/postgres.ts';

/** pg_dump reads servers up to its own version; without one, `npm test` says so and what would cure it. */
const dumpMajor = Number(/ (\d+)/.exec(spawnSync('pg_dump', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1] ?? 0);
const dumpedMajors: readonly PostgresMajor[] = installedMajors.filter((major) => major <= dumpMajor);

const ground = `
  CREATE TYPE state AS ENUM ('new', 'done');
  CREATE TABLE tenants (id int PRIMARY KEY, name text NOT NULL);
  CREATE TABLE tasks (id serial PRIMARY KEY, tenant_id int REFERENCES tenants, state state DEFAULT 'new', title text CHECK (length(title) > 1), due date);
  CREATE INDEX tasks_due ON tasks (due) WHERE due IS NOT NULL;
  CREATE VIEW open_tasks AS SELECT id, title FROM tasks WHERE state = 'new';
  ALTER TABLE tasks ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON tasks USING (tenant_id = 1);
  COMMENT ON TABLE tasks IS 'work';`;

/** Ups and downs; pg_dump and the snapshots have to agree on whether the down brings the schema back. */
const pairs: readonly (readonly [string, string])[] = [
  ['CREATE TABLE x (id int)', 'DROP TABLE x'],
  ['ALTER TABLE tasks ADD COLUMN done boolean', 'ALTER TABLE tasks DROP COLUMN done'],
  ['ALTER TABLE tasks DROP COLUMN due', 'ALTER TABLE tasks ADD COLUMN due date; CREATE INDEX tasks_due ON tasks (due) WHERE due IS NOT NULL'],
  ['ALTER TABLE tenants DROP COLUMN name', 'ALTER TABLE tenants ADD COLUMN name text'],
  ['DROP INDEX tasks_due', 'CREATE INDEX tasks_due ON tasks (due)'],
  ['DROP INDEX tasks_due', 'CREATE INDEX tasks_due ON tasks (due) WHERE due IS NOT NULL'],
  ['ALTER TABLE tasks DROP CONSTRAINT tasks_tenant_id_fkey', 'ALTER TABLE tasks ADD FOREIGN KEY (tenant_id) REFERENCES tenants'],
  ['ALTER TABLE tasks DROP CONSTRAINT tasks_tenant_id_fkey', 'ALTER TABLE tasks ADD FOREIGN KEY (tenant_id) REFERENCES tenants ON DELETE CASCADE'],
  ['ALTER TABLE tasks DROP CONSTRAINT tasks_tenant_id_fkey', 'ALTER TABLE tasks ADD FOREIGN KEY (tenant_id) REFERENCES tenants NOT VALID'],
  [`ALTER TYPE state ADD VALUE 'late'`, 'SELECT 1'],
  ['DROP VIEW open_tasks', `CREATE VIEW open_tasks AS SELECT id, title FROM tasks WHERE state = 'new'`],
  ['DROP VIEW open_tasks', `CREATE VIEW open_tasks AS SELECT id FROM tasks WHERE state = 'new'`],
  ['ALTER TABLE tasks DISABLE ROW LEVEL SECURITY', 'ALTER TABLE tasks ENABLE ROW LEVEL SECURITY'],
  ['ALTER TABLE tasks FORCE ROW LEVEL SECURITY', 'SELECT 1'],
  ['ALTER POLICY own ON tasks USING (true)', 'ALTER POLICY own ON tasks USING (tenant_id = 1)'],
  ['DROP POLICY own ON tasks', 'CREATE POLICY own ON tasks FOR SELECT USING (tenant_id = 1)'],
  [`COMMENT ON TABLE tasks IS 'other'`, 'COMMENT ON TABLE tasks IS NULL'],
  ['GRANT SELECT ON tasks TO PUBLIC', 'REVOKE SELECT ON tasks FROM PUBLIC'],
  ['GRANT SELECT ON tasks TO PUBLIC', 'SELECT 1'],
  ['ALTER TABLE tasks RENAME COLUMN title TO name', 'ALTER TABLE tasks RENAME COLUMN name TO title'],
  ['ALTER TABLE tenants RENAME TO owners', 'ALTER TABLE owners RENAME TO tenants'],
  ['ALTER TABLE tasks ALTER COLUMN due TYPE timestamp', 'ALTER TABLE tasks ALTER COLUMN due TYPE date'],
  ['ALTER TABLE tenants ALTER COLUMN name TYPE varchar(9)', 'SELECT 1'],
  ['ALTER SEQUENCE tasks_id_seq AS bigint', 'SELECT 1'],
  ['CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$', 'DROP FUNCTION f()'],
  ['ALTER TABLE tenants ADD COLUMN key int GENERATED ALWAYS AS IDENTITY', 'ALTER TABLE tenants ALTER key DROP IDENTITY'],
];

for (const major of dumpedMajors) {
  describe(`pg_dump and snapshots on PostgreSQL ${String(major)}`, () => {
    for (const [up, down] of pairs) {
      it(`agree on: ${up} … ${down}`, () =>
        withDatabase(major, async ({ url }) => {
          const session = await openServerSession({ url, statementTimeout: 20_000, signal: new AbortController().signal });
          await session.query(ground);
          const [dump, snapshot] = [await dumped(url), await takeSnapshot(session)];
          await session.query(up);
          await session.query(down);
          const differs = diffSnapshots(snapshot, await takeSnapshot(session)).length > 0;
          assert.equal(differs, (await dumped(url)) !== dump);
          await session.close();
        }));
    }
  });
}

/** The schema as pg_dump writes it, without the key that newer ones make up for each dump. */
async function dumped(url: string): Promise<string> {
  const { stdout } = await promisify(execFile)('pg_dump', ['--schema-only', url]);
  return stdout.replaceAll(/^\\(un)?restrict .*$/gm, '');
}
