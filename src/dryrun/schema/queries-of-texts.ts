import type { ObjectKind } from '../../model/snapshot.ts';
import { attachments, description, madeByUsers, userSchema } from './fragments.ts';

type TextKind = Extract<ObjectKind, 'collation' | 'conversion' | `text search ${string}`>;

const collationName = `format('%I.%I', n.nspname, k.collname)`;
// Where ICU's locale stands has changed with 15 and with 17, its rules came with 16 (manual 52.12).
const icuLocale = `coalesce(to_jsonb(k) ->> 'colllocale', to_jsonb(k) ->> 'colliculocale', k.collcollate)`;
const searchName = (column: string): string => `format('%I.%I', n.nspname, ${column})`;
const part = (label: string, oid: string): string => `CASE ${oid}::oid WHEN 0 THEN '' ELSE ', ${label} = ' || ${oid}::oid::regproc::text END`;
const mappings = `coalesce((SELECT string_agg(line, '' ORDER BY line COLLATE "C") FROM (
    SELECT E';\\nALTER TEXT SEARCH CONFIGURATION ' || ${searchName('f.cfgname')} || ' ADD MAPPING FOR ' || quote_ident(token.alias) || ' WITH ' || string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) AS line
      FROM pg_ts_config_map m JOIN ts_token_type(f.cfgparser) token ON token.tokid = m.maptokentype WHERE m.mapcfg = f.oid GROUP BY token.alias) told), '')`;

/** Catalog queries of what reads, orders and searches texts; see queries.ts for their columns. */
export const texts: Readonly<Record<TextKind, string>> = {
  collation: `
    SELECT ${collationName} AS name, NULL AS "table", 'CREATE COLLATION ' || ${collationName} || ' (PROVIDER = '
           || CASE k.collprovider WHEN 'i' THEN 'icu, LOCALE = ' || quote_literal(${icuLocale}) WHEN 'b' THEN 'builtin, LOCALE = ' || quote_literal(${icuLocale})
                                  ELSE 'libc, LC_COLLATE = ' || quote_literal(k.collcollate) || ', LC_CTYPE = ' || quote_literal(k.collctype) END
           || CASE WHEN k.collisdeterministic THEN '' ELSE ', DETERMINISTIC = false' END || coalesce(', RULES = ' || quote_literal(to_jsonb(k) ->> 'collicurules'), '') || ')'
           || ${attachments({ on: `'COLLATION ' || ${collationName}`, owner: 'k.collowner', comment: description('pg_collation', 'k.oid') })} AS definition
      FROM pg_collation k JOIN pg_namespace n ON n.oid = k.collnamespace WHERE ${userSchema} AND ${madeByUsers('pg_collation', 'k.oid')}`,

  conversion: `
    SELECT ${searchName('k.conname')} AS name, NULL AS "table", CASE WHEN k.condefault THEN 'CREATE DEFAULT CONVERSION ' ELSE 'CREATE CONVERSION ' END || ${searchName('k.conname')}
           || format(' FOR %L TO %L FROM %s', pg_encoding_to_char(k.conforencoding), pg_encoding_to_char(k.contoencoding), k.conproc)
           || ${attachments({ on: `'CONVERSION ' || ${searchName('k.conname')}`, owner: 'k.conowner', comment: description('pg_conversion', 'k.oid') })} AS definition
      FROM pg_conversion k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${userSchema} AND ${madeByUsers('pg_conversion', 'k.oid')}`,

  'text search parser': `
    SELECT ${searchName('p.prsname')} AS name, NULL AS "table", 'CREATE TEXT SEARCH PARSER ' || ${searchName('p.prsname')}
           || format(' (START = %s, GETTOKEN = %s, END = %s, LEXTYPES = %s', p.prsstart, p.prstoken, p.prsend, p.prslextype) || ${part('HEADLINE', 'p.prsheadline')} || ')'
           || ${attachments({ on: `'TEXT SEARCH PARSER ' || ${searchName('p.prsname')}`, comment: description('pg_ts_parser', 'p.oid') })} AS definition
      FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace WHERE ${userSchema} AND ${madeByUsers('pg_ts_parser', 'p.oid')}`,

  'text search template': `
    SELECT ${searchName('t.tmplname')} AS name, NULL AS "table", 'CREATE TEXT SEARCH TEMPLATE ' || ${searchName('t.tmplname')} || ' (LEXIZE = ' || t.tmpllexize::text || ${part('INIT', 't.tmplinit')} || ')'
           || ${attachments({ on: `'TEXT SEARCH TEMPLATE ' || ${searchName('t.tmplname')}`, comment: description('pg_ts_template', 't.oid') })} AS definition
      FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace WHERE ${userSchema} AND ${madeByUsers('pg_ts_template', 't.oid')}`,

  'text search dictionary': `
    SELECT ${searchName('dict.dictname')} AS name, NULL AS "table", 'CREATE TEXT SEARCH DICTIONARY ' || ${searchName('dict.dictname')}
           || (SELECT format(' (TEMPLATE = %I.%I', tn.nspname, t.tmplname) FROM pg_ts_template t JOIN pg_namespace tn ON tn.oid = t.tmplnamespace WHERE t.oid = dict.dicttemplate) || coalesce(', ' || dict.dictinitoption, '') || ')'
           || ${attachments({ on: `'TEXT SEARCH DICTIONARY ' || ${searchName('dict.dictname')}`, owner: 'dict.dictowner', comment: description('pg_ts_dict', 'dict.oid') })} AS definition
      FROM pg_ts_dict dict JOIN pg_namespace n ON n.oid = dict.dictnamespace WHERE ${userSchema} AND ${madeByUsers('pg_ts_dict', 'dict.oid')}`,

  'text search configuration': `
    SELECT ${searchName('f.cfgname')} AS name, NULL AS "table", 'CREATE TEXT SEARCH CONFIGURATION ' || ${searchName('f.cfgname')}
           || (SELECT format(' (PARSER = %I.%I)', pn.nspname, p.prsname) FROM pg_ts_parser p JOIN pg_namespace pn ON pn.oid = p.prsnamespace WHERE p.oid = f.cfgparser) || ${mappings}
           || ${attachments({ on: `'TEXT SEARCH CONFIGURATION ' || ${searchName('f.cfgname')}`, owner: 'f.cfgowner', comment: description('pg_ts_config', 'f.oid') })} AS definition
      FROM pg_ts_config f JOIN pg_namespace n ON n.oid = f.cfgnamespace WHERE ${userSchema} AND ${madeByUsers('pg_ts_config', 'f.oid')}`,
};
