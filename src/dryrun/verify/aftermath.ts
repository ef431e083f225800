import type { SchemaChange, SchemaObject } from '../../model/snapshot.ts';
import type { Aftermath, AftermathKind } from '../../model/verification.ts';
import { notOfExtension, userSchema } from '../schema/fragments.ts';
import type { Session } from '../targets/target.ts';

/** What the catalog holds after an up that is seldom wanted, as far as this up is to blame: of the objects that it created or touched. */
export async function findAftermath(session: Session, changes: readonly SchemaChange[]): Promise<readonly Aftermath[]> {
  if (changes.length === 0) return [];
  const { rows } = await session.ask(suspects);
  const touched = touchedBy(changes);
  return rows
    .map((row): Aftermath => ({
      kind: String(row['kind']) as AftermathKind, // The query below names these kinds and no others.
      table: String(row['table']),
      object: row['object'] == null ? null : String(row['object']),
      columns: row['columns'] == null ? [] : (JSON.parse(String(row['columns'])) as string[]), // The query builds this text.
    }))
    .filter((found) => isOwn[found.kind](found, touched));
}

/** Keys of changed objects (`index public.a_b`), and of the tables to which something happened. */
interface Touched {
  readonly has: (kind: SchemaObject['kind'], name: string | null) => boolean;
  /** Whether a constraint is new. */
  readonly added: (constraint: string | null) => boolean;
  /** Tables that lost an index or a constraint, or got another index of the same name. */
  readonly loosened: ReadonlySet<string>;
  /** Tables whose policies changed. */
  readonly policed: ReadonlySet<string>;
  /** Tables that have row-level security now and had it not before. */
  readonly secured: ReadonlySet<string>;
}

type Judge = (found: Aftermath, touched: Touched) => boolean;

const isOwn: Readonly<Record<AftermathKind, Judge>> = {
  'foreign key without index': ({ object, table }, { added, loosened }) => added(object) || loosened.has(table),
  'invalid index': ({ object }, { has }) => has('index', object),
  'constraint not validated': ({ object, table, columns }, { has }) => has('constraint', object) || columns.some((column) => has('column', `${table}.${column}`)),
  'table without primary key': ({ table }, { has, loosened }) => has('table', table) || loosened.has(table),
  'row security without policy': ({ table }, { has, policed }) => has('table', table) || policed.has(table),
  'policy without row security': ({ table }, { has, policed }) => has('table', table) || policed.has(table),
  'row security not forced': ({ table }, { secured }) => secured.has(table),
};

function touchedBy(changes: readonly SchemaChange[]): Touched {
  const keys = new Set<string>();
  const constraints = new Set(changes.flatMap((change) => (change.change === 'added' && change.after.kind === 'constraint' ? [change.after.name] : [])));
  const tables = { loosened: new Set<string>(), policed: new Set<string>(), secured: new Set<string>() };
  for (const change of changes) {
    if (change.change !== 'removed') keys.add(`${change.after.kind} ${change.after.name}`);
    const { kind, table } = change.change === 'removed' ? change.before : change.after;
    if (table !== null && kind === 'policy') tables.policed.add(table);
    if (table !== null && ((change.change !== 'added' && kind === 'index') || (change.change === 'removed' && kind === 'constraint'))) tables.loosened.add(table);
    if (change.change !== 'removed' && kind === 'table' && secures(change.after) && !(change.change === 'altered' && secures(change.before))) tables.secured.add(change.after.name);
  }
  return { added: (constraint) => constraint !== null && constraints.has(constraint), has: (kind, name) => name !== null && keys.has(`${kind} ${name}`), ...tables };
}

function secures(table: SchemaObject): boolean {
  return table.definition.includes(`ALTER TABLE ${table.name} ENABLE ROW LEVEL SECURITY`);
}

const table = `format('%I.%I', n.nspname, c.relname)`;
const ofTable = `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace`;
const own = `${userSchema} AND ${notOfExtension('pg_class', 'c.oid')}`;
const columnsOf = (key: string): string => `(SELECT json_agg(quote_ident(a.attname) ORDER BY part.place) FROM unnest(${key}) WITH ORDINALITY part(number, place) JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = part.number)::text`;
const hasPolicy = `EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)`;

/**
 * An index serves a foreign key when its leading columns are the key's, in any order; int2vector counts from zero.
 * Partitions have the keys and indexes of their parent, so the parent alone is named.
 */
const suspects = `
  SELECT 'foreign key without index' AS kind, ${table} AS "table", ${table} || '.' || quote_ident(k.conname) AS object, ${columnsOf('k.conkey')} AS columns
    FROM pg_constraint k JOIN ${ofTable} ON c.oid = k.conrelid
   WHERE k.contype = 'f' AND k.conparentid = 0 AND NOT c.relispartition AND ${own}
     AND NOT EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am am ON am.oid = x.relam
                      WHERE i.indrelid = c.oid AND i.indisvalid AND am.amname IN ('btree', 'hash')
                        AND (i.indpred IS NULL OR pg_get_expr(i.indpred, c.oid) ~ '^\\(\\S+ IS NOT NULL\\)$')
                        AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
  UNION ALL
  SELECT 'invalid index', ${table}, (SELECT format('%I.%I', xn.nspname, x.relname) FROM pg_class x JOIN pg_namespace xn ON xn.oid = x.relnamespace WHERE x.oid = i.indexrelid), NULL
    FROM pg_index i JOIN ${ofTable} ON c.oid = i.indrelid
   WHERE NOT i.indisvalid AND c.relkind <> 'p' AND ${own}
  UNION ALL
  SELECT 'constraint not validated', ${table}, ${table} || '.' || quote_ident(k.conname), CASE k.contype WHEN 'n' THEN ${columnsOf('k.conkey')} END
    FROM pg_constraint k JOIN ${ofTable} ON c.oid = k.conrelid
   WHERE NOT k.convalidated AND k.conparentid = 0 AND ${own}
  UNION ALL
  SELECT 'table without primary key', ${table}, NULL, NULL
    FROM ${ofTable}
   WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p') AND ${own}
  UNION ALL
  SELECT 'row security without policy', ${table}, NULL, NULL FROM ${ofTable} WHERE c.relrowsecurity AND NOT ${hasPolicy} AND ${own}
  UNION ALL
  SELECT 'policy without row security', ${table}, NULL, NULL FROM ${ofTable} WHERE NOT c.relrowsecurity AND ${hasPolicy} AND ${own}
  UNION ALL
  SELECT 'row security not forced', ${table}, NULL, NULL FROM ${ofTable} WHERE c.relrowsecurity AND NOT c.relforcerowsecurity AND ${hasPolicy} AND ${own}
  ORDER BY 2, 1, 3`;
