import { objectKinds, type NotCompared, type ObjectKind, type SchemaObject, type Snapshot } from '../../model/snapshot.ts';
import type { QueryResult, Session } from '../targets/target.ts';
import { gaps, gapsQuery, isRare, presenceQuery } from './presence.ts';
import { catalogQueries } from './queries.ts';

/** The whole catalog of user schemas as it is now. The session must be outside a transaction. */
export function takeSnapshot(session: Session): Promise<Snapshot> {
  // One moment for all queries.
  return read(session, { first: opening, last: 'COMMIT' });
}

/** The same in the middle of a transaction, with everything that it has done so far; it goes on as if nothing had been asked. */
export function takeSnapshotInside(session: Session): Promise<Snapshot> {
  return read(session, { first: `${savepoint('lockstep_look')}; ${settings}`, last: 'ROLLBACK TO lockstep_look; RELEASE lockstep_look' });
}

/** What this database has and no snapshot of it holds. */
export async function notCompared(session: Session): Promise<readonly NotCompared[]> {
  const { rows } = await session.ask(gapsQuery);
  const found = new Set(rows.map((row) => Number(row['gap'])));
  return gaps.flatMap(({ what, reason }, index) => (found.has(index) ? [{ what, reason }] : []));
}

/** Statements that begin a subtransaction anywhere in a transaction. */
export function savepoint(name: string): string {
  // After ALTER DOMAIN, PostgreSQL refuses one until a statement that can write has made its changes known.
  return `SELECT FROM pg_catalog.pg_namespace WHERE false FOR UPDATE; SAVEPOINT ${name}`;
}

async function read(session: Session, { first, last }: { readonly first: string; readonly last: string }): Promise<Snapshot> {
  const queries = catalogQueries();
  const [, present] = await Promise.all([session.query(first), session.ask(presenceQuery)]);
  const rare = new Set(present.rows.map((row) => row['kind']));
  const kinds = objectKinds.filter((kind) => !isRare(kind) || rare.has(kind));
  const [answers] = await Promise.all([session.askAll(kinds.map((kind) => queries[kind])), session.query(last)]);
  const objects = kinds.flatMap((kind, index) => inOrder(readObjects(kind, answers[index] ?? [])));
  return Object.fromEntries(objects.map((object) => [`${object.kind} ${object.name}`, object]));
}

// Settings that PostgreSQL prints names and numbers by, whatever the migrations set.
const settings = `
  SET LOCAL search_path = '';
  SET LOCAL quote_all_identifiers = off; SET LOCAL extra_float_digits = 1; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC'`;

/** How a snapshot outside a transaction begins. */
export const opening = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${settings}`;

function readObjects(kind: ObjectKind, rows: QueryResult['rows']): readonly SchemaObject[] {
  return rows.map((row) => ({
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
