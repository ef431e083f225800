import type { ObjectKind } from '../../model/snapshot.ts';
import { attachments, description, foreignOptions, grants, madeByUsers, options } from './fragments.ts';

type ServerKind = Extract<ObjectKind, 'foreign data wrapper' | 'server' | 'user mapping' | 'subscription' | 'role' | 'membership' | 'tablespace' | 'parameter privileges' | 'database' | 'security label'>;

const mappingName = `format('FOR %s SERVER %I', CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(m.usename) END, m.srvname)`;
const attributes = `concat_ws('', CASE WHEN r.rolsuper THEN ' SUPERUSER' END, CASE WHEN r.rolcreatedb THEN ' CREATEDB' END, CASE WHEN r.rolcreaterole THEN ' CREATEROLE' END,
    CASE WHEN NOT r.rolinherit THEN ' NOINHERIT' END, CASE WHEN r.rolcanlogin THEN ' LOGIN' END, CASE WHEN r.rolreplication THEN ' REPLICATION' END, CASE WHEN r.rolbypassrls THEN ' BYPASSRLS' END,
    ' CONNECTION LIMIT ' || nullif(r.rolconnlimit, -1), ' VALID UNTIL ' || quote_literal(r.rolvaliduntil))`;

/** Settings kept for roles and databases, as statements. Values of list settings are lists already (manual, ALTER ROLE). */
const settings = (alter: string, where: string): string => `coalesce((
  SELECT string_agg(E';\\n' || ${alter} || ' SET ' || quote_ident(split_part(entry, '=', 1)) || ' TO '
           || CASE WHEN split_part(entry, '=', 1) IN ('search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries') AND entry !~ '=$'
                   THEN substr(entry, strpos(entry, '=') + 1) ELSE quote_literal(substr(entry, strpos(entry, '=') + 1)) END, '' ORDER BY role.rolname NULLS FIRST, entry)
    FROM pg_db_role_setting x LEFT JOIN pg_roles role ON role.oid = x.setrole CROSS JOIN unnest(x.setconfig) entry WHERE ${where}), '')`;

const sharedDescription = (catalog: string, oid: string): string => `(SELECT d.description FROM pg_shdescription d WHERE d.classoid = 'pg_catalog.${catalog}'::regclass AND d.objoid = ${oid})`;
const membershipOptions = `CASE WHEN bool_or(m.admin_option) THEN ' WITH ADMIN OPTION' ELSE '' END`;
// INHERIT and SET came with 16; they are told where they differ from what a plain GRANT gives.
const inheritance = `CASE WHEN bool_or((to_jsonb(m) ->> 'inherit_option')::boolean) <> bool_or(member.rolinherit) THEN format(E';\\nGRANT %I TO %I WITH INHERIT %s', role.rolname, member.rolname, bool_or((to_jsonb(m) ->> 'inherit_option')::boolean)) ELSE '' END
  || CASE WHEN NOT bool_or((to_jsonb(m) ->> 'set_option')::boolean) THEN format(E';\\nGRANT %I TO %I WITH SET FALSE', role.rolname, member.rolname) ELSE '' END`;

/** A column of pg_subscription that 14 has not: where there is none, the name finds what `s` says of it. Whole rows hold the connection, which only superusers may read. */
const ifThere = (column: string): string => `(SELECT ${column} FROM pg_subscription x WHERE x.oid = s.oid)`;
const laterOptions = `concat_ws('', CASE WHEN ${ifThere('subtwophasestate')} <> 'd' THEN ', two_phase = true' END, CASE WHEN ${ifThere('subdisableonerr')} THEN ', disable_on_error = true' END,
    CASE WHEN NOT ${ifThere('subpasswordrequired')} THEN ', password_required = false' END, CASE WHEN ${ifThere('subrunasowner')} THEN ', run_as_owner = true' END,
    CASE WHEN ${ifThere('suborigin')} <> 'any' THEN ', origin = none' END, CASE WHEN ${ifThere('subfailover')} THEN ', failover = true' END)`;

/** Catalog queries of other servers, and of what belongs to the whole server; see queries.ts for their columns. Secrets are never read. */
export const servers: Readonly<Record<ServerKind, string>> = {
  'foreign data wrapper': `
    SELECT quote_ident(w.fdwname) AS name, NULL AS "table", 'CREATE FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname)
           || coalesce(' HANDLER ' || nullif(w.fdwhandler, 0)::regproc::text, '') || coalesce(' VALIDATOR ' || nullif(w.fdwvalidator, 0)::regproc::text, '') || ${foreignOptions('w.fdwoptions')}
           || ${attachments({ on: `'FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname)`, owner: 'w.fdwowner', privileges: { letter: 'F', acl: 'w.fdwacl' }, comment: description('pg_foreign_data_wrapper', 'w.oid') })} AS definition
      FROM pg_foreign_data_wrapper w WHERE ${madeByUsers('pg_foreign_data_wrapper', 'w.oid')}`,

  server: `
    SELECT quote_ident(s.srvname) AS name, NULL AS "table", 'CREATE SERVER ' || quote_ident(s.srvname) || coalesce(' TYPE ' || quote_literal(s.srvtype), '') || coalesce(' VERSION ' || quote_literal(s.srvversion), '')
           || ' FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname) || ${foreignOptions('s.srvoptions')}
           || ${attachments({ on: `'SERVER ' || quote_ident(s.srvname)`, owner: 's.srvowner', privileges: { letter: 'S', acl: 's.srvacl', on: `'FOREIGN SERVER ' || quote_ident(s.srvname)` }, comment: description('pg_foreign_server', 's.oid') })} AS definition
      FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw WHERE ${madeByUsers('pg_foreign_server', 's.oid')}`,

  // The view shows options to those who may see them.
  'user mapping': `SELECT ${mappingName} AS name, NULL AS "table", 'CREATE USER MAPPING ' || ${mappingName} || ${foreignOptions('m.umoptions')} AS definition FROM pg_user_mappings m`,

  // The connection may hold a password, so it is not read (notCompared says so).
  subscription: `
    SELECT quote_ident(s.subname) AS name, NULL AS "table", 'CREATE SUBSCRIPTION ' || quote_ident(s.subname) || ' CONNECTION ''(not read)'' PUBLICATION '
           || (SELECT string_agg(quote_ident(p), ', ' ORDER BY p) FROM unnest(s.subpublications) p)
           || format(' WITH (connect = false, enabled = %s, slot_name = %s, binary = %s, streaming = %s, synchronous_commit = %L', s.subenabled::text, coalesce(quote_literal(s.subslotname), 'NONE'), s.subbinary::text, CASE left(s.substream, 1) WHEN 'f' THEN 'false' WHEN 't' THEN 'true' ELSE 'parallel' END, s.subsynccommit)
           || ${laterOptions} || ')'
           || CASE WHEN pg_get_userbyid(s.subowner) = session_user THEN '' ELSE format(E';\\nALTER SUBSCRIPTION %I OWNER TO %I', s.subname, pg_get_userbyid(s.subowner)) END
           || ${attachments({ on: `'SUBSCRIPTION ' || quote_ident(s.subname)`, comment: description('pg_subscription', 's.oid') })} AS definition
      FROM (SELECT 'd' AS subtwophasestate, false AS subdisableonerr, true AS subpasswordrequired, false AS subrunasowner, 'any' AS suborigin, false AS subfailover,
              oid, subname, subowner, subenabled, subbinary, substream::text AS substream, subslotname, subsynccommit, subpublications
              FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())) s`,

  role: `
    SELECT quote_ident(r.rolname) AS name, NULL AS "table", 'CREATE ROLE ' || quote_ident(r.rolname) || ${attributes}
           || ${settings(`'ALTER ROLE ' || quote_ident(r.rolname)`, 'x.setdatabase = 0 AND x.setrole = r.oid')}
           || ${attachments({ on: `'ROLE ' || quote_ident(r.rolname)`, comment: sharedDescription('pg_authid', 'r.oid') })} AS definition
      FROM pg_roles r WHERE r.oid >= 16384 AND r.rolname !~ '^pg_'`,

  // Who makes a role without being a superuser administers it without more ado (16 on, manual 21.2).
  membership: `
    SELECT format('%I TO %I', role.rolname, member.rolname) AS name, NULL AS "table", format('GRANT %I TO %I', role.rolname, member.rolname) || ${membershipOptions} || ${inheritance} AS definition
      FROM pg_auth_members m JOIN pg_roles role ON role.oid = m.roleid JOIN pg_roles member ON member.oid = m.member
     WHERE (role.oid >= 16384 OR member.oid >= 16384) AND (m.grantor <> 10 OR member.rolname <> session_user OR member.rolsuper)
     GROUP BY role.rolname, member.rolname`,

  // One that lies inside the data directory has no place of its own to tell.
  tablespace: `
    SELECT quote_ident(p.spcname) AS name, NULL AS "table", format('CREATE TABLESPACE %I LOCATION %L', p.spcname, CASE WHEN starts_with(pg_tablespace_location(p.oid), 'pg_tblspc/') THEN '' ELSE pg_tablespace_location(p.oid) END) || ${options('p.spcoptions')}
           || ${attachments({ on: `'TABLESPACE ' || quote_ident(p.spcname)`, owner: 'p.spcowner', privileges: { letter: 't', acl: 'p.spcacl' }, comment: sharedDescription('pg_tablespace', 'p.oid') })} AS definition
      FROM pg_tablespace p WHERE p.oid >= 16384`,

  // They came with 15 (manual 52.40); presence.ts asks for them where they can be.
  'parameter privileges': `
    SELECT quote_ident(p.parname) AS name, NULL AS "table",
           ltrim(${grants({ on: `'PARAMETER ' || quote_ident(p.parname)`, column: null, acl: 'p.paracl', usual: `acldefault('p', 10)` })}, E';\\n') AS definition
      FROM pg_parameter_acl p`,

  // By no name of its own, because a dry run's database has another one than the real database.
  database: `
    SELECT 'current' AS name, NULL AS "table", 'CREATE DATABASE current' || CASE space.spcname WHEN 'pg_default' THEN '' ELSE ' TABLESPACE ' || quote_ident(space.spcname) END
           || CASE WHEN b.datallowconn THEN '' ELSE ' ALLOW_CONNECTIONS false' END || CASE WHEN b.datistemplate THEN ' IS_TEMPLATE true' ELSE '' END || coalesce(' CONNECTION LIMIT ' || nullif(b.datconnlimit, -1), '')
           || ${settings(`coalesce('ALTER ROLE ' || quote_ident(role.rolname) || ' IN DATABASE current', 'ALTER DATABASE current')`, 'x.setdatabase = b.oid')}
           || ${attachments({ on: `'DATABASE current'`, owner: 'b.datdba', privileges: { letter: 'd', acl: 'b.datacl' }, comment: sharedDescription('pg_database', 'b.oid') })} AS definition
      FROM pg_database b JOIN pg_tablespace space ON space.oid = b.dattablespace WHERE b.datname = current_database()`,

  'security label': `
    SELECT upper(l.objtype) || ' ' || l.objname || ' FOR ' || l.provider AS name, NULL AS "table", format('SECURITY LABEL FOR %I ON %s %s IS %L', l.provider, upper(l.objtype), l.objname, l.label) AS definition FROM pg_seclabels l`,
};
