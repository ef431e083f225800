import type { RowFingerprints, TableFingerprint } from '../../model/snapshot.ts';
import { quoteLiteral } from '../../sql/names.ts';
import type { QueryResult, Session } from '../targets/target.ts';
import { notOfExtension, userSchema } from './fragments.ts';

/** Contents of every ordinary table; partitions count as tables, so nothing is counted twice. */
export async function takeFingerprints(session: Session): Promise<RowFingerprints> {
  const { rows } = await session.ask(allTables);
  const tables = rows.map((row) => ({ name: String(row['name']), columns: JSON.parse(String(row['columns'])) as readonly string[] })); // The query builds this text.
  const marks = await marksOf(session, tables);
  const known = kept.get(session) ?? new Map<string, Kept>();
  const unknown = tables.filter((table) => known.get(table.name)?.mark !== marks.get(table.name));
  const found = new Map<string, Kept>();
  for (const { name } of tables) {
    const same = known.get(name);
    if (same !== undefined) found.set(name, same);
  }
  for (const part of inPieces(unknown, tablesPerQuery)) {
    const result = await session.query(part.map(fingerprintOf).join('\nUNION ALL\n'));
    for (const row of result.rows) found.set(String(row['name']), { mark: marks.get(String(row['name'])) ?? '', fingerprint: readFingerprint(row) });
  }
  kept.set(session, found);
  return Object.fromEntries([...found].map(([name, { fingerprint }]) => [name, fingerprint]));
}

interface Kept {
  readonly mark: string;
  readonly fingerprint: TableFingerprint;
}

/** What each table of a session was at the last look: a look at a table that has not changed costs a fifth of a whole one. */
const kept = new WeakMap<Session, ReadonlyMap<string, Kept>>();

/** Equal marks mean the same columns, and the same rows at the same places. */
async function marksOf(session: Session, tables: readonly { readonly name: string; readonly columns: readonly string[] }[]): Promise<ReadonlyMap<string, string>> {
  const marks = new Map<string, string>();
  for (const part of inPieces(tables, 2 * tablesPerQuery)) {
    const { rows } = await session.query(part.map(({ name }, index) => `SELECT ${String(index)} AS place, count(*) || ':' || coalesce(sum(hashtextextended("lockstep row".ctid::text || "lockstep row"::text, 0)), 0) AS mark FROM ONLY ${name} "lockstep row"`).join(' UNION ALL '));
    for (const row of rows) {
      const table = part[Number(row['place'])];
      if (table !== undefined) marks.set(table.name, `${table.columns.join()} ${String(row['mark'])}`);
    }
  }
  return marks;
}

/** Where each sequence stands that no column is filled from: the position of such a one moves with the rows, and nobody takes it back. */
export async function takeSequences(session: Session): Promise<Readonly<Record<string, string>>> {
  const { rows } = await session.ask(loneSequences);
  const names = rows.map((row) => String(row['name']));
  if (names.length === 0) return {};
  const result = await session.query(names.map((name) => `SELECT ${quoteLiteral(name)} AS name, last_value || CASE WHEN is_called THEN '' ELSE ' (not used yet)' END AS place FROM ${name}`).join(' UNION ALL '));
  return Object.fromEntries(result.rows.map((row) => [String(row['name']), String(row['place'])]));
}

export const loneSequences = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'S' AND ${userSchema} AND ${notOfExtension('pg_class', 'c.oid')}
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i'))
     AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid)
   ORDER BY 1`;

const tablesPerQuery = 25;
/** Tables with more rows are compared by count and sums alone; made-up ones have a handful. */
const comparedRows = 1_000;

function readFingerprint(row: QueryResult['rows'][number]): TableFingerprint {
  const columns = JSON.parse(String(row['columns'])) as Record<string, string>; // The query builds this text.
  const cells = row['cells'] === null ? null : (JSON.parse(String(row['cells'])) as Record<string, (string | null)[]>); // As above.
  return { rows: Number(row['rows']), columns, ...(cells === null ? {} : { cells }) };
}


export const allTables = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name,
         (SELECT coalesce(json_agg(quote_ident(a.attname) ORDER BY a.attnum), '[]') FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)::text AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'r' AND ${userSchema} AND ${notOfExtension('pg_class', 'c.oid')}
   ORDER BY n.nspname, c.relname`;

/** A sum of hashes does not depend on the order of rows; a null is no value and adds nothing. */
function fingerprintOf({ name, columns }: { readonly name: string; readonly columns: readonly string[] }): string {
  const hash = (column: string): string => `hashtextextended(${column}::text COLLATE "C", 0)`;
  const sums = objectOf(columns, (column) => `count(${column}) || ':' || coalesce(sum(${hash(column)}), 0)`);
  const cells = objectOf(columns, (column) => `coalesce(jsonb_agg(to_hex(${hash(column)}) ORDER BY ctid), '[]')`);
  return `SELECT ${quoteLiteral(name)} AS name, count(*) AS rows, (${sums})::text AS columns,
    CASE WHEN count(*) <= ${String(comparedRows)} THEN (SELECT (${cells})::text FROM ONLY ${name}) END AS cells FROM ONLY ${name}`;
}

/** A function takes at most 100 arguments (manual, appendix K), so wide tables are put together from pieces. */
function objectOf(columns: readonly string[], value: (column: string) => string): string {
  const pieces = inPieces(columns, 45).map((piece) => `jsonb_build_object(${piece.map((column) => `${quoteLiteral(column)}, ${value(column)}`).join(', ')})`);
  return pieces.length === 0 ? `'{}'::jsonb` : pieces.join(' || ');
}

function inPieces<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) => list.slice(index * size, (index + 1) * size));
}
