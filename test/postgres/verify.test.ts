import assert from 'node:assert/strict';
import { openServerSession } from '../../src/dryrun/targets/server.ts';
import { readState } from '../../src/dryrun/run.ts';
import { verify } from '../../src/dryrun/verify/verify.ts';
import type { RowSecurityPolicy } from '../../src/model/config.ts';
import type { TenantCheck, Verification } from '../../src/model/verification.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { installedMajors, withDatabase } from '../support/postgres.ts';

interface Given {
  readonly before?: string;
  readonly up: string;
  readonly rowSecurity?: RowSecurityPolicy;
}

const tenants: RowSecurityPolicy = { role: 'lockstep_app', setting: 'app.tenant_id', tenants: ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] };

for (const major of installedMajors) {
  describe(`what an up leaves, on PostgreSQL ${String(major)}`, () => {
    before(loadParser);

    /** Looks after the up, and requires that looking changed nothing. */
    async function looked({ before: ground = '', up, rowSecurity }: Given): Promise<Verification> {
      return withDatabase(major, async ({ client, url }) => {
        await client.query(ground);
        const session = await openServerSession({ url, statementTimeout: 30_000, signal: new AbortController().signal });
        try {
          const start = await readState(session);
          await session.query(up);
          const states = { before: start, afterUp: await readState(session) };
          const verification = await verify(session, { states, rowSecurity: rowSecurity ?? null, tenantTables: 'all' });
          assert.deepEqual(await readState(session), states.afterUp);
          return verification;
        } finally {
          await session.close();
        }
      });
    }

    async function aftermath(given: Given): Promise<readonly string[]> {
      return (await looked(given)).aftermath.map(({ kind, table, object }) => `${kind}: ${object ?? table}`);
    }

    async function tried(given: Given): Promise<TenantCheck> {
      const { tenants: found } = await looked({ rowSecurity: tenants, ...given });
      assert.equal(found?.kind, 'measured');
      return found.value;
    }

    it('names foreign keys that no index serves, and no others', async () => {
      const before = 'CREATE TABLE a (x int, y int, PRIMARY KEY (x, y)); CREATE TABLE old (id int PRIMARY KEY, x int, y int, FOREIGN KEY (x, y) REFERENCES a)';
      const up = `CREATE TABLE bare (id int PRIMARY KEY, x int, y int, CONSTRAINT "no index" FOREIGN KEY (x, y) REFERENCES a);
        CREATE TABLE swapped (id int PRIMARY KEY, x int, y int, FOREIGN KEY (x, y) REFERENCES a); CREATE INDEX ON swapped (y, x, id);
        CREATE TABLE partly (id int PRIMARY KEY, x int, y int, FOREIGN KEY (x, y) REFERENCES a); CREATE INDEX ON partly (x);
        ALTER TABLE old ADD COLUMN note text`;
      assert.deepEqual(await aftermath({ before, up }), ['foreign key without index: public.bare."no index"', 'foreign key without index: public.partly.partly_x_y_fkey']);
    });

    it('names an old foreign key whose index the up takes away', async () => {
      const before = 'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a); CREATE INDEX b_a ON b (a)';
      assert.deepEqual(await aftermath({ before, up: 'DROP INDEX b_a' }), ['foreign key without index: public.b.b_a_fkey']);
    });

    it('names constraints that are not validated, and tables without a primary key', async () => {
      const before = 'CREATE TABLE a (id int PRIMARY KEY, x int); CREATE TABLE old (id int)';
      const up = 'ALTER TABLE a ADD CONSTRAINT positive CHECK (x > 0) NOT VALID; CREATE TABLE keyless (id int); ALTER TABLE old ADD COLUMN x int';
      assert.deepEqual(await aftermath({ before, up }), ['constraint not validated: public.a.positive', 'table without primary key: public.keyless']);
    });

    it('names an index that a failed CONCURRENTLY left invalid', async () => {
      const invalid = await withDatabase(major, async ({ client, url }) => {
        await client.query('CREATE TABLE a (id int PRIMARY KEY, x int); INSERT INTO a VALUES (1, 1), (2, 1)');
        const session = await openServerSession({ url, statementTimeout: 30_000, signal: new AbortController().signal });
        const start = await readState(session);
        await assert.rejects(session.query('CREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x)'));
        const states = { before: start, afterUp: await readState(session) };
        const { aftermath: found } = await verify(session, { states, rowSecurity: null, tenantTables: 'all' });
        await session.close();
        return found;
      });
      assert.deepEqual(invalid.map(({ kind, object }) => [kind, object]), [['invalid index', 'public.a_x']]);
    });

    it('names what is wrong with row-level security', async () => {
      const up = `CREATE TABLE mute (id int PRIMARY KEY); ALTER TABLE mute ENABLE ROW LEVEL SECURITY;
        CREATE TABLE idle (id int PRIMARY KEY); CREATE POLICY p ON idle USING (true);
        CREATE TABLE fine (id int PRIMARY KEY); ALTER TABLE fine ENABLE ROW LEVEL SECURITY; ALTER TABLE fine FORCE ROW LEVEL SECURITY; CREATE POLICY p ON fine USING (true);
        CREATE TABLE unforced (id int PRIMARY KEY); ALTER TABLE unforced ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON unforced USING (true)`;
      assert.deepEqual(await aftermath({ up }), ['policy without row security: public.idle', 'row security without policy: public.mute', 'row security not forced: public.unforced']);
    });

    const isOwn = `tenant_id = current_setting('app.tenant_id')::uuid`;
    const table = (name: string, ...policies: readonly string[]): string =>
      `CREATE TABLE ${name} (id int PRIMARY KEY, tenant_id uuid NOT NULL, note text); ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY; ${policies.map((policy, index) => `CREATE POLICY p${String(index)} ON ${name} ${policy}`).join('; ')};`;

    it('finds every table where one tenant reaches another’s rows, and what it can do there', async () => {
      const up = [
        table('tight', `USING (${isOwn})`),
        table('readable', `FOR SELECT USING (true)`, `FOR ALL USING (${isOwn})`),
        table('plantable', `FOR SELECT USING (${isOwn})`, `FOR INSERT WITH CHECK (true)`),
        table('movable', `FOR ALL USING (${isOwn}) WITH CHECK (true)`),
        table('wide', 'USING (true)'),
        'CREATE TABLE plain (id int PRIMARY KEY, tenant_id uuid);',
        'CREATE TABLE unrelated (id int PRIMARY KEY);',
        `CREATE TABLE tenants (id uuid PRIMARY KEY, name text); ALTER TABLE tenants ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON tenants USING (id = (SELECT current_setting('app.tenant_id')::uuid));`,
      ].join('\n');
      const { leaks, tables, untested, roleExisted } = await tried({ up });
      assert.equal(roleExisted, false);
      assert.deepEqual(untested, []);
      assert.deepEqual(tables, ['movable', 'plain', 'plantable', 'readable', 'tenants', 'tight', 'wide'].map((name) => `public.${name}`));
      assert.deepEqual(leaks.map((leak) => [leak.table, leak.acts, leak.cause]), [
        ['public.movable', ['inserts', 'hands over'], 'policies'],
        ['public.plain', ['sees', 'updates', 'deletes', 'inserts', 'hands over'], 'no row security'],
        ['public.plantable', ['inserts'], 'policies'],
        ['public.readable', ['sees'], 'policies'],
        ['public.wide', ['sees', 'updates', 'deletes', 'inserts', 'hands over'], 'policies'],
      ]);
    });

    it('tells a role that is above the policies from policies that are too wide', async () => {
      const role = `lockstep_owner_${String(major)}`;
      const up = `CREATE ROLE ${role}; ${table('owned', `USING (${isOwn})`)} ${table('forced', `USING (${isOwn})`)} ALTER TABLE forced FORCE ROW LEVEL SECURITY; ALTER TABLE owned OWNER TO ${role}; ALTER TABLE forced OWNER TO ${role};`;
      const { leaks, roleExisted } = await tried({ up: `BEGIN; ${up} COMMIT`, rowSecurity: { ...tenants, role } });
      assert.equal(roleExisted, true);
      assert.deepEqual(leaks.map((leak) => [leak.table, leak.cause]), [['public.owned', 'role owns the table']]);
      await withDatabase(major, async ({ client }) => client.query(`DROP ROLE ${role}`));
    });

    it('takes privileges as they are for a role that the migrations make', async () => {
      const role = `lockstep_reader_${String(major)}`;
      const { leaks } = await tried({ up: `CREATE ROLE ${role}; ${table('secret', 'USING (true)')} ${table('shown', 'USING (true)')} GRANT SELECT ON shown TO ${role}`, rowSecurity: { ...tenants, role } });
      assert.deepEqual(leaks.map((leak) => [leak.table, leak.acts]), [['public.shown', ['sees']]]);
      await withDatabase(major, async ({ client }) => client.query(`DROP ROLE ${role}`));
    });
  });
}
