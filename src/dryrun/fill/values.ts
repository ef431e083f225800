import { quoteLiteral } from '../../sql/names.ts';
import { parseStatement } from '../../sql/parse.ts';
import { child, walk } from '../../sql/walk.ts';
import type { FillColumn } from './tables.ts';

/** A value of the column that differs from row to row, as an SQL expression over `n` (from 1); null for types that nobody here knows. */
export function valueOf(column: FillColumn, n: string): string | null {
  const { labels, base, length, stored } = column;
  if (stored.endsWith('[]')) return arrayOf(column, n);
  if (labels !== null) return labels.length === 0 ? null : `(ARRAY[${labels.map(quoteLiteral).join(', ')}])[1 + (${n} - 1) % ${String(labels.length)}]`;
  if (texts.has(base)) return length !== null && length < 12 ? `right('00000000000' || ${n}, ${String(length)})` : `'value ' || ${n}`;
  if (base === 'bit' || base === 'varbit') return `(${n})::bit(${String(length ?? 1)})`;
  if (base === 'numeric') return `${n}::numeric / ${String(10 ** roomlessScale(stored))}`;
  return values[base]?.(n) ?? null;
}

/** Texts to try on a type that nobody here knows: geometry, vectors, an extension's own. */
export const guesses: readonly string[] = ['1', 'a', '', '{}', '[1]', '(1)', 'POINT(1 1)'];

/** Values that a condition may ask for, most ordinary first: what rows get by themselves, then what the condition's own constants suggest. */
export function candidates(column: FillColumn, conditions: readonly string[]): readonly string[] {
  const usual = [1, 2, 3, 4].map((n) => valueOf(column, String(n))).filter((value) => value !== null);
  const { numbers, strings } = constantsOf(conditions);
  return [...new Set([...(column.default === null ? [] : [column.default]), ...usual, ...suggested(column, numbers, strings)])].slice(0, mostCandidates);
}

const mostCandidates = 40;
const texts = new Set(['text', 'varchar', 'bpchar', 'citext', 'name']);
const numeric = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'money']);
const moments = new Set(['date', 'timestamp', 'timestamptz']);
const ordinaryTexts = ['a', 'A', 'abc', 'ABC', 'AB', 'a@example.com', 'https://example.com/a', 'a-b', 'en-US', '+15551234567', '#aabbcc', '12345', '2024-01'];

const values: Readonly<Record<string, (n: string) => string>> = {
  int2: (n) => n,
  int4: (n) => n,
  int8: (n) => n,
  oid: (n) => n,
  float4: (n) => n,
  float8: (n) => n,
  money: (n) => `(${n})::numeric`,
  bool: (n) => `(${n}) % 2 = 0`,
  uuid: (n) => `'00000000-0000-4000-8000-' || lpad((${n})::text, 12, '0')`,
  date: (n) => `date '2024-01-01' + (${n})::int`,
  timestamp: (n) => `timestamp '2024-01-01 12:00:00' + (${n}) * interval '1 day'`,
  timestamptz: (n) => `timestamptz '2024-01-01 12:00:00+00' + (${n}) * interval '1 day'`,
  time: (n) => `time '08:00' + (${n}) * interval '1 minute'`,
  timetz: (n) => `timetz '08:00+00' + (${n}) * interval '1 minute'`,
  interval: (n) => `(${n}) * interval '1 hour'`,
  json: (n) => `json_build_object('n', ${n})`,
  jsonb: (n) => `jsonb_build_object('n', ${n})`,
  bytea: (n) => `convert_to('value ' || ${n}, 'UTF8')`,
  inet: (n) => `'10.0.0.' || ${n}`,
  cidr: (n) => `'10.0.' || ${n} || '.0/24'`,
  macaddr: (n) => `'08:00:2b:01:02:0' || ${n}`,
  macaddr8: (n) => `'08:00:2b:01:02:03:04:0' || ${n}`,
  point: (n) => `'(' || ${n} || ',1)'`,
  box: (n) => `'(0,0),(' || ${n} || ',1)'`,
  circle: (n) => `'<(0,0),' || ${n} || '>'`,
  tsvector: (n) => `to_tsvector('simple', 'value ' || ${n})`,
  tsquery: () => `'value'`,
  xml: (n) => `'<n>' || ${n} || '</n>'`,
  int4range: (n) => `int4range((${n})::int, (${n})::int + 1)`,
  int8range: (n) => `int8range(${n}, ${n} + 1)`,
  numrange: (n) => `numrange(${n}, ${n} + 1)`,
  daterange: (n) => `daterange(date '2024-01-01' + (${n})::int, date '2024-01-02' + (${n})::int)`,
  tsrange: (n) => `tsrange(timestamp '2024-01-01' + (${n}) * interval '1 day', timestamp '2024-01-02' + (${n}) * interval '1 day')`,
  tstzrange: (n) => `tstzrange(timestamptz '2024-01-01 00:00+00' + (${n}) * interval '1 day', timestamptz '2024-01-02 00:00+00' + (${n}) * interval '1 day')`,
};

/** One element, where its type is known: an empty array is what most of them default to. */
function arrayOf(column: FillColumn, n: string): string {
  const stored = column.stored.slice(0, -'[]'.length);
  const element = valueOf({ ...column, base: column.base.replace(/^_/, ''), stored }, n);
  return element === null ? `'{}'` : `ARRAY[(${element})::${stored}]`;
}

/** Digits by which 1 has to be moved to fit: numeric(2,2) holds nothing above 0.99. */
function roomlessScale(type: string): number {
  const [, precision = '', scale = ''] = /\((\d+),(-?\d+)\)/.exec(type) ?? [];
  return precision !== '' && Number(scale) >= Number(precision) ? Number(scale) : 0;
}

function suggested(column: FillColumn, numbers: readonly number[], strings: readonly string[]): readonly string[] {
  const { base, length } = column;
  if (numeric.has(base)) return [0, ...numbers, ...numbers.flatMap((each) => [each + 1, each - 1])].map(String);
  if (texts.has(base)) {
    const lengths = numbers.filter((each) => Number.isInteger(each) && each > 0 && each <= 200).flatMap((each) => [each, each + 1]);
    const fitting = [...strings, ...ordinaryTexts, ...lengths.map((each) => 'a'.repeat(each))].filter((each) => length === null || each.length <= length);
    return fitting.map(quoteLiteral);
  }
  if (moments.has(base)) {
    const known = strings.filter((each) => /^\d{4}-\d\d-\d\d/.test(each)).map((each) => `${base} ${quoteLiteral(each)}`);
    return [...known, ...known.map((each) => `${each} + interval '1 day'`)];
  }
  return base === 'json' || base === 'jsonb' ? [`'[]'`, `'{}'`, ...strings.map((each) => `jsonb_build_object(${quoteLiteral(each)}, 1)`)] : [];
}

function constantsOf(conditions: readonly string[]): { readonly numbers: readonly number[]; readonly strings: readonly string[] } {
  const numbers: number[] = [];
  const strings: string[] = [];
  for (const condition of conditions) {
    walk(parseStatement(`SELECT ${condition}`).node, ({ kind, node }) => {
      if (kind !== 'A_Const') return undefined;
      const text = child(node, 'sval')?.['sval'];
      if (typeof text === 'string') strings.push(text);
      const number = child(node, 'ival')?.['ival'] ?? child(node, 'fval')?.['fval'] ?? (node['ival'] === undefined ? undefined : 0);
      if (typeof number === 'number' || typeof number === 'string') numbers.push(Number(number));
      return undefined;
    });
  }
  // PostgreSQL prints numbers of other types as texts: '10'::numeric.
  return { strings, numbers: [...numbers, ...strings.filter((each) => /^-?\d+(\.\d+)?$/.test(each)).map(Number)] };
}
