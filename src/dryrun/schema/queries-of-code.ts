import type { ObjectKind } from '../../model/snapshot.ts';
import { attachments, description, notOfExtension, userSchema } from './fragments.ts';

const typeName = `format('%I.%I', n.nspname, t.typname)`;
const functionName = `format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))`;

const enumLabels = `(SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)`;
const collation = (is: string, of: string): string => `CASE WHEN ${is} <> 0 AND ${is} <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = ${of}) THEN ' COLLATE ' || ${is}::regcollation::text ELSE '' END`;
const fields = `(SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) || ${collation('a.attcollation', 'a.atttypid')}, ', ' ORDER BY a.attnum)
                   FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)`;
const domainChecks = `coalesce((SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), '' ORDER BY k.conname)
                                  FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated), '')`;
// CREATE DOMAIN cannot say NOT VALID.
const laterChecks = `coalesce((SELECT string_agg(format(E';\\nALTER DOMAIN %s ADD CONSTRAINT %I %s', ${typeName}, k.conname, pg_get_constraintdef(k.oid)), '' ORDER BY k.conname)
  FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c' AND NOT k.convalidated), '')`;
const commentsOnChecks = `coalesce((SELECT string_agg(format(E';\\nCOMMENT ON CONSTRAINT %I ON DOMAIN %s IS %L', k.conname, ${typeName}, d.description), '' ORDER BY k.conname)
  FROM pg_constraint k JOIN pg_description d ON d.classoid = 'pg_catalog.pg_constraint'::regclass AND d.objoid = k.oid WHERE k.contypid = t.oid), '')`;
const commentsOnFields = `coalesce((SELECT string_agg(format(E';\\nCOMMENT ON COLUMN %s.%I IS %L', ${typeName}, a.attname, d.description), '' ORDER BY a.attnum)
  FROM pg_attribute a JOIN pg_description d ON d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum WHERE a.attrelid = t.typrelid AND t.typrelid <> 0), '')`;
const code = (label: string, oid: string): string => `CASE ${oid}::oid WHEN 0 THEN '' ELSE ', ${label} = ' || ${oid}::oid::regproc::text END`;
const rangeOf = `(SELECT format('subtype = %s, subtype_opclass = %I.%I', format_type(r.rngsubtype, NULL), onn.nspname, o.opcname) || ${code('subtype_diff', 'r.rngsubdiff')} || ${code('canonical', 'r.rngcanonical')}
                         || CASE WHEN r.rngcollation <> 0 AND r.rngcollation <> b.typcollation THEN ', collation = ' || r.rngcollation::regcollation::text ELSE '' END || ', multirange_type_name = ' || format_type(r.rngmultitypid, NULL)
                    FROM pg_range r JOIN pg_opclass o ON o.oid = r.rngsubopc JOIN pg_namespace onn ON onn.oid = o.opcnamespace JOIN pg_type b ON b.oid = r.rngsubtype WHERE r.rngtypid = t.oid)`;
const baseParts = `'INPUT = ' || t.typinput::text || ', OUTPUT = ' || t.typoutput::text || ${code('RECEIVE', 't.typreceive')} || ${code('SEND', 't.typsend')} || ${code('TYPMOD_IN', 't.typmodin')} || ${code('TYPMOD_OUT', 't.typmodout')}
  || ${code('ANALYZE', 't.typanalyze')} || ${code('SUBSCRIPT', 't.typsubscript')} || ', INTERNALLENGTH = ' || CASE t.typlen WHEN -1 THEN 'VARIABLE' ELSE t.typlen::text END || CASE WHEN t.typbyval THEN ', PASSEDBYVALUE' ELSE '' END
  || format(', ALIGNMENT = %s, STORAGE = %s, CATEGORY = %L', CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'd' THEN 'double' ELSE 'int4' END, CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END, t.typcategory)
  || CASE WHEN t.typispreferred THEN ', PREFERRED = true' ELSE '' END || coalesce(', DEFAULT = ' || quote_literal(t.typdefault), '') || CASE t.typelem WHEN 0 THEN '' ELSE ', ELEMENT = ' || format_type(t.typelem, NULL) END
  || CASE t.typdelim WHEN ',' THEN '' ELSE ', DELIMITER = ' || quote_literal(t.typdelim::text) END || CASE WHEN t.typcollation <> 0 THEN ', COLLATABLE = true' ELSE '' END`;
const modification = (label: string, column: string): string => `CASE ${column} WHEN CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END THEN '' ELSE ', ${label} = ' || CASE ${column} WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END`;
const aggregateParts = `(SELECT format('SFUNC = %s, STYPE = %s', a.aggtransfn, format_type(a.aggtranstype, NULL)) || CASE a.aggtransspace WHEN 0 THEN '' ELSE ', SSPACE = ' || a.aggtransspace END
    || ${code('FINALFUNC', 'a.aggfinalfn')} || CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END || ${modification('FINALFUNC_MODIFY', 'a.aggfinalmodify')}
    || ${code('COMBINEFUNC', 'a.aggcombinefn')} || ${code('SERIALFUNC', 'a.aggserialfn')} || ${code('DESERIALFUNC', 'a.aggdeserialfn')} || coalesce(', INITCOND = ' || quote_literal(a.agginitval), '')
    || ${code('MSFUNC', 'a.aggmtransfn')} || ${code('MINVFUNC', 'a.aggminvtransfn')} || CASE a.aggmtranstype WHEN 0 THEN '' ELSE ', MSTYPE = ' || format_type(a.aggmtranstype, NULL) END || CASE a.aggmtransspace WHEN 0 THEN '' ELSE ', MSSPACE = ' || a.aggmtransspace END
    || ${code('MFINALFUNC', 'a.aggmfinalfn')} || CASE WHEN a.aggmfinalextra THEN ', MFINALFUNC_EXTRA' ELSE '' END || ${modification('MFINALFUNC_MODIFY', 'a.aggmfinalmodify')} || coalesce(', MINITCOND = ' || quote_literal(a.aggminitval), '')
    || coalesce((SELECT format(', SORTOP = OPERATOR(%I.%s)', sn.nspname, so.oprname) FROM pg_operator so JOIN pg_namespace sn ON sn.oid = so.oprnamespace WHERE so.oid = a.aggsortop), '')
    || CASE a.aggkind WHEN 'h' THEN ', HYPOTHETICAL' ELSE '' END || CASE p.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r' THEN ', PARALLEL = RESTRICTED' ELSE '' END
  FROM pg_aggregate a WHERE a.aggfnoid = p.oid)`;

/** Catalog queries of what carries code or shapes values; see queries.ts for their columns. */
export const functionsAndTypes: Readonly<Record<Extract<ObjectKind, 'type' | 'function'>, string>> = {
  type: `
    SELECT ${typeName} AS name, NULL AS "table",
           CASE t.typtype
             WHEN 'e' THEN 'CREATE TYPE ' || ${typeName} || ' AS ENUM (' || coalesce(${enumLabels}, '') || ')'
             WHEN 'c' THEN 'CREATE TYPE ' || ${typeName} || ' AS (' || coalesce(${fields}, '') || ')'
             WHEN 'r' THEN 'CREATE TYPE ' || ${typeName} || ' AS RANGE (' || ${rangeOf} || ')'
             WHEN 'b' THEN 'CREATE TYPE ' || ${typeName} || ' (' || ${baseParts} || ')'
             WHEN 'p' THEN 'CREATE TYPE ' || ${typeName}
             ELSE 'CREATE DOMAIN ' || ${typeName} || ' AS ' || format_type(t.typbasetype, t.typtypmod) || ${collation('t.typcollation', 't.typbasetype')}
                  || coalesce(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END || ${domainChecks}
           END
           || ${laterChecks} || ${commentsOnChecks} || ${commentsOnFields}
           || ${attachments({ on: `CASE t.typtype WHEN 'd' THEN 'DOMAIN ' ELSE 'TYPE ' END || ${typeName}`, owner: 't.typowner', privileges: { letter: 'T', acl: 't.typacl', on: `'TYPE ' || ${typeName}` }, comment: description('pg_type', 't.oid') })} AS definition
      FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
     WHERE t.typtype IN ('e', 'd', 'c', 'r', 'b', 'p') AND (t.typtype <> 'c' OR c.relkind = 'c') AND (t.typtype <> 'b' OR t.typsubscript <> 'array_subscript_handler'::regproc) AND ${userSchema} AND ${notOfExtension('pg_type', 't.oid')}`,

  function: `
    SELECT ${functionName} AS name, NULL AS "table",
           CASE p.prokind WHEN 'a' THEN 'CREATE AGGREGATE ' || ${functionName} || ' (' || ${aggregateParts} || ')' ELSE rtrim(pg_get_functiondef(p.oid), E'\\n') END
           || ${attachments({ on: `CASE p.prokind WHEN 'a' THEN 'AGGREGATE ' WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END || ${functionName}`, owner: 'p.proowner', privileges: { letter: 'f', acl: 'p.proacl' }, comment: description('pg_proc', 'p.oid') })} AS definition
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE ${userSchema} AND ${notOfExtension('pg_proc', 'p.oid')}
       AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')`,
};
