/** 200 migrations with 800 statements: every fourth makes a table, the others change one. */
export const longHistory: readonly string[] = Array.from({ length: 200 }, (_, n) => migration(n));

/** What comes after it. */
export const next = { up: 'ALTER TABLE entity_0 ADD COLUMN added text', down: 'ALTER TABLE entity_0 DROP COLUMN added' } as const;

function migration(n: number): string {
  const table = `entity_${String(Math.floor(n / 4))}`;
  if (n % 4 === 0) {
    return `CREATE TABLE ${table} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, state text NOT NULL DEFAULT 'new', made timestamptz NOT NULL DEFAULT now());
      CREATE INDEX ${table}_state ON ${table} (state); ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY; CREATE POLICY all_rows ON ${table} USING (true)`;
  }
  const column = `extra_${String(n % 4)}`;
  return `ALTER TABLE ${table} ADD COLUMN ${column} integer; UPDATE ${table} SET ${column} = 0; ALTER TABLE ${table} ALTER COLUMN ${column} SET NOT NULL; CREATE INDEX ${table}_${column} ON ${table} (${column})`;
}
