import { defineRule, type AsRead, type Match, type ScriptRule } from './define-rule.ts';

type Unchecked = AsRead['unchecked'][number];

/** What a migration does that is no SQL before it runs: nothing of it is checked, and that is said. */
export const dynamicSqlUnchecked: ScriptRule = defineRule({
  id: 'dynamic-sql-unchecked',
  title: 'SQL that is made when the migration runs',
  severity: 'information',
  category: 'migration',
  scope: 'script',
  check({ asRead, text }) {
    // An error of the file is told as one.
    const problems = new Set(asRead.problems.map(({ span, place }) => placeOf(place ?? span)));
    const unchecked = asRead.unchecked.filter(({ span, place }) => !problems.has(placeOf(place ?? span)));
    const builders = unchecked.filter(({ kind }) => kind === 'builder');
    const others = unchecked.filter(({ kind }) => kind !== 'builder');
    const first = builders[0] === undefined ? [] : [{ ...builders[0], reason: together(builders[0], builders.length) }];
    return byPlace([...first, ...others]).map((each) => match(each, text.length));
  },
  docs: {
    what: 'A part of the migration is not SQL until it runs: a value that is put into a template, a call of a query or schema builder, SQL from another file, statements in a loop or under a condition, an EXECUTE in a DO block that puts its SQL together. The message says which, and what was assumed.',
    why: 'What cannot be read cannot be checked: no rule looks at it, it is missing from the schema that later migrations are checked against, and a dry run refuses it rather than leave it out.',
    instead: 'Write what changes the schema as SQL that stands in the file: `knex.raw`, `queryRunner.query`, `sql` with constants of the same file, which are followed. Where the value is the point (a tenant, a batch), keep it, and keep the statement around it simple.',
  },
  examples: {
    bad: [
      {
        title: 'A value of the environment',
        layout: 'drizzle-ts',
        sql: "import { sql } from 'drizzle-orm';\n\nexport async function up(db) {\n  await db.execute(sql`COMMENT ON SCHEMA public IS ${process.env.OWNER}`);\n}\n\nexport async function down(db) {\n  await db.execute(sql`COMMENT ON SCHEMA public IS NULL`);\n}\n",
      },
      {
        title: 'The schema builder of Knex',
        layout: 'knex',
        sql: "exports.up = async function (knex) {\n  await knex.schema.createTable('invoices', (t) => {\n    t.increments();\n  });\n  await knex.schema.dropTable('bills');\n};\n\nexports.down = async function (knex) {\n  await knex.schema.dropTable('invoices');\n};\n",
      },
      {
        title: 'A statement in a loop',
        layout: 'typeorm',
        sql: "import { MigrationInterface, QueryRunner } from 'typeorm';\n\nexport class Comment1700000000000 implements MigrationInterface {\n  async up(queryRunner: QueryRunner): Promise<void> {\n    for (let day = 0; day < 7; day += 1) {\n      await queryRunner.query(`COMMENT ON SCHEMA public IS 'one of many'`);\n    }\n  }\n\n  async down(queryRunner: QueryRunner): Promise<void> {\n    await queryRunner.query(`COMMENT ON SCHEMA public IS NULL`);\n  }\n}\n",
      },
      {
        title: 'EXECUTE in a DO block',
        sql: "DO $$\nBEGIN\n  EXECUTE format('COMMENT ON SCHEMA public IS %L', current_user);\nEND\n$$;",
      },
    ],
    good: [
      {
        title: 'SQL that a DO block holds as it is',
        sql: "DO $$\nBEGIN\n  EXECUTE 'COMMENT ON SCHEMA public IS NULL';\n  COMMENT ON SCHEMA public IS 'ours';\nEND\n$$;",
      },
      {
        title: 'Constants of the file are followed',
        layout: 'drizzle-ts',
        sql: "import { sql } from 'drizzle-orm';\n\nconst owner = 'billing';\n\nexport async function up(db) {\n  await db.execute(sql.raw(`COMMENT ON SCHEMA public IS '${owner}'`));\n}\n\nexport async function down(db) {\n  await db.execute(sql`COMMENT ON SCHEMA public IS NULL`);\n}\n",
      },
      {
        title: 'The table as SQL',
        layout: 'knex',
        sql: "exports.up = async function (knex) {\n  await knex.raw('CREATE TABLE invoices (id bigint PRIMARY KEY)');\n};\n\nexports.down = async function (knex) {\n  await knex.raw('DROP TABLE IF EXISTS invoices');\n};\n",
      },
    ],
  },
});

function match({ span, place, reason }: Unchecked, length: number): Match {
  const start = Math.min(span.start, Math.max(0, length - 1));
  const placed = { message: reason, span: { start, end: Math.min(length, Math.max(span.end, start + 1)) } };
  return place === undefined ? placed : { ...placed, place };
}

/** A migration of many builder calls has one thing said of it. */
function together({ reason }: Unchecked, count: number): string {
  const words = count === 2 ? 'Another call of its kind in this script was' : `${String(count - 1)} other calls of their kind in this script were`;
  return count < 2 ? reason : `${reason} ${words} not checked either.`;
}

/** Several things that are said of one place are one finding. */
function byPlace(unchecked: readonly Unchecked[]): readonly Unchecked[] {
  const places = new Map<string, Unchecked>();
  for (const each of unchecked) {
    const key = placeOf(each.place ?? each.span);
    const known = places.get(key);
    if (known === undefined) places.set(key, each);
    else if (!known.reason.includes(each.reason)) places.set(key, { ...known, reason: `${known.reason} ${each.reason}` });
  }
  return [...places.values()];
}

function placeOf({ start, end }: { readonly start: number; readonly end: number }): string {
  return `${start} ${end}`;
}
