import type { ObjectKind } from '../../model/snapshot.ts';
import { attachments, description, foreignOptions, notOfExtension, options, sequenceNumbers, userSchema } from './fragments.ts';
import { functionsAndTypes } from './queries-of-code.ts';
import { globals } from './queries-of-globals.ts';
import { operators } from './queries-of-operators.ts';
import { servers } from './queries-of-servers.ts';
import { texts } from './queries-of-texts.ts';

type RelationKind = 'sequence' | 'table' | 'column' | 'constraint' | 'index' | 'view' | 'materialized view' | 'trigger' | 'policy' | 'rule' | 'statistics';

/**
 * One query for each kind of object. Columns: `name` (qualified, quoted), `"table"` (the owner's name, or null), `definition`
 * (DDL that holds everything but oids and contents). All run with an empty search_path, so that PostgreSQL qualifies every
 * name it prints, and on PostgreSQL 14 to 18.
 */
export function catalogQueries(): Readonly<Record<ObjectKind, string>> {
  return { ...relations, ...functionsAndTypes, ...globals, ...operators, ...texts, ...servers };
}

const relationName = `format('%I.%I', n.nspname, c.relname)`;
const ofRelation = `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace`;
const ownRelation = `${userSchema} AND ${notOfExtension('pg_class', 'c.oid')}`;

// Defaults, comments and privileges that the columns of a view have of their own.
const columnsOfView = `coalesce((SELECT string_agg(
    coalesce((SELECT format(E';\\nALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s', ${relationName}, a.attname, pg_get_expr(d.adbin, d.adrelid)) FROM pg_attrdef d WHERE d.adrelid = c.oid AND d.adnum = a.attnum), '')
    || ${attachments({ on: `'COLUMN ' || ${relationName} || '.' || quote_ident(a.attname)`, privileges: { letter: 'c', acl: 'a.attacl', on: `'TABLE ' || ${relationName}`, column: 'a.attname' }, comment: description('pg_class', 'c.oid', 'a.attnum') })}, '' ORDER BY a.attnum)
  FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '')`;

// Those of the table that holds long values are set on their owner, with a prefix (manual, CREATE TABLE).
const tableOptions = `nullif(coalesce(c.reloptions, '{}') || coalesce((SELECT array_agg('toast.' || o) FROM pg_class toast CROSS JOIN unnest(toast.reloptions) o WHERE toast.oid = c.reltoastrelid), '{}'), '{}')`;
const isOfConstraint = `EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.contype IN ('p', 'u', 'x'))`;
// The triggers behind foreign keys have names of their oids, so that they are told together.
const withoutReferences = `c.relhastriggers AND EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgisinternal AND g.tgenabled = 'D')`;
// That an index belongs to one of a partitioned table, which its own definition does not say.
const attachedIndex = (index: string): string => `coalesce((SELECT format(E';\\nALTER INDEX %s ATTACH PARTITION %s', above.inhparent::regclass, above.inhrelid::regclass) FROM pg_inherits above WHERE above.inhrelid = ${index}), '')`;
const spaceOfIndex = `coalesce((SELECT format(E';\\nALTER INDEX %s SET TABLESPACE %I', x.oid::regclass, space.spcname) FROM pg_class x JOIN pg_tablespace space ON space.oid = x.reltablespace WHERE x.oid = k.conindid AND k.contype IN ('p', 'u', 'x')), '')`;
const statisticsOfIndex = `(SELECT string_agg(format(E';\\nALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', ${relationName}, a.attnum, a.attstattarget), '' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND coalesce(a.attstattarget, -1) <> -1)`;

const relations: Readonly<Record<RelationKind, string>> = {
  // Identity columns own their sequence internally: it is part of the column.
  sequence: `
    SELECT ${relationName} AS name, owner.name AS "table",
           'CREATE SEQUENCE ' || ${relationName} || ' AS ' || format_type(s.seqtypid, NULL) || ' ' || ${sequenceNumbers}
           || CASE c.relpersistence WHEN 'u' THEN E';\\nALTER SEQUENCE ' || ${relationName} || ' SET UNLOGGED' ELSE '' END
           || coalesce(E';\\nALTER SEQUENCE ' || ${relationName} || ' OWNED BY ' || owner.name || '.' || owner.attname, '')
           || ${attachments({ on: `'SEQUENCE ' || ${relationName}`, owner: 'c.relowner', privileges: { letter: 's', acl: 'c.relacl' }, comment: description('pg_class', 'c.oid') })} AS definition
      FROM ${ofRelation} JOIN pg_sequence s ON s.seqrelid = c.oid
      LEFT JOIN LATERAL (SELECT format('%I.%I', tn.nspname, t.relname) AS name, quote_ident(a.attname) AS attname
                           FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
                           JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
                          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'a') owner ON true
     WHERE ${ownRelation} AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')`,

  table: `
    SELECT ${relationName} AS name, NULL AS "table",
           CASE WHEN c.relkind = 'f' THEN 'CREATE FOREIGN TABLE ' WHEN c.relpersistence = 'u' THEN 'CREATE UNLOGGED TABLE ' ELSE 'CREATE TABLE ' END || ${relationName} || ' ()'
           || coalesce(' PARTITION BY ' || pg_get_partkeydef(c.oid), '')
           || coalesce(' SERVER ' || quote_ident(server.srvname) || ${foreignOptions('f.ftoptions')}, '')
           || CASE WHEN am.amname <> 'heap' THEN ' USING ' || quote_ident(am.amname) ELSE '' END
           || ${options(tableOptions)} || coalesce(' TABLESPACE ' || quote_ident(space.spcname), '')
           || coalesce(E';\\nALTER TABLE ' || ${relationName} || ' OF ' || nullif(c.reloftype, 0)::regtype, '')
           || coalesce(parent.lines, '')
           || CASE WHEN c.relrowsecurity THEN E';\\nALTER TABLE ' || ${relationName} || ' ENABLE ROW LEVEL SECURITY' ELSE '' END
           || CASE WHEN c.relforcerowsecurity THEN E';\\nALTER TABLE ' || ${relationName} || ' FORCE ROW LEVEL SECURITY' ELSE '' END
           || CASE WHEN ${withoutReferences} THEN E';\\nALTER TABLE ' || ${relationName} || ' DISABLE TRIGGER ALL' ELSE '' END
           || CASE CASE c.relkind WHEN 'f' THEN 'd' ELSE c.relreplident END WHEN 'f' THEN E';\\nALTER TABLE ' || ${relationName} || ' REPLICA IDENTITY FULL'
                                  WHEN 'n' THEN E';\\nALTER TABLE ' || ${relationName} || ' REPLICA IDENTITY NOTHING' ELSE '' END
           || ${attachments({ on: `'TABLE ' || ${relationName}`, owner: 'c.relowner', privileges: { letter: 'r', acl: 'c.relacl' }, comment: description('pg_class', 'c.oid') })} AS definition
      FROM ${ofRelation}
      LEFT JOIN LATERAL (SELECT string_agg(CASE WHEN c.relispartition THEN format(E';\\nALTER TABLE %s ATTACH PARTITION %s %s', i.inhparent::regclass, ${relationName}, pg_get_expr(c.relpartbound, c.oid))
                                                ELSE format(E';\\nALTER TABLE %s INHERIT %s', ${relationName}, i.inhparent::regclass) END, '' ORDER BY i.inhseqno) AS lines
                           FROM pg_inherits i WHERE i.inhrelid = c.oid) parent ON true
      LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid LEFT JOIN pg_foreign_server server ON server.oid = f.ftserver
      LEFT JOIN pg_am am ON am.oid = c.relam LEFT JOIN pg_tablespace space ON space.oid = c.reltablespace
     WHERE c.relkind IN ('r', 'p', 'f') AND ${ownRelation}`,

  // In the order of the table: a reordering is a difference that SELECT * shows (diff.ts).
  column: `
    SELECT ${relationName} || '.' || quote_ident(a.attname) AS name, ${relationName} AS "table",
           quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || ${foreignOptions('a.attfdwoptions')}
           || CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation::text ELSE '' END
           || CASE WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ')' || CASE a.attgenerated WHEN 's' THEN ' STORED' ELSE ' VIRTUAL' END
                   ELSE coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') END
           || CASE a.attidentity WHEN '' THEN '' ELSE CASE a.attidentity WHEN 'a' THEN ' GENERATED ALWAYS' ELSE ' GENERATED BY DEFAULT' END || ' AS IDENTITY (' || coalesce(identity.numbers, '') || ')' END
           || CASE WHEN nn.convalidated AND nn.conname <> left(c.relname || '_' || a.attname || '_not_null', 63) AND length(c.relname || a.attname) < 52 THEN ' CONSTRAINT ' || quote_ident(nn.conname) ELSE '' END
           || CASE WHEN a.attnotnull AND coalesce(nn.convalidated, true) THEN ' NOT NULL' ELSE '' END
           || CASE WHEN NOT nn.convalidated THEN format(E';\\nALTER TABLE %s ADD CONSTRAINT %I NOT NULL %I NOT VALID', ${relationName}, nn.conname, a.attname) ELSE '' END
           || CASE WHEN a.attstorage <> t.typstorage THEN format(E';\\nALTER TABLE %s ALTER COLUMN %I SET STORAGE ', ${relationName}, a.attname) || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END ELSE '' END
           || CASE a.attcompression WHEN '' THEN '' ELSE format(E';\\nALTER TABLE %s ALTER COLUMN %I SET COMPRESSION %s', ${relationName}, a.attname, CASE a.attcompression WHEN 'p' THEN 'pglz' ELSE 'lz4' END) END
           || CASE WHEN coalesce(a.attstattarget, -1) <> -1 THEN format(E';\\nALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', ${relationName}, a.attname, a.attstattarget) ELSE '' END
           || coalesce((SELECT string_agg(format(E';\\nALTER TABLE %s ALTER COLUMN %I SET (%I=%L)', ${relationName}, a.attname, o.option_name, o.option_value), '' ORDER BY o.option_name) FROM pg_options_to_table(a.attoptions) o), '')
           || ${attachments({ on: `'COLUMN ' || ${relationName} || '.' || quote_ident(a.attname)`, privileges: { letter: 'c', acl: 'a.attacl', on: `'TABLE ' || ${relationName}`, column: 'a.attname' }, comment: description('pg_class', 'c.oid', 'a.attnum') })} AS definition
      FROM ${ofRelation} JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
      LEFT JOIN pg_constraint nn ON nn.contype = 'n' AND nn.conrelid = c.oid AND nn.conkey = ARRAY[a.attnum]
      LEFT JOIN LATERAL (SELECT ${sequenceNumbers} AS numbers FROM pg_depend x JOIN pg_sequence s ON s.seqrelid = x.objid
                          WHERE x.refclassid = 'pg_class'::regclass AND x.refobjid = c.oid AND x.refobjsubid = a.attnum AND x.deptype = 'i' AND a.attidentity <> '') identity ON true
     WHERE c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND ${ownRelation}
     ORDER BY c.oid, a.attnum`,

  // The copies that a foreign key makes of itself for partitions have names made up by PostgreSQL. NOT NULL ('n', from 18 on) is part of its column.
  constraint: `
    SELECT ${relationName} || '.' || quote_ident(k.conname) AS name, ${relationName} AS "table",
           'CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid) || ${spaceOfIndex}
           || CASE WHEN k.contype = 'f' THEN '' ELSE ${attachedIndex('k.conindid')} END
           || ${attachments({ on: `format('CONSTRAINT %I ON %s', k.conname, ${relationName})`, comment: description('pg_constraint', 'k.oid') })} AS definition
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND NOT (k.contype = 'f' AND k.conparentid <> 0) AND ${ownRelation}`,

  // What belongs to a constraint is told with it, unless there is more to tell.
  index: `
    SELECT ${relationName} AS name, format('%I.%I', tn.nspname, t.relname) AS "table",
           pg_get_indexdef(c.oid) || CASE WHEN ${isOfConstraint} THEN '' ELSE coalesce(' TABLESPACE ' || quote_ident(space.spcname), '') END
           || CASE WHEN NOT i.indisvalid THEN ' /* INVALID */' ELSE '' END
           || CASE WHEN ${isOfConstraint} THEN '' ELSE ${attachedIndex('c.oid')} END
           || CASE WHEN i.indisclustered THEN format(E';\\nALTER TABLE %I.%I CLUSTER ON %I', tn.nspname, t.relname, c.relname) ELSE '' END
           || CASE WHEN i.indisreplident THEN format(E';\\nALTER TABLE %I.%I REPLICA IDENTITY USING INDEX %I', tn.nspname, t.relname, c.relname) ELSE '' END
           || CASE WHEN ${isOfConstraint} THEN coalesce((SELECT format(E';\\nALTER INDEX %s SET (%s)', ${relationName}, string_agg(format('%I=%L', o.option_name, o.option_value), ', ' ORDER BY o.option_name)) FROM pg_options_to_table(c.reloptions) o HAVING count(*) > 0), '') ELSE '' END
           || coalesce(${statisticsOfIndex}, '')
           || ${attachments({ on: `'INDEX ' || ${relationName}`, comment: description('pg_class', 'c.oid') })} AS definition
      FROM ${ofRelation} JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
      LEFT JOIN pg_tablespace space ON space.oid = c.reltablespace
     WHERE ${ownRelation} AND (NOT i.indisvalid OR i.indisclustered OR i.indisreplident OR c.reloptions IS NOT NULL
           OR NOT ${isOfConstraint} OR ${description('pg_class', 'c.oid')} IS NOT NULL OR ${statisticsOfIndex} IS NOT NULL)`,

  view: `
    SELECT ${relationName} AS name, NULL AS "table",
           'CREATE VIEW ' || ${relationName} || ${options('c.reloptions')} || E' AS\\n' || rtrim(pg_get_viewdef(c.oid, true), ';')
           || ${columnsOfView}
           || ${attachments({ on: `'VIEW ' || ${relationName}`, owner: 'c.relowner', privileges: { letter: 'r', acl: 'c.relacl', on: `'TABLE ' || ${relationName}` }, comment: description('pg_class', 'c.oid') })} AS definition
      FROM ${ofRelation} WHERE c.relkind = 'v' AND ${ownRelation}`,

  'materialized view': `
    SELECT ${relationName} AS name, NULL AS "table",
           'CREATE MATERIALIZED VIEW ' || ${relationName} || CASE WHEN am.amname <> 'heap' THEN ' USING ' || quote_ident(am.amname) ELSE '' END
           || ${options('c.reloptions')} || coalesce(' TABLESPACE ' || quote_ident(space.spcname), '') || E' AS\\n' || rtrim(pg_get_viewdef(c.oid, true), ';')
           || CASE WHEN c.relispopulated THEN '' ELSE E'\\nWITH NO DATA' END
           || ${columnsOfView}
           || ${attachments({ on: `'MATERIALIZED VIEW ' || ${relationName}`, owner: 'c.relowner', privileges: { letter: 'r', acl: 'c.relacl', on: `'TABLE ' || ${relationName}` }, comment: description('pg_class', 'c.oid') })} AS definition
      FROM ${ofRelation} LEFT JOIN pg_am am ON am.oid = c.relam LEFT JOIN pg_tablespace space ON space.oid = c.reltablespace
     WHERE c.relkind = 'm' AND ${ownRelation}`,

  // The triggers behind foreign keys are internal; those of partitions follow their parent's.
  trigger: `
    SELECT ${relationName} || '.' || quote_ident(g.tgname) AS name, ${relationName} AS "table",
           pg_get_triggerdef(g.oid)
           || CASE g.tgenabled WHEN 'O' THEN '' ELSE format(E';\\nALTER TABLE %s %s TRIGGER %I', ${relationName}, CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, g.tgname) END
           || ${attachments({ on: `format('TRIGGER %I ON %s', g.tgname, ${relationName})`, comment: description('pg_trigger', 'g.oid') })} AS definition
      FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND ${ownRelation}`,

  policy: `
    SELECT ${relationName} || '.' || quote_ident(p.polname) AS name, ${relationName} AS "table",
           format('CREATE POLICY %I ON %s AS %s FOR %s TO %s', p.polname, ${relationName}, CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
                  CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
                  (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ' ORDER BY pg_get_userbyid(r)) FROM unnest(p.polroles) r))
           || coalesce(E'\\n  USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
           || coalesce(E'\\n  WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
           || ${attachments({ on: `format('POLICY %I ON %s', p.polname, ${relationName})`, comment: description('pg_policy', 'p.oid') })} AS definition
      FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ownRelation}`,

  // A view is its own _RETURN rule.
  rule: `
    SELECT ${relationName} || '.' || quote_ident(r.rulename) AS name, ${relationName} AS "table", rtrim(pg_get_ruledef(r.oid), ';')
           || CASE r.ev_enabled WHEN 'O' THEN '' ELSE format(E';\\nALTER TABLE %s %s RULE %I', ${relationName}, CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, r.rulename) END
           || ${attachments({ on: `format('RULE %I ON %s', r.rulename, ${relationName})`, comment: description('pg_rewrite', 'r.oid') })} AS definition
      FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE r.rulename <> '_RETURN' AND ${ownRelation}`,

  statistics: `
    SELECT format('%I.%I', n.nspname, s.stxname) AS name, s.stxrelid::regclass::text AS "table", pg_get_statisticsobjdef(s.oid)
           || CASE WHEN coalesce((to_jsonb(s) ->> 'stxstattarget')::int, -1) = -1 THEN '' ELSE format(E';\\nALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, to_jsonb(s) ->> 'stxstattarget') END
           || ${attachments({ on: `format('STATISTICS %I.%I', n.nspname, s.stxname)`, owner: 's.stxowner', comment: description('pg_statistic_ext', 's.oid') })} AS definition
      FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE ${userSchema}`,
};
