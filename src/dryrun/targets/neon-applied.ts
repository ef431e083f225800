import type { KnownMigration, Session, SqlValue } from './target.ts';

export interface AppliedMigrations {
  readonly ids: ReadonlySet<string>;
  /** How we know, as a sentence of the report. */
  readonly evidence: string;
}

/**
 * Which migrations a database has seen, by the bookkeeping of its tool. Without one, a database with tables is taken to be
 * where the history ends, and an empty one to be at its beginning: what else a project's own runner keeps, nobody can know.
 */
export async function appliedMigrations(session: Session, history: readonly KnownMigration[], migration: KnownMigration): Promise<AppliedMigrations> {
  const tables = await bookkeepingTables(session);
  const drizzle = tables.find(({ name }) => name === '__drizzle_migrations');
  if (drizzle !== undefined && migration.when !== undefined) return recorded(await byDrizzle(session, drizzle.table, [...history, migration]), history, drizzle.table);
  const prisma = tables.find(({ name }) => name === '_prisma_migrations');
  if (prisma !== undefined) return recorded(await byPrisma(session, prisma.table, [...history, migration]), history, prisma.table);
  const { rows } = await session.query(`SELECT 1 FROM pg_class c WHERE c.relkind IN ('r', 'p') AND ${ofUsers} LIMIT 1`);
  if (rows.length === 0) return { ids: new Set(), evidence: 'The parent branch has no tables, so the whole history ran on the new one first.' };
  return { ids: new Set(history.map(({ id }) => id)), evidence: 'The parent branch keeps no record of migrations that Lockstep knows, so all earlier ones are taken as applied there.' };
}

const ofUsers = `c.relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname IN ('information_schema', 'neon', 'neon_migration'))`;

interface BookkeepingTable {
  readonly name: string;
  /** Qualified and quoted. */
  readonly table: string;
}

/** Schema and name can be configured; the schema is found, and a renamed table is not. */
async function bookkeepingTables(session: Session): Promise<readonly BookkeepingTable[]> {
  const { rows } = await session.query(
    `SELECT relname AS name, format('%I.%I', nspname, relname) AS "table" FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind = 'r' AND relname IN ('__drizzle_migrations', '_prisma_migrations') ORDER BY nspname`,
  );
  return rows.map(({ name, table }) => ({ name: String(name), table: String(table) }));
}

/** Drizzle runs what is newer than the newest that it ran, whatever else its table says. */
async function byDrizzle(session: Session, table: string, migrations: readonly KnownMigration[]): Promise<readonly string[]> {
  const { rows } = await session.query(`SELECT max(created_at)::text AS newest FROM ${table}`);
  const newest = numberOf(rows[0]?.['newest'] ?? null);
  return migrations.filter(({ when }) => newest !== null && when !== undefined && when <= newest).map(({ id }) => id);
}

/** A migration that failed or was rolled back has to run again. */
async function byPrisma(session: Session, table: string, migrations: readonly KnownMigration[]): Promise<readonly string[]> {
  const { rows } = await session.query(`SELECT migration_name FROM ${table} WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`);
  const names = new Set(rows.map((row) => row['migration_name']));
  return migrations.map(({ id }) => id).filter((id) => names.has(id));
}

function recorded(ids: readonly string[], history: readonly KnownMigration[], table: string): AppliedMigrations {
  const known = new Set(ids);
  const lacking = history.filter(({ id }) => !known.has(id)).length;
  const rest = lacking === 0 ? '' : `; ${String(lacking)} more ran on the new one first`;
  return { ids: known, evidence: `The parent branch has seen ${String(history.length - lacking)} of the ${String(history.length)} earlier migrations, by ${table}${rest}.` };
}

function numberOf(value: SqlValue): number | null {
  return value === null ? null : Number(value);
}
