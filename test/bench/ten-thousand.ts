/**
 * A migration of `count` statements as a team's history mixes them: tables with their indexes and policies, changes of tables
 * that exist, comments, grants and rows. Every text differs, so that nothing is known from the statement before.
 */
export function manyStatements(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => kinds[n % kinds.length]?.(n) ?? '');
}

const kinds: readonly ((n: number) => string)[] = [
  (n) => `CREATE TABLE accounts_${n} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id bigint NOT NULL, email text NOT NULL, created_at timestamptz NOT NULL DEFAULT now())`,
  (n) => `CREATE INDEX accounts_${n - 1}_tenant_id_idx ON accounts_${n - 1} (tenant_id)`,
  (n) => `ALTER TABLE customers_${n} ADD COLUMN note text`,
  (n) => `ALTER TABLE customers_${n} ADD CONSTRAINT customers_${n}_total_check CHECK (total >= 0) NOT VALID`,
  (n) => `CREATE INDEX CONCURRENTLY IF NOT EXISTS customers_${n}_email_idx ON customers_${n} (lower(email)) WHERE deleted_at IS NULL`,
  (n) => `COMMENT ON TABLE customers_${n} IS 'Customers of shard ${n}'`,
  (n) => `INSERT INTO plans (name, price) VALUES ('plan ${n}', ${n}), ('plan ${n} yearly', ${n * 10})`,
  (n) => `UPDATE customers_${n} SET plan = 'free' WHERE plan IS NULL`,
  (n) => `GRANT SELECT, INSERT, UPDATE ON accounts_${n} TO app_writer`,
  (n) => `ALTER TABLE customers_${n} ALTER COLUMN name TYPE varchar(${100 + (n % 100)})`,
  (n) => `ALTER TABLE orders_${n} ADD FOREIGN KEY (customer_id) REFERENCES customers_${n} (id)`,
  (n) => `CREATE POLICY tenant_${n} ON customers_${n} USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint))`,
];

export function asScript(statements: readonly string[]): string {
  return `${statements.join(';\n\n')};\n`;
}
