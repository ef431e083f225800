import { objectKinds, type ObjectKind, type SchemaObject, type Snapshot } from '../../model/snapshot.ts';
import type { QueryResult, Session } from '../targets/target.ts';
import { catalogQueries } from './queries.ts';

/** The whole catalog of user schemas as it is now. The session must be outside a transaction. */
export async function takeSnapshot(session: Session): Promise<Snapshot> {
  const queries = catalogQueries();
  const begun = session.query(prepare);
  const asked = objectKinds.map((kind) => session.query(queries[kind]));
  const [, ...results] = await Promise.all([begun, ...asked, session.query('COMMIT')]);
  const objects = objectKinds.flatMap((kind, index) => inOrder(readObjects(kind, results[index])));
  return Object.fromEntries(objects.map((object) => [`${object.kind} ${object.name}`, object]));
}

// One moment for all queries, and settings that PostgreSQL prints names and numbers by, whatever the migrations set.
const prepare = `
  BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
  SET LOCAL search_path = '';
  SET LOCAL quote_all_identifiers = off; SET LOCAL extra_float_digits = 1; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC'`;

function readObjects(kind: ObjectKind, result: QueryResult | undefined): readonly SchemaObject[] {
  return (result?.rows ?? []).map((row) => ({
    kind,
    name: String(row['name']),
    table: row['table'] === null || row['table'] === undefined ? null : String(row['table']),
    definition: String(row['definition']),
  }));
}

/** By name; columns by table and within it as they come, in the table's own order. */
function inOrder(objects: readonly SchemaObject[]): readonly SchemaObject[] {
  const key = (object: SchemaObject): string => (object.kind === 'column' ? (object.table ?? '') : object.name);
  return [...objects].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
