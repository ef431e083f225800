import type { ObjectKind } from '../../model/snapshot.ts';
import { attachments, description, notOfExtension, userSchema } from './fragments.ts';

const typeName = `format('%I.%I', n.nspname, t.typname)`;
const functionName = `format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))`;

const enumLabels = `(SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)`;
const fields = `(SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
                   FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)`;
const domainChecks = `coalesce((SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), '' ORDER BY k.conname)
                                  FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '')`;
const rangeOf = `(SELECT format('subtype = %s, subtype_opclass = %s', format_type(r.rngsubtype, NULL), o.opcname) || coalesce(', subtype_diff = ' || nullif(r.rngsubdiff, 0)::regproc::text, '')
                    FROM pg_range r JOIN pg_opclass o ON o.oid = r.rngsubopc WHERE r.rngtypid = t.oid)`;
const aggregateParts = `(SELECT format('SFUNC = %s, STYPE = %s', a.aggtransfn::text, format_type(a.aggtranstype, NULL))
                                || CASE WHEN a.aggfinalfn <> 0 THEN ', FINALFUNC = ' || a.aggfinalfn::text ELSE '' END || coalesce(', INITCOND = ' || quote_literal(a.agginitval), '')
                           FROM pg_aggregate a WHERE a.aggfnoid = p.oid)`;

/** Catalog queries of what carries code or shapes values; see queries.ts for their columns. */
export const functionsAndTypes: Readonly<Record<Extract<ObjectKind, 'type' | 'function'>, string>> = {
  type: `
    SELECT ${typeName} AS name, NULL AS "table",
           CASE t.typtype
             WHEN 'e' THEN 'CREATE TYPE ' || ${typeName} || ' AS ENUM (' || coalesce(${enumLabels}, '') || ')'
             WHEN 'c' THEN 'CREATE TYPE ' || ${typeName} || ' AS (' || coalesce(${fields}, '') || ')'
             WHEN 'r' THEN 'CREATE TYPE ' || ${typeName} || ' AS RANGE (' || ${rangeOf} || ')'
             ELSE 'CREATE DOMAIN ' || ${typeName} || ' AS ' || format_type(t.typbasetype, t.typtypmod)
                  || coalesce(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END || ${domainChecks}
           END
           || ${attachments({ on: `CASE t.typtype WHEN 'd' THEN 'DOMAIN ' ELSE 'TYPE ' END || ${typeName}`, owner: 't.typowner', privileges: { letter: 'T', acl: 't.typacl', on: `'TYPE ' || ${typeName}` }, comment: description('pg_type', 't.oid') })} AS definition
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
     WHERE t.typtype IN ('e', 'd', 'c', 'r') AND (t.typtype <> 'c' OR c.relkind = 'c') AND ${userSchema} AND ${notOfExtension('pg_type', 't.oid')}`,

  function: `
    SELECT ${functionName} AS name, NULL AS "table",
           CASE p.prokind WHEN 'a' THEN 'CREATE AGGREGATE ' || ${functionName} || ' (' || ${aggregateParts} || ')' ELSE rtrim(pg_get_functiondef(p.oid), E'\\n') END
           || ${attachments({ on: `CASE p.prokind WHEN 'a' THEN 'AGGREGATE ' WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || ${functionName}`, owner: 'p.proowner', privileges: { letter: 'f', acl: 'p.proacl' }, comment: description('pg_proc', 'p.oid') })} AS definition
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE ${userSchema} AND ${notOfExtension('pg_proc', 'p.oid')}
       AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')`,
};
