import type { ObjectKind } from '../../model/snapshot.ts';
import { attachments, description, grants, userSchema } from './fragments.ts';

// Row filters and lists of columns came with 15, and so did schemas; there the view names every table of a schema, too.
const publicationTables = `(SELECT 'TABLE ' || string_agg(format('%I.%I', tn.nspname, t.relname)
      || coalesce((SELECT ' (' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')' FROM pg_attribute a WHERE a.attrelid = t.oid AND to_jsonb(x) -> 'prattrs' @> to_jsonb(a.attnum)), '')
      || coalesce((SELECT ' WHERE (' || (to_jsonb(v) ->> 'rowfilter') || ')' FROM pg_publication_tables v WHERE v.pubname = p.pubname AND v.schemaname = tn.nspname AND v.tablename = t.relname), ''), ', ' ORDER BY tn.nspname, t.relname)
    FROM pg_publication_rel x JOIN pg_class t ON t.oid = x.prrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace WHERE x.prpubid = p.oid)`;
const publicationSchemas = `(SELECT string_agg('TABLES IN SCHEMA ' || quote_ident(pn.nspname), ', ' ORDER BY pn.nspname)
    FROM pg_depend a JOIN pg_depend b ON b.classid = a.classid AND b.objid = a.objid AND b.refclassid = 'pg_catalog.pg_namespace'::regclass JOIN pg_namespace pn ON pn.oid = b.refobjid
   WHERE a.classid = to_regclass('pg_catalog.pg_publication_namespace') AND a.refclassid = 'pg_catalog.pg_publication'::regclass AND a.refobjid = p.oid)`;
const generatedColumns = `CASE WHEN to_jsonb(p) ->> 'pubgencols' = 's' THEN ', publish_generated_columns = stored' ELSE '' END`;
const publicationEvents = `concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END)`;
// Each comes with a comment of its own.
const extensionComment = `CASE WHEN ${description('pg_extension', 'e.oid')} IS DISTINCT FROM (SELECT o.comment FROM pg_available_extensions o WHERE o.name = e.extname)
  THEN format(E';\\nCOMMENT ON EXTENSION %I IS %L', e.extname, ${description('pg_extension', 'e.oid')}) ELSE '' END`;
const defaultsFor = `format('ROLE %I', pg_get_userbyid(d.defaclrole)) || coalesce(' IN SCHEMA ' || quote_ident(n.nspname), '')`;
const defaultsOn = `CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END`;
// Inside a schema only additions are kept; without one the list is the whole of it (manual, ALTER DEFAULT PRIVILEGES).
const usualDefaults = `CASE WHEN d.defaclnamespace = 0 THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype END, d.defaclrole) END`;

/** Catalog queries of what stands above schemas, or is one; see queries.ts for their columns. */
export const globals: Readonly<Record<Extract<ObjectKind, 'schema' | 'extension' | 'publication' | 'event trigger' | 'default privileges'>, string>> = {
  schema: `
    SELECT quote_ident(n.nspname) AS name, NULL AS "table", 'CREATE SCHEMA ' || quote_ident(n.nspname)
           || ${attachments({ on: `'SCHEMA ' || quote_ident(n.nspname)`, owner: 'n.nspowner', privileges: { letter: 'n', acl: 'n.nspacl' }, comment: description('pg_namespace', 'n.oid') })} AS definition
      FROM pg_namespace n WHERE ${userSchema}`,

  extension: `
    SELECT quote_ident(e.extname) AS name, NULL AS "table",
           format('CREATE EXTENSION %I WITH SCHEMA %I VERSION %L', e.extname, n.nspname, e.extversion) || ${extensionComment} AS definition
      FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace`,

  publication: `
    SELECT quote_ident(p.pubname) AS name, NULL AS "table",
           'CREATE PUBLICATION ' || quote_ident(p.pubname) || CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE coalesce(' FOR ' || nullif(concat_ws(', ', ${publicationTables}, ${publicationSchemas}), ''), '') END
           || ' WITH (publish = ''' || ${publicationEvents} || ''', publish_via_partition_root = ' || p.pubviaroot || ${generatedColumns} || ')'
           || ${attachments({ on: `'PUBLICATION ' || quote_ident(p.pubname)`, owner: 'p.pubowner', comment: description('pg_publication', 'p.oid') })} AS definition
      FROM pg_publication p`,

  'event trigger': `
    SELECT quote_ident(v.evtname) AS name, NULL AS "table",
           format('CREATE EVENT TRIGGER %I ON %s', v.evtname, v.evtevent) || coalesce(' WHEN TAG IN (' || (SELECT string_agg(quote_literal(tag), ', ' ORDER BY tag) FROM unnest(v.evttags) tag) || ')', '')
           || ' EXECUTE FUNCTION ' || v.evtfoid::regproc::text || '()' || CASE v.evtenabled WHEN 'O' THEN '' ELSE format(E';\\nALTER EVENT TRIGGER %I %s', v.evtname, CASE v.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END) END
           || ${attachments({ on: `'EVENT TRIGGER ' || quote_ident(v.evtname)`, owner: 'v.evtowner', comment: description('pg_event_trigger', 'v.oid') })} AS definition
      FROM pg_event_trigger v`,

  'default privileges': `
    SELECT ${defaultsFor} || ' ON ' || ${defaultsOn} AS name, NULL AS "table",
           ltrim(${grants({ on: defaultsOn, column: null, acl: 'd.defaclacl', usual: usualDefaults, first: `'ALTER DEFAULT PRIVILEGES FOR ' || ${defaultsFor} || ' '` })}, E';\\n') AS definition
      FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace`,
};
