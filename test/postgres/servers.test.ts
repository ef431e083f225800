import assert from 'node:assert/strict';
import { installedMajors, withDatabase } from '../support/postgres.ts';

describe('the PostgreSQL servers of the tests', () => {
  for (const major of installedMajors) {
    it(`runs PostgreSQL ${String(major)} with an empty database for each test`, async () => {
      await withDatabase(major, async ({ client }) => {
        const { rows } = await client.query<{ version: number }>("SELECT current_setting('server_version_num')::int / 10000 AS version");
        assert.equal(rows[0]?.version, major);
        const tables = await client.query("SELECT 1 FROM pg_tables WHERE schemaname = 'public'");
        assert.equal(tables.rowCount, 0);
      });
    });
  }
});
