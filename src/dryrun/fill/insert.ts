import type { FillColumn, FillTable, ForeignKey } from './tables.ts';
import { candidates, valueOf } from './values.ts';

export type Insert = { readonly kind: 'sql'; readonly sql: string } | { readonly kind: 'impossible'; readonly reason: string };

interface Known {
  readonly filled: ReadonlySet<string>;
  readonly guessed: ReadonlyMap<string, string>;
}

/**
 * One INSERT … SELECT that makes up rows. Columns under a condition (CHECK, domain, partition bound) and foreign keys come
 * from relations of candidates that PostgreSQL joins and filters by the conditions themselves; the others are computed
 * from the row's number.
 */
export function insertInto(table: FillTable, known: Known): Insert {
  const keys = table.foreignKeys.filter((key) => key.table !== table.name && known.filled.has(key.table));
  const lost = table.foreignKeys.find((key) => !keys.includes(key) && key.columns.every((name) => columnOf(table, name)?.required === true));
  if (lost !== undefined) return { kind: 'impossible', reason: `It references ${lost.table}, which has no rows.` };
  const unkeyed = table.foreignKeys.filter((key) => !keys.includes(key)).flatMap((key) => key.columns);
  const sources = [...keys.map(keySource), ...candidateSources(table, keys, unkeyed)];
  const sourced = new Set(sources.flatMap((source) => source.columns));
  const free = table.columns.filter((column) => !sourced.has(column.name) && !unkeyed.includes(column.name) && isFilled(column));
  const computed = free.map((column) => ({ column, value: valueOf(column, 'r."lockstep n"') ?? known.guessed.get(column.type) ?? null }));
  const missing = computed.find(({ column, value }) => value === null && column.required && column.default === null);
  if (missing !== undefined) return { kind: 'impossible', reason: `No value is known for the type ${missing.column.type} of ${missing.column.name}.` };
  const counted = table.columns.filter((column) => column.sequence !== null && !sourced.has(column.name) && !unkeyed.includes(column.name));
  const given = [...computed.filter(({ value }) => value !== null), ...counted.map((column) => ({ column, value: withGap(column.sequence ?? '') }))];
  const targets = [...sourced, ...given.map(({ column }) => column.name)];
  if (targets.length === 0) return { kind: 'sql', sql: `INSERT INTO ${table.name} DEFAULT VALUES` };
  const selected = [...[...sourced].map((name) => `r.${name}`), ...given.map(({ column, value }) => `(${value ?? 'NULL'})::${column.type}`)];
  return { kind: 'sql', sql: `INSERT INTO ${table.name} (${targets.join(', ')})${counted.some((column) => column.computed) ? ' OVERRIDING SYSTEM VALUE' : ''}\nSELECT ${selected.join(', ')}\n  FROM ${rowsFrom(table, sources)} r\nON CONFLICT DO NOTHING` };
}

const rowCount = 4;

/** A relation that gives values for some columns. */
interface Source {
  readonly columns: readonly string[];
  readonly relation: string;
}

function columnOf(table: FillTable, name: string): FillColumn | undefined {
  return table.columns.find((column) => column.name === name);
}

/** Random values are left to the default. All others are not: rows that held what a default gives could not show that a down loses what others hold. */
function isFilled(column: FillColumn): boolean {
  return !column.computed && column.sequence === null && (column.default === null || !/nextval|uuid/.test(column.default));
}

/** A sequence made anew would count without the gap, so that a down shows which makes a column again and fills it by that. */
function withGap(nextValue: string): string {
  return `CASE WHEN r."lockstep n" < ${String(rowCount)} THEN ${nextValue} ELSE ${nextValue} * 0 + ${nextValue} END`;
}

/** Each row begins with another referenced one, so that a key that is unique here gives several rows too. */
function keySource(key: ForeignKey): Source {
  const selected = key.columns.map((column, index) => `${key.references[index] ?? ''} AS ${column}`);
  const place = `row_number() OVER (ORDER BY ${key.references.join(', ')}) AS "lockstep place"`;
  const few = `SELECT ${selected.join(', ')}, ${place} FROM ${key.table} LIMIT ${String(rowCount)}`;
  return { columns: key.columns, relation: `(SELECT * FROM (${few}) k ORDER BY ("lockstep place" + ${String(rowCount)} - g."lockstep n") % ${String(rowCount)})` };
}

function candidateSources(table: FillTable, keys: readonly ForeignKey[], left: readonly string[]): readonly Source[] {
  const keyed = new Set([...keys.flatMap((key) => key.columns), ...left]);
  const conditioned = new Set(table.checks.flatMap((check) => check.columns));
  const columns = table.columns.filter((column) => !column.computed && !keyed.has(column.name) && (conditioned.has(column.name) || column.domainChecks.length > 0));
  const each = columns.length > 4 ? 6 : 40;
  return columns.map((column) => {
    const conditions = [...table.checks.filter((check) => check.columns.includes(column.name)).map((check) => check.expression), ...column.domainChecks];
    const values = candidates(column, conditions).slice(0, each);
    // VALUE, by which a domain's condition calls the value (manual, CREATE DOMAIN), is an ordinary column name elsewhere.
    const rows = values.length === 0 ? '(NULL)' : values.map((value) => `((${value})::${column.baseType})`).join(', ');
    const filter = column.domainChecks.map((check) => `(${check}) IS NOT FALSE`).join(' AND ');
    // Compared as texts, because not every type has an equality.
    const order = column.default === null || /nextval|uuid/.test(column.default) ? '' : ` ORDER BY value::text IS NOT DISTINCT FROM (${column.default})::${column.stored}::text`;
    return { columns: [column.name], relation: `(SELECT value AS ${column.name} FROM (VALUES ${rows}) v(value)${filter === '' ? '' : ` WHERE ${filter}`}${order})` };
  });
}

/** Numbered rows, each the first combination of all sources that the conditions allow; columns that two foreign keys share have to agree. */
function rowsFrom(table: FillTable, sources: readonly Source[]): string {
  const numbers = `generate_series(1, ${String(rowCount)}) g("lockstep n")`;
  if (sources.length === 0) return `(SELECT "lockstep n" FROM ${numbers})`;
  const giver = new Map<string, string>();
  const agree: string[] = [];
  sources.forEach((source, index) => {
    for (const column of source.columns) {
      const place = `s${String(index)}.${column}`;
      const earlier = giver.get(column);
      if (earlier === undefined) giver.set(column, place);
      else agree.push(`${place} = ${earlier}`);
    }
  });
  const from = sources.map((source, index) => `${source.relation} s${String(index)}`).join(' CROSS JOIN ');
  const selected = [...giver].map(([column, place]) => `${place} AS ${column}`).join(', ');
  const joined = `SELECT ${selected} FROM ${from}${agree.length === 0 ? '' : ` WHERE ${agree.join(' AND ')}`}`;
  const known = table.checks.filter((check) => check.columns.every((column) => giver.has(column)));
  const conditions = known.map((check) => `(${check.expression}) IS NOT FALSE`);
  const first = `SELECT * FROM (${joined}) p${conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`} LIMIT 1`;
  return `(SELECT g."lockstep n", q.* FROM ${numbers} CROSS JOIN LATERAL (${first}) q)`;
}
