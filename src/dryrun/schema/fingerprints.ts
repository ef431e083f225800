import type { RowFingerprints, TableFingerprint } from '../../model/snapshot.ts';
import { quoteLiteral } from '../../sql/names.ts';
import type { Session } from '../targets/target.ts';
import { notOfExtension, userSchema } from './fragments.ts';

/** Contents of every ordinary table; partitions count as tables, so nothing is counted twice. */
export async function takeFingerprints(session: Session): Promise<RowFingerprints> {
  const { rows } = await session.query(allTables);
  const tables = rows.map((row) => ({ name: String(row['name']), columns: JSON.parse(String(row['columns'])) as readonly string[] })); // The query builds this text.
  const found: [string, TableFingerprint][] = [];
  for (let at = 0; at < tables.length; at += tablesPerQuery) {
    const part = tables.slice(at, at + tablesPerQuery);
    const result = await session.query(part.map(fingerprintOf).join('\nUNION ALL\n'));
    for (const row of result.rows) {
      found.push([String(row['name']), { rows: Number(row['rows']), columns: JSON.parse(String(row['columns'])) as Record<string, string> }]); // As above.
    }
  }
  return Object.fromEntries(found);
}

const tablesPerQuery = 25;

const allTables = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name,
         (SELECT coalesce(json_agg(quote_ident(a.attname) ORDER BY a.attnum), '[]') FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)::text AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'r' AND ${userSchema} AND ${notOfExtension('pg_class', 'c.oid')}
   ORDER BY n.nspname, c.relname`;

/** A sum of hashes does not depend on the order of rows; a null is no value and adds nothing. */
function fingerprintOf(table: { readonly name: string; readonly columns: readonly string[] }): string {
  const columns = table.columns.map((column) => {
    const key = quoteLiteral(column);
    return `${key}, count(${column}) || ':' || coalesce(sum(hashtextextended(${column}::text COLLATE "C", 0)), 0)`;
  });
  // A function takes at most 100 arguments (manual, appendix K), so wide tables are put together from pieces.
  const pieces = inPieces(columns, 45).map((piece) => `jsonb_build_object(${piece.join(', ')})`);
  return `SELECT ${quoteLiteral(table.name)} AS name, count(*) AS rows, (${pieces.length === 0 ? `'{}'::jsonb` : pieces.join(' || ')})::text AS columns FROM ONLY ${table.name}`;
}

function inPieces<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
}
