import assert from 'node:assert/strict';
import pg from 'pg';
import { loadParser } from '../../src/sql/parse.ts';
import { found } from '../rules/check-sql.ts';
import { installedMajors, withDatabase } from '../support/postgres.ts';

before(loadParser);

/** What `superuser-statement` and its neighbours say that only superusers may do. */
const forms: readonly { readonly sql: string; readonly until?: number; readonly from?: number; readonly by?: string }[] = [
  { sql: 'CREATE ROLE other SUPERUSER;' },
  { sql: 'CREATE ROLE other REPLICATION;' },
  { sql: 'CREATE ROLE other BYPASSRLS;' },
  { sql: 'CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION on_ddl();' },
  { sql: 'CREATE FOREIGN DATA WRAPPER w;' },
  { sql: "CREATE TABLESPACE s LOCATION '/tmp';" },
  { sql: "CREATE FUNCTION c_function() RETURNS integer LANGUAGE c AS 'x', 'y';" },
  { sql: "CREATE FUNCTION internal_function() RETURNS integer LANGUAGE internal AS 'int4pl';" },
  { sql: 'CREATE FUNCTION tight() RETURNS integer LANGUAGE sql LEAKPROOF AS $$ SELECT 1 $$;' },
  { sql: 'CREATE PUBLICATION p FOR ALL TABLES;' },
  { sql: 'CREATE PUBLICATION p FOR TABLES IN SCHEMA own;', from: 15 },
  { sql: 'CREATE ACCESS METHOD m TYPE INDEX HANDLER bthandler;' },
  { sql: 'CREATE OPERATOR CLASS c FOR TYPE integer USING btree AS STORAGE integer;' },
  { sql: 'CREATE OPERATOR FAMILY f USING btree;' },
  { sql: 'CREATE TEXT SEARCH TEMPLATE t (LEXIZE = dsimple_lexize);' },
  { sql: 'CREATE TYPE b (INPUT = boolin, OUTPUT = boolout);' },
  { sql: "SET session_replication_role = 'replica';" },
  { sql: "COPY own.t FROM '/tmp/rows';" },
  { sql: 'CREATE CAST (own.a AS own.b) WITHOUT FUNCTION;' },
  { sql: "CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false);", until: 15 },
  { sql: 'ALTER SYSTEM SET work_mem = 1000;', by: 'alter-system' },
  { sql: "COPY own.t FROM PROGRAM 'echo 1';", by: 'copy-program' },
];

for (const major of installedMajors) {
  describe(`what needs a superuser on PostgreSQL ${String(major)}`, () => {
    it('is refused to an owner of the database with CREATEROLE and CREATEDB, and said by a rule', async () => {
      await withDatabase(major, async ({ client, url }) => {
        const database = new URL(url).pathname.slice(1);
        await client.query('CREATE ROLE plain_owner LOGIN CREATEROLE CREATEDB');
        await client.query(`ALTER DATABASE ${database} OWNER TO plain_owner`);
        await client.query('CREATE FUNCTION on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$; GRANT CREATE ON SCHEMA public TO plain_owner');
        const address = new URL(url);
        address.username = 'plain_owner';
        const plain = new pg.Client({ connectionString: address.href });
        await plain.connect();
        try {
          await plain.query('CREATE SCHEMA own; CREATE TABLE own.t (id bigint); CREATE TYPE own.a AS (x integer); CREATE TYPE own.b AS (x integer)');
          for (const { sql, by = 'superuser-statement' } of forms.filter((each) => major >= (each.from ?? 0) && major <= (each.until ?? Infinity))) {
            const code = await plain.query(sql).then(() => 'done', (error: unknown) => (error instanceof pg.DatabaseError ? error.code : String(error)));
            assert.equal(code, '42501', sql);
            assert.ok(found({ sql, config: { postgres: major, plainTransaction: 'autocommit' } }).includes(by), sql);
          }
        } finally {
          await plain.end();
          await client.query(`ALTER DATABASE ${database} OWNER TO postgres; REASSIGN OWNED BY plain_owner TO postgres; DROP OWNED BY plain_owner; DROP ROLE plain_owner`);
        }
      });
    });
  });
}
