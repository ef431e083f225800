import type { Session } from './target.ts';

/** Something that belongs to a whole server and outlives every database of it (manual 23.1). */
export interface ServerObject {
  readonly kind: 'role' | 'database' | 'tablespace';
  readonly name: string;
  /** As SQL wants it. */
  readonly quoted: string;
}

/** What a server had before a run and has no longer, and the other way round. */
export interface ServerChange extends ServerObject {
  readonly change: 'came' | 'went';
}

/** Roles, databases and tablespaces by kind and name, scratch databases left out: runs of others come and go. */
export async function serverObjects(session: Session): Promise<ReadonlyMap<string, ServerObject>> {
  const { rows } = await session.query(
    `SELECT 'role' AS kind, rolname AS name, quote_ident(rolname) AS quoted FROM pg_roles
     UNION ALL SELECT 'database', datname, quote_ident(datname) FROM pg_database WHERE datname NOT LIKE 'lockstep\\_%'
     UNION ALL SELECT 'tablespace', spcname, quote_ident(spcname) FROM pg_tablespace ORDER BY 1, 2`,
  );
  // The kinds are those of the query.
  const found = rows.map(({ kind, name, quoted }) => ({ kind: kind as ServerObject['kind'], name: String(name), quoted: String(quoted) }));
  return new Map(found.map((object) => [`${object.kind} ${object.name}`, object]));
}

/** What came and what went between two looks. */
export function serverChanges(before: ReadonlyMap<string, ServerObject>, after: ReadonlyMap<string, ServerObject>): readonly ServerChange[] {
  const only = (here: ReadonlyMap<string, ServerObject>, there: ReadonlyMap<string, ServerObject>, change: ServerChange['change']): readonly ServerChange[] =>
    [...here].filter(([key]) => !there.has(key)).map(([, object]) => ({ ...object, change }));
  return [...only(after, before, 'came'), ...only(before, after, 'went')];
}

/** What the user has to know and to do about it, or null when nothing changed. Nobody can tell by the catalog who made a role, so nothing is dropped unasked. */
export function serverChangeWords(changes: readonly ServerChange[], host: string): string | null {
  const of = (change: ServerChange['change']): readonly ServerChange[] => changes.filter((each) => each.change === change);
  const names = (list: readonly ServerChange[]): string => list.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  const [came, went] = [of('came'), of('went')];
  const sentences = [
    ...(came.length === 0 ? [] : [`The server at ${host} now has what it had not before this run: ${names(came)}. Unless somebody else made it meanwhile, a function or a block of the migrations did, and it stays until you remove it: ${came.map(dropOf).join(' ')}`]),
    ...(went.length === 0 ? [] : [`The server at ${host} has lost during this run: ${names(went)}. Unless somebody else dropped it, a function or a block of the migrations did; make it again from your own records.`]),
  ];
  return sentences.length === 0 ? null : sentences.join(' ');
}

function dropOf({ kind, quoted }: ServerObject): string {
  return `DROP ${kind.toUpperCase()} ${quoted};`;
}
