import assert from 'node:assert/strict';
import { loadScriptParser } from '../../../src/sql/embedded/read.ts';
import { fixtureText, readFixture, statements, unchecked } from './support.ts';

const unknown = 'is known only when the migration runs, so what depends on it was not checked.';
const builds = 'makes its SQL when the migration runs, so what it does was not checked.';

/** What is read of a fixture's side. */
function read(name: string, side: 'up' | 'down') {
  const script = readFixture(name, side);
  return {
    state: script.state,
    statements: statements(script),
    unchecked: unchecked(script, fixtureText(name)),
    noTransaction: script.noTransaction.map(({ by }) => by),
    transactions: script.transactions.map(({ start, end }) => script.sql.slice(start, end).trim().replace(/\s+/g, ' ')),
    problems: script.problems,
  };
}

const clean = { state: 'found', unchecked: [], noTransaction: [], transactions: [], problems: [] };

describe('SQL in migrations of', () => {
  before(loadScriptParser);

  it('Drizzle, in TypeScript', () => {
    assert.deepEqual(read('drizzle.ts', 'up'), {
      ...clean,
      statements: [
        'ALTER TABLE orders ADD COLUMN status text',
        "UPDATE orders SET status = 'open' WHERE status IS NULL",
        "CREATE TABLE audit_log (id bigint PRIMARY KEY, note text DEFAULT '`none`')",
        `COMMENT ON TABLE "orders" IS '___kept_____RETENTION_DAYS_____days'`,
        'CREATE SCHEMA north',
        'CREATE SCHEMA south',
        'CREATE INDEX orders_status ON orders (status)',
        'ANALYZE orders',
        'ALTER TABLE "orders" ENABLE ROW LEVEL SECURITY',
      ],
      unchecked: [`interpolation at \${'kept ' + RETENTION_DAYS + ' days'}: The value of \`\${'kept ' + RETENTION_DAYS + ' days'}\` ${unknown}`],
      transactions: ['CREATE INDEX orders_status ON orders (status); ANALYZE orders -- so that it is used ;'],
    });
    assert.deepEqual(read('drizzle.ts', 'down'), {
      ...clean,
      statements: ['DROP TABLE __sql_identifier_schema__.audit_log', 'ALTER TABLE orders DROP COLUMN status'],
      unchecked: [
        `interpolation at \${sql.identifier(schema)}: The value of \`\${sql.identifier(schema)}\` ${unknown}`,
        "dynamic at schema === 'public': The SQL in here runs only when `schema === 'public'` holds; it was checked as if it ran once.",
      ],
    });
  });

  it('Knex', () => {
    assert.deepEqual(read('knex.ts', 'up'), {
      ...clean,
      noTransaction: ['config'],
      statements: [
        'CREATE INDEX CONCURRENTLY invoices_id ON invoices (id)',
        'ALTER TABLE invoices ADD CONSTRAINT paid CHECK (paid >= 0)',
        'UPDATE _1_ SET total = $2 WHERE data ? $3 AND at > now()::timestamp',
        `CREATE TABLE log (at timestamptz, what text DEFAULT 'it''s', "by" text)`,
      ],
      unchecked: [
        `builder at knex.schema.createTable: \`knex.schema.createTable('invoices')\` ${builds}`,
        `interpolation at ??: The value bound to \`??\` ${unknown}`,
        `interpolation at ?: The value bound to \`?\` ${unknown}`,
        `interpolation at :key: The value bound to \`:key\` ${unknown}`,
        `builder at knex('invoices').where: \`knex('invoices').where\` ${builds}`,
        "dynamic at !(await knex.schema.hasTable('log')): The SQL in here runs only when `!(await knex.schema.hasTable('log'))` holds; it was checked as if it ran once.",
      ],
    });
    assert.deepEqual(read('knex.ts', 'down'), {
      ...clean,
      noTransaction: ['config'],
      statements: [],
      unchecked: [`builder at knex.schema.dropTable: \`knex.schema.dropTable('invoices')\` ${builds}`],
    });
  });

  it('Knex, in CommonJS', () => {
    assert.deepEqual(read('knex.js', 'up'), {
      ...clean,
      noTransaction: ['config'],
      statements: ['CREATE EXTENSION IF NOT EXISTS citext', 'CREATE UNIQUE INDEX people_email ON people (email)'],
      unchecked: [`builder at createTable: \`knex.schema.createTable('people')\` ${builds}`],
    });
    assert.deepEqual(read('knex.js', 'down'), { ...clean, noTransaction: ['config'], statements: ['DROP INDEX people_email', 'DROP TABLE people'] });
  });

  it('TypeORM', () => {
    assert.deepEqual(read('typeorm.ts', 'up'), {
      ...clean,
      noTransaction: ['property'],
      statements: [
        'ALTER TABLE "user" ADD "email" character varying NOT NULL',
        'CREATE UNIQUE INDEX CONCURRENTLY "IDX_e12875dfb3b1d92d7d7c5377e2" ON "user" ("email")',
        'UPDATE "user" SET "email" = $1 WHERE "email" = $2',
        'GRANT SELECT ON "user" TO reader',
      ],
      unchecked: [`builder at queryRunner.createTable: \`queryRunner.createTable\` ${builds}`],
    });
    assert.deepEqual(read('typeorm.ts', 'down'), {
      ...clean,
      noTransaction: ['property'],
      statements: ['DROP INDEX "IDX_e12875dfb3b1d92d7d7c5377e2"', 'ALTER TABLE "user" DROP COLUMN "email"'],
    });
  });

  it('Kysely', () => {
    assert.deepEqual(read('kysely.ts', 'up'), {
      ...clean,
      statements: [
        'CREATE INDEX pet_owner ON "pet" ("owner_id")',
        "ALTER TABLE pet ADD CONSTRAINT kind CHECK (kind IN ('dog', 'cat'))",
        'ALTER TABLE pet ADD COLUMN age int',
        'UPDATE pet SET age = $001',
      ],
      unchecked: [
        `builder at createTable: \`db.schema.createTable('pet')\` ${builds}`,
        `interpolation at \${1}: The value of \`\${1}\` ${unknown}`,
      ],
      transactions: ['UPDATE pet SET age = $001;'],
    });
    assert.deepEqual(read('kysely.ts', 'down'), { ...clean, state: 'empty', statements: [] });
  });

  it('Sequelize', () => {
    assert.deepEqual(read('sequelize.js', 'up'), {
      ...clean,
      statements: ['ALTER TABLE "Users" ADD CHECK (age > 0)', 'UPDATE "Users" SET age = $1 WHERE id = $2'],
      unchecked: [
        `builder at queryInterface.addColumn: \`queryInterface.addColumn('Users')\` ${builds}`,
        `interpolation at :age: The value bound to \`:age\` ${unknown}`,
        `interpolation at ?: The value bound to \`?\` ${unknown}`,
      ],
      transactions: ['ALTER TABLE "Users" ADD CHECK (age > 0); UPDATE "Users" SET age = $1 WHERE id = $2;'],
    });
    assert.deepEqual(read('sequelize.js', 'down'), {
      ...clean,
      statements: ['ALTER TABLE "Users" DROP COLUMN age'],
      unchecked: ["unread at require('./helpers').restore: `require('./helpers').restore` is not in this file, so what it does to the database was not checked."],
    });
  });

  it('MikroORM', () => {
    assert.deepEqual(read('mikro-orm.ts', 'up'), {
      ...clean,
      noTransaction: ['method'],
      statements: [
        'create table "author" ("id" serial primary key, "name" varchar(255) not null)',
        'alter table "author" add constraint "author_name_unique" unique ("name")',
        'select id from author',
        "update author set name = 'x' where id = __row_id_",
      ],
      unchecked: [
        'dynamic at for (const row of rows): The SQL in here runs any number of times; it was checked as if it ran once.',
        `interpolation at \${row.id}: The value of \`\${row.id}\` ${unknown}`,
      ],
    });
    assert.deepEqual(read('mikro-orm.ts', 'down'), { ...clean, noTransaction: ['method'], statements: ['drop table if exists "author" cascade'] });
  });

  it('node-pg-migrate', () => {
    assert.deepEqual(read('node-pg-migrate.ts', 'up'), {
      ...clean,
      noTransaction: ['call'],
      statements: [
        'CREATE INDEX CONCURRENTLY posts_at ON posts (at)',
        'ALTER TABLE _1_ SET (fillfactor = 90)',
        'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := now(); RETURN NEW; END; $$',
      ],
      unchecked: [
        `builder at pgm.createTable: \`pgm.createTable('posts')\` ${builds}`,
        `interpolation at {table}: The value bound to \`{table}\` ${unknown}`,
      ],
    });
    assert.deepEqual(read('node-pg-migrate.ts', 'down'), { ...clean, state: 'refused', statements: [] });
  });

  it('postgres.js', () => {
    assert.deepEqual(read('postgres-js.mjs', 'up'), {
      ...clean,
      statements: ['CREATE TABLE notes (id int)', 'CREATE INDEX notes_id ON notes (id)'],
      unchecked: ['interpolation at INSERT INTO notes: What this statement does depends on `${tx({ id: 1 })}`, known only when the migration runs, so it was not checked.'],
      transactions: ['; CREATE INDEX notes_id ON notes (id);'],
    });
    assert.deepEqual(read('postgres-js.mjs', 'down'), { ...clean, statements: ['DROP TABLE notes'] });
  });
});
