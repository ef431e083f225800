/** What every catalog query needs: SQL expressions over the aliases of the query that uses them. */

/** Schemas made by users. */
export const userSchema = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** Not part of an extension: such objects come and go with it (manual 36.17). */
export function notOfExtension(catalog: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_catalog.${catalog}'::regclass AND e.objid = ${oid} AND e.deptype = 'e')`;
}

/** Neither PostgreSQL's own, whose oids end at 16383 (manual, 76.2.2), nor of an extension. */
export function madeByUsers(catalog: string, oid: string): string {
  return `${oid} >= 16384 AND ${notOfExtension(catalog, oid)}`;
}

interface Attachments {
  /** The object as GRANT and COMMENT name it, an SQL expression: `'TABLE ' || …`. */
  readonly on: string;
  readonly owner?: string;
  /** The letter of `acldefault` (manual 9.28) and the privileges column. */
  readonly privileges?: { readonly letter: string; readonly acl: string; readonly on?: string; readonly column?: string };
  readonly comment?: string;
}

/** Owner (when it is not the session's own role), privileges (where they differ from the default ones) and comment, as further statements. */
export function attachments({ on, owner, privileges, comment }: Attachments): string {
  const parts: string[] = [];
  if (owner !== undefined) parts.push(`CASE WHEN pg_get_userbyid(${owner}) = session_user THEN '' ELSE E';\\nALTER ' || ${on} || ' OWNER TO ' || quote_ident(pg_get_userbyid(${owner})) END`);
  if (privileges !== undefined) parts.push(grants({ on: privileges.on ?? on, column: privileges.column ?? null, acl: privileges.acl, usual: `acldefault('${privileges.letter}', ${owner ?? '0'})` }));
  if (comment !== undefined) parts.push(`coalesce(E';\\nCOMMENT ON ' || ${on} || ' IS ' || quote_literal(${comment}), '')`);
  return parts.join(' || ');
}

interface Grants {
  readonly on: string;
  /** The column that the privileges are on, an SQL expression; null when they are on the whole object. */
  readonly column: string | null;
  readonly acl: string;
  readonly usual: string;
  /** What stands before GRANT and REVOKE, an SQL expression. */
  readonly first?: string;
}

/** Differences between a privilege list and the one that a new object gets, as GRANT and REVOKE. Null stands for the default (manual 5.8). */
export function grants({ on, column, acl, usual, first = "''" }: Grants): string {
  const named = column === null ? '' : ` || ' (' || quote_ident(${column}) || ')'`;
  const explode = (list: string): string => `SELECT grantee, privilege_type, is_grantable FROM aclexplode(${list})`;
  const lines = (word: string, preposition: string, from: string, without: string): string => `
    SELECT E';\\n' || ${first} || '${word} ' || string_agg(entry.privilege_type${named}, ', ' ORDER BY entry.privilege_type) || ' ON ' || ${on} || ' ${preposition} '
           || CASE entry.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(entry.grantee)) END
           || CASE WHEN entry.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS line
      FROM (${explode(from)} EXCEPT ${explode(without)}) entry GROUP BY entry.grantee, entry.is_grantable`;
  return `CASE WHEN ${acl} IS NULL THEN '' ELSE coalesce((SELECT string_agg(told.line, '' ORDER BY told.line COLLATE "C") FROM (
    ${lines('REVOKE', 'FROM', usual, acl)} UNION ALL ${lines('GRANT', 'TO', acl, usual)}) told), '') END`;
}

/** A comment of `pg_description`; column number 0 is the object itself. */
export function description(catalog: string, oid: string, column = '0'): string {
  return `(SELECT d.description FROM pg_description d WHERE d.classoid = 'pg_catalog.${catalog}'::regclass AND d.objoid = ${oid} AND d.objsubid = ${column})`;
}

/** ` WITH (fillfactor='70')`, or nothing. */
export function options(column: string): string {
  return `coalesce(' WITH (' || (SELECT string_agg(format('%I=%L', o.option_name, o.option_value), ', ' ORDER BY o.option_name) FROM pg_options_to_table(${column}) o) || ')', '')`;
}

/** ` OPTIONS (host 'a')`, or nothing. Values that look like secrets are left out; that they are there is told. */
export function foreignOptions(column: string): string {
  const secret = `o.option_name ~* 'password|passwd|passcode|secret|token|api_?key|credential|private'`;
  const from = `FROM pg_options_to_table(${column}) o WHERE`;
  return `coalesce(' OPTIONS (' || (SELECT string_agg(format('%I %L', o.option_name, o.option_value), ', ' ORDER BY o.option_name) ${from} NOT ${secret}) || ')', '')
    || coalesce((SELECT ' /* without its ' || string_agg(quote_ident(o.option_name), ', ' ORDER BY o.option_name) || ' */' ${from} ${secret}), '')`;
}

/** A sequence's own numbers (`s` is pg_sequence), as CREATE SEQUENCE and identity columns write them. */
export const sequenceNumbers = `format('START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s', s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache)
  || CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END`;
