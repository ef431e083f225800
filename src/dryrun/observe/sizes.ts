import type { LegTrace, Pace, TableSize } from '../../model/trace.ts';
import { DatabaseError, type Session } from '../targets/target.ts';

/** Sizes of all user tables by qualified name, in one read-only transaction that waits for nobody longer than two seconds. */
export async function readSizes(session: Session): Promise<Readonly<Record<string, TableSize>>> {
  await session.query(`BEGIN TRANSACTION READ ONLY; SET LOCAL lock_timeout = '2s'`);
  try {
    const { rows } = await session.query(allSizes);
    const sizes = JSON.parse(String(rows[0]?.['sizes'])) as readonly [string, number, number, number][]; // The query builds this text itself.
    return Object.fromEntries(sizes.map(([name, count, bytes, indexBytes]) => [name, { rows: count, bytes, indexBytes }]));
  } finally {
    await session.query('ROLLBACK');
  }
}

// Partitions count for themselves; a partitioned table has no storage. A table that was never analyzed has reltuples -1.
const allSizes = `
  SELECT coalesce(json_agg(json_build_array(name, rows, bytes, index_bytes) ORDER BY name), '[]')::text AS sizes
    FROM (SELECT format('%I.%I', n.nspname, c.relname) AS name, pg_table_size(c.oid) AS bytes, pg_indexes_size(c.oid) AS index_bytes,
                 CASE WHEN c.reltuples > 0 THEN c.reltuples::int8 ELSE pg_stat_get_live_tuples(c.oid) END AS rows
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_') AS tables`;

/** Tables that the legs read or wrote anew. */
export function workedOn(legs: readonly LegTrace[]): ReadonlySet<string> {
  const relations = legs.flatMap((leg) => leg.statements.flatMap(({ scans, rewrites }) => [
    ...(scans.kind === 'measured' ? scans.value : []),
    ...(rewrites.kind === 'measured' ? rewrites.value : []),
  ]));
  return new Set(relations.map(({ relation }) => relation));
}

/** How fast this target reads, rewrites and indexes a table of its own, which is rolled back; null where the database does not let it. */
export async function measurePace(session: Session): Promise<Pace | null> {
  await session.reset();
  await session.query('BEGIN');
  try {
    await session.query(paceTable);
    const { rows } = await session.query(`SELECT pg_table_size('lockstep_pace.paced')::float8 AS bytes`);
    const bytes = Number(rows[0]?.['bytes']);
    // The quickest of three: what else this machine does slows the others.
    const rate = async (sqls: readonly [string, string, string]): Promise<number> => {
      const times: number[] = [];
      for (const sql of sqls) times.push((await session.query(sql)).duration);
      return bytes / Math.max(Math.min(...times), 0.1);
    };
    const scan = `SELECT count(*) FROM lockstep_pace.paced WHERE note = ''`;
    const retype = (type: string): string => `ALTER TABLE lockstep_pace.paced ALTER COLUMN id TYPE ${type}`;
    const index = 'CREATE INDEX ON lockstep_pace.paced (mixed)';
    return {
      scan: await rate([scan, scan, scan]),
      // Before there is an index that would be built along with it.
      rewrite: await rate([retype('bigint'), retype('integer'), retype('bigint')]),
      index: await rate([index, index, index]),
    };
  } catch (error) {
    // An event trigger of the migrations, or a role without the right to make a schema.
    if (error instanceof DatabaseError) return null;
    throw error;
  } finally {
    await session.query('ROLLBACK');
  }
}

const paceTable = `
  CREATE SCHEMA lockstep_pace;
  CREATE TABLE lockstep_pace.paced AS SELECT n AS id, (n::int8 * 7919) % 30011 AS mixed, md5(n::text) || md5((-n)::text) AS note FROM generate_series(1, 30000) n`;
