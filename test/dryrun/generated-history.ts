import type { PlannedScript } from '../../src/dryrun/plan.ts';
import type { WalkStep } from '../../src/dryrun/walk.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';

export interface Pair {
  readonly up: string;
  readonly down: string | null;
}

/** As a project grows: every tenth migration makes a table, the others change one; some downs forget something, some fail, some migrations write rows. */
export function generatedPair(n: number): Pair {
  const table = `entity_${String(Math.floor(n / 10))}`;
  if (n % 10 === 0) {
    const parent = n === 0 ? '' : `, parent_id bigint REFERENCES entity_${String(Math.floor(n / 10) - 1)}`;
    return {
      up: `CREATE TABLE ${table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, state text NOT NULL DEFAULT 'new'${parent}); CREATE INDEX ${table}_state ON ${table} (state);`,
      down: `DROP TABLE IF EXISTS ${table};`,
    };
  }
  if (n % 40 === 13) return { up: `INSERT INTO ${table} (name) VALUES ('first of ${table}');`, down: `DELETE FROM ${table} WHERE name = 'first of ${table}';` };
  const column = `extra_${String(n % 10)}`;
  const up = `ALTER TABLE ${table} ADD COLUMN ${column} integer; CREATE INDEX ${table}_${column} ON ${table} (${column});`;
  if (n % 20 === 5) return { up, down: `DROP INDEX IF EXISTS ${table}_${column};` };
  if (n % 20 === 17) return { up, down: `ALTER TABLE ${table} DROP COLUMN no_such_column;` };
  return { up, down: `ALTER TABLE ${table} DROP COLUMN IF EXISTS ${column};` };
}

/** Pairs as steps of a history, run in a transaction each. */
export async function stepsOf(pairs: readonly Pair[]): Promise<readonly WalkStep[]> {
  await loadParser();
  const script = (path: string, text: string): PlannedScript => ({ path, text, statements: parseScript(text).statements, mode: { kind: 'transaction', tool: 'the test', optOut: null } });
  return pairs.map(({ up, down }, index) => {
    const id = String(index + 1).padStart(4, '0');
    return { id, up: script(`/${id}.sql`, up), down: down === null ? null : script(`/${id}_rollback.sql`, down), tried: true };
  });
}
