import assert from 'node:assert/strict';
import type pg from 'pg';
import type { LintInput } from '../../src/analysis/lint.ts';
import { defaultConfig } from '../../src/model/config.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';
import { safeInput } from '../fixtures/safe/check.ts';
import { base, safeMigrations, type SafeMigration } from '../fixtures/safe/corpus.ts';
import { installedMajors, withDatabase } from '../support/postgres.ts';

before(loadParser);

for (const major of installedMajors) {
  it(`what somebody careful writes runs on PostgreSQL ${String(major)}, up and down`, async () => {
    const wrong: string[] = [];
    await withDatabase(major, async ({ client }) => {
      await client.query('DROP ROLE IF EXISTS safe_reader; CREATE ROLE safe_reader');
      for (const migration of safeMigrations.filter((each) => major >= (each.from ?? 0) && major <= (each.until ?? Infinity))) wrong.push(...(await problemsOf(migration, client)));
      await client.query('DROP OWNED BY safe_reader; DROP ROLE safe_reader');
    });
    assert.deepEqual(wrong, []);
  });
}

/** Each has a schema of its own, so that one database serves them all. */
async function problemsOf(migration: SafeMigration, client: pg.Client): Promise<readonly string[]> {
  await client.query('ROLLBACK; RESET ALL; SET client_min_messages = error; DROP SCHEMA IF EXISTS safe CASCADE; CREATE SCHEMA safe; SET search_path = safe');
  let at = 'the history';
  try {
    await client.query(base);
    for (const { text } of statementsOf(migration.history ?? '')) await client.query(text);
    for (const side of ['up', 'down'] as const) {
      at = side;
      await run(safeInput(migration, side, { ...defaultConfig, ...migration.config }), client);
    }
    return [];
  } catch (error) {
    return [`${migration.title}, ${at}: ${String(error)}`];
  }
}

/** As its tool would send it. */
async function run({ script, mode }: LintInput, client: pg.Client): Promise<void> {
  const statements = script.statements.map(({ statement }) => statement.text);
  if (mode?.kind === 'implicit') {
    await client.query(statements.join(';\n'));
    return;
  }
  if (mode?.kind === 'transaction') await client.query('BEGIN');
  for (const text of statements) await client.query(text);
  if (mode?.kind === 'transaction') await client.query('COMMIT');
}

function statementsOf(sql: string): readonly { readonly text: string }[] {
  return parseScript(sql).statements.map(({ statement }) => statement);
}
