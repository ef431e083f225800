import type { AstNode } from '../../model/statement.ts';
import type { ColumnType } from '../effects.ts';
import { quoteIdentifier } from '../names.ts';
import { child, nodes, words } from '../walk.ts';

/** What a `TypeName` node names; built-in types get the short name that PostgreSQL keeps them under. */
export function columnType(typeName: AstNode): ColumnType {
  const parts = words(typeName['names']);
  const name = (parts.length === 2 && parts[0] === 'pg_catalog' ? parts[1] : parts.join('.')) ?? '';
  const modifiers = nodes(typeName['typmods']).map((each) => child(each.node, 'ival')).map((each) => (typeof each?.['ival'] === 'number' ? each['ival'] : 0));
  return { name, modifiers, array: Array.isArray(typeName['arrayBounds']) };
}

/** The type as SQL writes it: `character varying(20)[]`. */
export function writeType(type: ColumnType): string {
  const modifiers = type.modifiers.length > 0 ? `(${type.modifiers.join(', ')})` : '';
  const word = sqlNames[type.name] ?? type.name.split('.').map(quoteIdentifier).join('.');
  const [before, after] = word.split(' with');
  const written = after === undefined ? word + modifiers : `${before ?? ''}${modifiers} with${after}`;
  return type.array ? `${written}[]` : written;
}

const sqlNames: Readonly<Record<string, string>> = {
  int2: 'smallint', int4: 'integer', int8: 'bigint', float4: 'real', float8: 'double precision', bool: 'boolean', varchar: 'varchar', bpchar: 'char',
  timestamptz: 'timestamp with time zone', timetz: 'time with time zone', timestamp: 'timestamp', time: 'time', varbit: 'bit varying',
};

/** Types that come with PostgreSQL; any other name can be a domain. */
export function isBuiltIn(type: ColumnType): boolean {
  return builtIn.has(type.name);
}

const builtIn = new Set(
  `int2 int4 int8 float4 float8 numeric bool text varchar bpchar char name bytea date time timetz timestamp timestamptz interval json jsonb uuid xml bit varbit
  inet cidr macaddr macaddr8 money point line lseg box path polygon circle tsvector tsquery oid regclass regtype regproc regrole int4range int8range numrange
  tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange pg_lsn txid_snapshot xid xid8 jsonpath`.split(/\s+/),
);

const serials = new Set(['serial', 'bigserial', 'smallserial', 'serial2', 'serial4', 'serial8']);

export function isSerial(type: ColumnType): boolean {
  return serials.has(type.name);
}

/**
 * Whether ALTER COLUMN TYPE from one type to the other has to write the table anew (manual, ALTER TABLE, notes; measured on 14–18).
 * `depends`: timestamp against timestamptz is free only while the session's TimeZone is UTC.
 */
export function conversion(from: ColumnType, to: ColumnType): 'free' | 'rewrite' | 'depends' {
  if (from.array !== to.array || from.array) return sameType(from, to) ? 'free' : 'rewrite';
  if (sameType(from, to)) return 'free';
  const pair = `${from.name} ${to.name}`;
  if (textual.has(pair)) return widens(from, to) ? 'free' : 'rewrite';
  if (pair === 'timestamp timestamptz' || pair === 'timestamptz timestamp') return 'depends';
  if (from.name !== to.name) return freePairs.has(pair) ? 'free' : 'rewrite';
  return sameNameFree(from, to) ? 'free' : 'rewrite';
}

const textual = new Set(['varchar text', 'text varchar', 'varchar varchar']);
const freePairs = new Set(['cidr inet', 'int4 oid', 'oid int4']);

function sameType(from: ColumnType, to: ColumnType): boolean {
  return from.name === to.name && from.modifiers.length === to.modifiers.length && from.modifiers.every((each, index) => each === to.modifiers[index]);
}

/** No length limit is wider than any; `text → varchar(n)` has to check every row. */
function widens(from: ColumnType, to: ColumnType): boolean {
  const limit = to.modifiers[0];
  if (to.name === 'text' || limit === undefined) return true;
  const before = from.modifiers[0];
  return from.name === 'varchar' && before !== undefined && before <= limit;
}

function sameNameFree(from: ColumnType, to: ColumnType): boolean {
  const [before, beforeScale = 0] = from.modifiers;
  const [after, afterScale = 0] = to.modifiers;
  if (from.name === 'numeric') return after === undefined || (before !== undefined && before <= after && beforeScale === afterScale);
  if (from.name === 'varbit') return after === undefined || (before !== undefined && before <= after);
  if (['time', 'timetz', 'timestamp', 'timestamptz'].includes(from.name)) return (after ?? 6) >= (before ?? 6);
  return false;
}
