import type { Session } from '../targets/target.ts';
import { notOfExtension, userSchema } from '../schema/fragments.ts';

/** A table as far as making up rows needs to know it. Names are quoted, expressions are SQL as PostgreSQL prints it. */
export interface FillTable {
  readonly name: string;
  readonly columns: readonly FillColumn[];
  readonly foreignKeys: readonly ForeignKey[];
  /** CHECK expressions, and what a partition accepts. */
  readonly checks: readonly { readonly expression: string; readonly columns: readonly string[] }[];
  /** Columns of unique indexes. */
  readonly unique: readonly string[];
  readonly hasRows: boolean;
}

export interface FillColumn {
  readonly name: string;
  /** With modifiers, as a cast writes it: `numeric(10,2)`. */
  readonly type: string;
  /** The built-in type's own name behind domains: `int4`, `varchar`, or `_int4` for arrays. */
  readonly base: string;
  /** Qualified and without modifiers: `character` alone would mean a single one, `pg_catalog.bpchar` does not. */
  readonly baseType: string;
  /** That type with its modifiers. */
  readonly stored: string;
  /** Of an enum, or of the enum that an array is made of. */
  readonly labels: readonly string[] | null;
  /** Conditions on VALUE, when the type is a domain. */
  readonly domainChecks: readonly string[];
  readonly required: boolean;
  /** The default's expression; identity and generated columns count as `computed`. */
  readonly default: string | null;
  readonly computed: boolean;
  /** The next value of the sequence that the column is filled from by its default or its identity, as SQL; or null. */
  readonly sequence: string | null;
  /** Characters or bits it holds at most, or null. */
  readonly length: number | null;
}

export interface ForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  readonly references: readonly string[];
}

export async function readFillTables(session: Session): Promise<readonly FillTable[]> {
  const { rows } = await session.ask(fillTablesQuery);
  // The query builds exactly this shape.
  const tables = JSON.parse(String(rows[0]?.['tables'])) as readonly Omit<FillTable, 'hasRows'>[];
  const filled = new Set<string>();
  for (let at = 0; at < tables.length; at += 100) {
    const part = tables.slice(at, at + 100).map((table, index) => `SELECT ${String(at + index)} AS table, EXISTS (SELECT FROM ONLY ${table.name}) AS filled`);
    const found = await session.query(part.join(' UNION ALL '));
    for (const row of found.rows) if (row['filled'] === true) filled.add(tables[Number(row['table'])]?.name ?? '');
  }
  return tables.map((table) => ({ ...table, hasRows: filled.has(table.name) }));
}

const names = (key: string, relation: string): string => `
  (SELECT json_agg(quote_ident(named.attname) ORDER BY part.place) FROM unnest(${key}) WITH ORDINALITY part(attnum, place)
     JOIN pg_attribute named ON named.attrelid = ${relation} AND named.attnum = part.attnum)`;

// From 17 on, a partition has its parent's (manual, CREATE TABLE): then there is none here.
const identitySequence = `(SELECT 'nextval(' || quote_literal(format('%I.%I', sn.nspname, s.relname)) || '::regclass)'
  FROM pg_depend x JOIN pg_class s ON s.oid = x.objid AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace
 WHERE x.classid = 'pg_class'::regclass AND x.refclassid = 'pg_class'::regclass AND x.refobjid = a.attrelid AND x.refobjsubid = a.attnum AND x.deptype = 'i')`;

// Domains over domains are followed to the type that is really stored.
const columns = `
  SELECT json_agg(json_build_object(
           'name', quote_ident(a.attname), 'type', format_type(a.atttypid, a.atttypmod),
           'base', base.typname, 'baseType', format('%I.%I', base.schema, base.typname), 'stored', format_type(base.oid, base.typmod),
           'labels', (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e JOIN pg_type t ON e.enumtypid IN (t.oid, t.typelem) WHERE t.oid = base.oid),
           'domainChecks', coalesce(base.checks, '[]'::json),
           'required', a.attnotnull OR base.required,
           'default', pg_get_expr(d.adbin, d.adrelid), 'computed', a.attidentity <> '' OR a.attgenerated <> '',
           'sequence', CASE WHEN a.attidentity <> '' THEN ${identitySequence} WHEN pg_get_expr(d.adbin, d.adrelid) ~ '^nextval\\(' THEN pg_get_expr(d.adbin, d.adrelid) END,
           'length', CASE WHEN base.typname IN ('varchar', 'bpchar') AND base.typmod > 4 THEN base.typmod - 4 WHEN base.typname IN ('bit', 'varbit') AND base.typmod > 0 THEN base.typmod END)
         ORDER BY a.attnum)
    FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    CROSS JOIN LATERAL (
      WITH RECURSIVE chain AS (
        SELECT t.oid, t.typname, t.typtype, t.typbasetype, a.atttypmod AS typmod, t.typtypmod, t.typnotnull, 0 AS depth FROM pg_type t WHERE t.oid = a.atttypid
        UNION ALL
        SELECT t.oid, t.typname, t.typtype, t.typbasetype, chain.typtypmod, t.typtypmod, t.typnotnull, chain.depth + 1 FROM chain JOIN pg_type t ON t.oid = chain.typbasetype WHERE chain.typtype = 'd')
      SELECT last.oid, last.typname, (SELECT b.nspname FROM pg_type t JOIN pg_namespace b ON b.oid = t.typnamespace WHERE t.oid = last.oid) AS schema, last.typtype, last.typmod, (SELECT bool_or(typnotnull) FROM chain) AS required,
             (SELECT json_agg(pg_get_expr(k.conbin, 0)) FROM chain JOIN pg_constraint k ON k.contypid = chain.oid AND k.contype = 'c') AS checks
        FROM chain last ORDER BY last.depth DESC LIMIT 1) base
   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped`;

const foreignKeys = `
  SELECT json_agg(json_build_object('columns', ${names('f.conkey', 'f.conrelid')}, 'table', format('%I.%I', rn.nspname, r.relname), 'references', ${names('f.confkey', 'f.confrelid')}))
    FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
   WHERE f.conrelid = c.oid AND f.contype = 'f' AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = f.conparentid AND p.conrelid = c.oid)`;

const checks = `
  SELECT json_agg(x.entry) FROM (
    SELECT json_build_object('expression', pg_get_expr(k.conbin, k.conrelid), 'columns', ${names('k.conkey', 'k.conrelid')}) AS entry
      FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey <> '{}'
    UNION ALL
    SELECT json_build_object('expression', pg_get_partition_constraintdef(c.oid), 'columns', key.names)
      FROM (SELECT json_agg(DISTINCT quote_ident(a.attname)) AS names FROM pg_partition_ancestors(c.oid) up JOIN pg_partitioned_table pt ON pt.partrelid = up.relid
             CROSS JOIN unnest(pt.partattrs::int2[]) WITH ORDINALITY k(attnum, place)
              JOIN pg_attribute pa ON pa.attrelid = pt.partrelid AND pa.attnum = k.attnum
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = pa.attname) key
     WHERE c.relispartition AND key.names IS NOT NULL AND pg_get_partition_constraintdef(c.oid) IS NOT NULL) x`;

/** One row, `tables`: all of them as JSON. */
export const fillTablesQuery = `
  SELECT coalesce(json_agg(json_build_object('name', format('%I.%I', n.nspname, c.relname), 'columns', coalesce((${columns}), '[]'), 'foreignKeys', coalesce((${foreignKeys}), '[]'),
           'checks', coalesce((${checks}), '[]'),
           'unique', coalesce((SELECT json_agg(DISTINCT quote_ident(a.attname)) FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) WHERE i.indrelid = c.oid AND i.indisunique), '[]'))
         ORDER BY n.nspname, c.relname), '[]')::text AS tables
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE c.relkind = 'r' AND ${userSchema} AND ${notOfExtension('pg_class', 'c.oid')}`;
