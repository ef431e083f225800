import type { ColumnType } from '../../sql/effects.ts';

/** What a change of type does to values that the new type cannot hold; parts of a sentence. */
export interface Narrowing {
  readonly values: string;
  readonly outcome: string;
  /** A condition that finds them. */
  readonly test: string;
  /** Whether an explicit cast cuts where the change by itself fails. */
  readonly castCuts: boolean;
}

/** Null when every value fits, or when the types do not tell. `column` is quoted. */
export function narrowing(from: ColumnType, to: ColumnType, column: string): Narrowing | null {
  if (from.array || to.array) return null;
  return shorter(from, to, column) ?? smaller(from, to, column) ?? fewerDigits(from, to, column) ?? fewerFractions(from, to, column) ?? onlyTheDay(from, to, column);
}

const textual = new Set(['text', 'varchar', 'bpchar']);

function shorter(from: ColumnType, to: ColumnType, column: string): Narrowing | null {
  const [limit, before] = [to.modifiers[0], from.name === 'text' ? undefined : from.modifiers[0]];
  if (!textual.has(from.name) || !textual.has(to.name) || to.name === 'text' || limit === undefined || (before !== undefined && before <= limit)) return null;
  return { values: `are longer than ${String(limit)} characters`, outcome: refused, test: `length(${column}) > ${String(limit)}`, castCuts: true };
}

/** Largest values of the integer types (manual 8.1.1). */
const largest: Readonly<Record<string, number>> = { int2: 32767, int4: 2147483647, int8: Infinity, smallserial: 32767, serial: 2147483647, bigserial: Infinity };

function smaller(from: ColumnType, to: ColumnType, column: string): Narrowing | null {
  const [before, limit] = [from.name === 'numeric' ? Infinity : (largest[from.name] ?? 0), largest[to.name]];
  if (from.name === 'numeric' && to.name === 'int8') return null;
  if (limit === undefined || before <= limit) return null;
  return { values: `lie beyond ±${String(limit)}`, outcome: refused, test: `abs(${column}) > ${String(limit)}`, castCuts: false };
}

function fewerDigits(from: ColumnType, to: ColumnType, column: string): Narrowing | null {
  const precision = to.modifiers[0];
  if (from.name !== 'numeric' || to.name !== 'numeric' || precision === undefined) return null;
  const [scale, whole] = [to.modifiers[1] ?? 0, precision - (to.modifiers[1] ?? 0)];
  const [precisionBefore, scaleBefore = 0] = from.modifiers;
  if (precisionBefore === undefined || scaleBefore > scale) {
    return { values: `have more than ${String(scale)} decimals`, outcome: 'are rounded without a word', test: `${column} <> round(${column}, ${String(scale)})`, castCuts: false };
  }
  if (precisionBefore - scaleBefore <= whole) return null;
  return { values: `have more than ${String(whole)} digits before the point`, outcome: refused, test: `abs(${column}) >= 1e${String(whole)}`, castCuts: false };
}

const moments = new Set(['timestamp', 'timestamptz', 'time', 'timetz']);
const mostFractions = 6;

function fewerFractions(from: ColumnType, to: ColumnType, column: string): Narrowing | null {
  const [before, after] = [from.modifiers[0] ?? mostFractions, to.modifiers[0] ?? mostFractions];
  if (!moments.has(from.name) || from.name !== to.name || before <= after) return null;
  return { values: `have more than ${String(after)} digits of a second`, outcome: 'are rounded without a word', test: `${column} <> ${column}::${from.name}(${String(after)})`, castCuts: false };
}

function onlyTheDay(from: ColumnType, to: ColumnType, column: string): Narrowing | null {
  if ((from.name !== 'timestamp' && from.name !== 'timestamptz') || to.name !== 'date') return null;
  return { values: 'have a time of day', outcome: 'lose it', test: `${column} <> ${column}::date`, castCuts: false };
}

/** The whole statement fails at the first of them. */
const refused = 'make the statement fail';
