import { attachments, description, madeByUsers, userSchema } from './fragments.ts';

type OperatorKind = 'cast' | 'operator' | 'operator family' | 'operator class' | 'access method' | 'language' | 'transform';

const castName = `format('(%s AS %s)', format_type(k.castsource, NULL), format_type(k.casttarget, NULL))`;

const side = (type: string): string => `CASE ${type} WHEN 0 THEN 'NONE' ELSE format_type(${type}, NULL) END`;
const operatorName = `format('%I.%s (%s, %s)', n.nspname, o.oprname, ${side('o.oprleft')}, ${side('o.oprright')})`;
const partner = (label: string, oid: string): string =>
  `coalesce((SELECT format(', ${label} = OPERATOR(%I.%s)', pn.nspname, po.oprname) FROM pg_operator po JOIN pg_namespace pn ON pn.oid = po.oprnamespace WHERE po.oid = ${oid}), '')`;
const estimator = (label: string, oid: string): string => `CASE ${oid} WHEN 0 THEN '' ELSE ', ${label} = ' || ${oid}::text END`;

const familyName = `format('%I.%I USING %I', fn.nspname, f.opfname, am.amname)`;
const className = `format('%I.%I USING %I', n.nspname, c.opcname, am.amname)`;
/** Operators and functions that belong to the object itself: the members of a class depend on it internally, those of a family alone automatically. */
const members = (catalog: string, oid: string): string => `
  SELECT x.amopstrategy AS number, 'OPERATOR ' || x.amopstrategy || ' ' || x.amopopr::regoperator::text
         || coalesce((SELECT format(' FOR ORDER BY %I.%I', sn.nspname, sf.opfname) FROM pg_opfamily sf JOIN pg_namespace sn ON sn.oid = sf.opfnamespace WHERE sf.oid = x.amopsortfamily), '') AS item
    FROM pg_depend d JOIN pg_amop x ON x.oid = d.objid
   WHERE d.classid = 'pg_catalog.pg_amop'::regclass AND d.refclassid = 'pg_catalog.${catalog}'::regclass AND d.refobjid = ${oid} AND d.deptype IN ('a', 'i')
  UNION ALL
  SELECT x.amprocnum, format('FUNCTION %s (%s, %s) %s', x.amprocnum, format_type(x.amproclefttype, NULL), format_type(x.amprocrighttype, NULL), x.amproc::oid::regprocedure)
    FROM pg_depend d JOIN pg_amproc x ON x.oid = d.objid
   WHERE d.classid = 'pg_catalog.pg_amproc'::regclass AND d.refclassid = 'pg_catalog.${catalog}'::regclass AND d.refobjid = ${oid} AND d.deptype IN ('a', 'i')`;

/** Catalog queries of what gives types and languages their behaviour; see queries.ts for their columns. */
export const operators: Readonly<Record<OperatorKind, string>> = {
  // A range type brings along the cast to its multirange, internally.
  cast: `
    SELECT ${castName} AS name, NULL AS "table", 'CREATE CAST ' || ${castName}
           || CASE k.castmethod WHEN 'b' THEN ' WITHOUT FUNCTION' WHEN 'i' THEN ' WITH INOUT' ELSE ' WITH FUNCTION ' || k.castfunc::regprocedure::text END
           || CASE k.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END
           || ${attachments({ on: `'CAST ' || ${castName}`, comment: description('pg_cast', 'k.oid') })} AS definition
      FROM pg_cast k
     WHERE ${madeByUsers('pg_cast', 'k.oid')} AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_catalog.pg_cast'::regclass AND i.objid = k.oid AND i.deptype = 'i')`,

  // One that only another operator names so far has no function (manual, CREATE OPERATOR).
  operator: `
    SELECT ${operatorName} AS name, NULL AS "table", format('CREATE OPERATOR %I.%s (FUNCTION = %s', n.nspname, o.oprname, o.oprcode)
           || CASE o.oprleft WHEN 0 THEN '' ELSE ', LEFTARG = ' || format_type(o.oprleft, NULL) END || CASE o.oprright WHEN 0 THEN '' ELSE ', RIGHTARG = ' || format_type(o.oprright, NULL) END
           || ${partner('COMMUTATOR', 'o.oprcom')} || ${partner('NEGATOR', 'o.oprnegate')} || ${estimator('RESTRICT', 'o.oprrest')} || ${estimator('JOIN', 'o.oprjoin')}
           || CASE WHEN o.oprcanhash THEN ', HASHES' ELSE '' END || CASE WHEN o.oprcanmerge THEN ', MERGES' ELSE '' END || ')'
           || ${attachments({ on: `'OPERATOR ' || ${operatorName}`, owner: 'o.oprowner', comment: description('pg_operator', 'o.oid') })} AS definition
      FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE o.oprcode <> 0 AND ${userSchema} AND ${madeByUsers('pg_operator', 'o.oid')}`,

  'operator family': `
    SELECT ${familyName} AS name, NULL AS "table", 'CREATE OPERATOR FAMILY ' || ${familyName}
           || coalesce((SELECT E';\\nALTER OPERATOR FAMILY ' || ${familyName} || ' ADD ' || string_agg(m.item, ', ' ORDER BY m.number, m.item) FROM (${members('pg_opfamily', 'f.oid')} AND d.deptype = 'a') m), '')
           || ${attachments({ on: `'OPERATOR FAMILY ' || ${familyName}`, owner: 'f.opfowner', comment: description('pg_opfamily', 'f.oid') })} AS definition
      FROM pg_opfamily f JOIN pg_namespace fn ON fn.oid = f.opfnamespace JOIN pg_am am ON am.oid = f.opfmethod WHERE ${userSchema.replaceAll('n.', 'fn.')} AND ${madeByUsers('pg_opfamily', 'f.oid')}`,

  'operator class': `
    SELECT ${className} AS name, NULL AS "table", format('CREATE OPERATOR CLASS %I.%I', n.nspname, c.opcname) || CASE WHEN c.opcdefault THEN ' DEFAULT' ELSE '' END
           || format(' FOR TYPE %s USING %I FAMILY %I.%I AS ', format_type(c.opcintype, NULL), am.amname, fn.nspname, f.opfname)
           || concat_ws(', ', (SELECT string_agg(m.item, ', ' ORDER BY m.number, m.item) FROM (${members('pg_opclass', 'c.oid')}) m), CASE WHEN c.opckeytype <> 0 THEN 'STORAGE ' || format_type(c.opckeytype, NULL) END)
           || ${attachments({ on: `'OPERATOR CLASS ' || ${className}`, owner: 'c.opcowner', comment: description('pg_opclass', 'c.oid') })} AS definition
      FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace JOIN pg_am am ON am.oid = c.opcmethod
      JOIN pg_opfamily f ON f.oid = c.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace WHERE ${userSchema} AND ${madeByUsers('pg_opclass', 'c.oid')}`,

  'access method': `
    SELECT quote_ident(a.amname) AS name, NULL AS "table", format('CREATE ACCESS METHOD %I TYPE %s HANDLER %s', a.amname, CASE a.amtype WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END, a.amhandler)
           || ${attachments({ on: `'ACCESS METHOD ' || quote_ident(a.amname)`, comment: description('pg_am', 'a.oid') })} AS definition
      FROM pg_am a WHERE ${madeByUsers('pg_am', 'a.oid')}`,

  language: `
    SELECT quote_ident(l.lanname) AS name, NULL AS "table", CASE WHEN l.lanpltrusted THEN 'CREATE TRUSTED LANGUAGE ' ELSE 'CREATE LANGUAGE ' END || quote_ident(l.lanname)
           || ' HANDLER ' || l.lanplcallfoid::regproc::text || coalesce(' INLINE ' || nullif(l.laninline, 0)::regproc::text, '') || coalesce(' VALIDATOR ' || nullif(l.lanvalidator, 0)::regproc::text, '')
           || ${attachments({ on: `'LANGUAGE ' || quote_ident(l.lanname)`, owner: 'l.lanowner', privileges: { letter: 'l', acl: 'l.lanacl' }, comment: description('pg_language', 'l.oid') })} AS definition
      FROM pg_language l WHERE l.lanispl AND ${madeByUsers('pg_language', 'l.oid')}`,

  transform: `
    SELECT format('FOR %s LANGUAGE %I', format_type(t.trftype, NULL), l.lanname) AS name, NULL AS "table", format('CREATE TRANSFORM FOR %s LANGUAGE %I (', format_type(t.trftype, NULL), l.lanname)
           || concat_ws(', ', 'FROM SQL WITH FUNCTION ' || nullif(t.trffromsql::oid, 0)::regprocedure::text, 'TO SQL WITH FUNCTION ' || nullif(t.trftosql::oid, 0)::regprocedure::text) || ')'
           || ${attachments({ on: `format('TRANSFORM FOR %s LANGUAGE %I', format_type(t.trftype, NULL), l.lanname)`, comment: description('pg_transform', 't.oid') })} AS definition
      FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang WHERE ${madeByUsers('pg_transform', 't.oid')}`,
};
