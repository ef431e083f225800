import type { ObjectKind } from '../../model/snapshot.ts';
import { madeByUsers, notOfExtension } from './fragments.ts';

/** Kinds that many databases have no object of, each with the rows that say that there may be some. */
const rare: Readonly<Partial<Record<ObjectKind, string>>> = {
  view: `pg_class WHERE relkind = 'v' AND oid >= 16384`,
  'materialized view': `pg_class WHERE relkind = 'm'`,
  sequence: `pg_class WHERE relkind = 'S'`,
  function: 'pg_proc WHERE oid >= 16384',
  trigger: 'pg_trigger WHERE NOT tgisinternal',
  policy: 'pg_policy',
  rule: `pg_rewrite WHERE rulename <> '_RETURN'`,
  statistics: 'pg_statistic_ext',
  publication: 'pg_publication',
  'event trigger': 'pg_event_trigger',
  'default privileges': 'pg_default_acl',
  cast: made('pg_cast'),
  operator: made('pg_operator'),
  'operator family': made('pg_opfamily'),
  'operator class': made('pg_opclass'),
  'access method': made('pg_am'),
  language: made('pg_language'),
  transform: 'pg_transform',
  collation: made('pg_collation'),
  conversion: made('pg_conversion'),
  'text search parser': made('pg_ts_parser'),
  'text search template': made('pg_ts_template'),
  'text search dictionary': made('pg_ts_dict'),
  'text search configuration': made('pg_ts_config'),
  'foreign data wrapper': 'pg_foreign_data_wrapper',
  server: 'pg_foreign_server',
  'user mapping': 'pg_user_mappings',
  subscription: 'pg_subscription',
  role: `pg_roles WHERE oid >= 16384`,
  membership: `pg_auth_members WHERE roleid >= 16384 OR member >= 16384`,
  tablespace: 'pg_tablespace WHERE oid >= 16384',
  'parameter privileges': `pg_class WHERE oid = to_regclass('pg_catalog.pg_parameter_acl') AND pg_relation_size(oid) > 0`,
  'security label': 'pg_seclabels',
};

/** One query for all of them: its only column `kind` names those that have to be asked for. The others cost a query each and would be empty. */
export const presenceQuery = Object.entries(rare)
  .map(([kind, rows]) => `SELECT '${kind}' AS kind WHERE EXISTS (SELECT FROM ${rows})`)
  .join(' UNION ALL ');

export function isRare(kind: ObjectKind): boolean {
  return rare[kind] !== undefined;
}

interface Gap {
  readonly what: string;
  readonly reason: string;
  /** The rows that say that there is something of it. */
  readonly where: string;
}

const secret = 'no report may hold them';

/** What snapshots leave out, where a database has it. */
export const gaps: readonly Gap[] = [
  { what: 'passwords of roles', reason: secret, where: 'pg_roles WHERE oid >= 16384 AND rolcanlogin' },
  { what: 'secrets among the options of foreign servers and user mappings', reason: secret, where: 'pg_user_mappings' },
  { what: 'connections of subscriptions', reason: 'they may hold passwords', where: 'pg_subscription' },
  { what: 'contents of large objects', reason: 'they belong to no table, so no row of a table tells of them', where: 'pg_largeobject_metadata' },
  { what: 'privileges on objects of PostgreSQL itself and of extensions', reason: 'such objects are not part of a snapshot', where: privilegesOnOthers() },
];

/** Its only column `gap` gives places in `gaps`. */
export const gapsQuery = gaps.map(({ where }, index) => `SELECT ${String(index)} AS gap WHERE EXISTS (SELECT FROM ${where})`).join(' UNION ALL ');

function made(catalog: string): string {
  return `${catalog} c WHERE ${madeByUsers(catalog, 'c.oid')}`;
}

/** What an object came with is kept in pg_init_privs (manual 52.28), but for the views of the information schema. */
function privilegesOnOthers(): string {
  const differs = (catalog: string, prefix: string): string => `(SELECT FROM ${catalog} o LEFT JOIN pg_init_privs i ON i.classoid = 'pg_catalog.${catalog}'::regclass AND i.objoid = o.oid AND i.objsubid = 0
    WHERE o.${prefix}acl IS NOT NULL AND o.${prefix}namespace <> 'information_schema'::regnamespace AND (o.oid < 16384 OR NOT ${notOfExtension(catalog, 'o.oid')}) AND o.${prefix}acl IS DISTINCT FROM i.initprivs)`;
  return `(SELECT WHERE EXISTS ${differs('pg_class', 'rel')} OR EXISTS ${differs('pg_proc', 'pro')}) found`;
}
