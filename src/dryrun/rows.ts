import type { Remainder, RowFingerprints, RowLoss, TableFingerprint } from '../model/snapshot.ts';

/** Tables that miss rows of before, or values in them. New rows and columns are no loss. */
export function lostRows(before: RowFingerprints, after: RowFingerprints): readonly RowLoss[] {
  return Object.entries(before).flatMap(([table, was]) => {
    if (was.rows === 0) return [];
    const is = after[table] ?? { rows: 0, columns: {} };
    const columns = Object.keys(was.columns).filter((column) => is.columns[column] === undefined);
    columns.push(...changedColumns(was, is));
    return is.rows >= was.rows && columns.length === 0 ? [] : [{ table, rowsBefore: was.rows, rowsAfter: is.rows, columns }];
  });
}

/** Rows that tables hold beyond those of before. */
export function leftRows(before: RowFingerprints, after: RowFingerprints): readonly Remainder[] {
  return Object.entries(before).flatMap(([table, was]): Remainder[] => {
    const is = after[table];
    if (is === undefined || is.rows <= was.rows) return [];
    return [{ kind: 'rows', table, rows: is.rows - was.rows, compared: was.rows === 0 || isCompared(was, is) }];
  });
}

export function movedSequences(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): readonly Remainder[] {
  return Object.entries(before).flatMap(([sequence, was]): Remainder[] => {
    const is = after[sequence];
    return is === undefined || is === was ? [] : [{ kind: 'sequence', sequence, before: was, after: is }];
  });
}

/** Sequences that fill columns and count from lower than before: the next rows collide with those that are there. */
export function rewoundSequences(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): readonly Remainder[] {
  return movedSequences(before, after).filter((each) => each.kind === 'sequence' && BigInt(each.after) < BigInt(each.before));
}

type Cells = NonNullable<TableFingerprint['cells']>;

function isCompared(was: TableFingerprint, is: TableFingerprint): boolean {
  return was.cells !== undefined && is.cells !== undefined;
}

/** Columns of both in which values of before are missing. Rows are compared whole, so values that only changed their rows show too. */
function changedColumns(was: TableFingerprint, is: TableFingerprint): readonly string[] {
  const common = Object.keys(was.columns).filter((column) => is.columns[column] !== undefined);
  const [from, to] = [was.cells, is.cells];
  // Sums say nothing of the old rows once there are new ones.
  if (from === undefined || to === undefined) return is.rows > was.rows ? [] : common.filter((column) => was.columns[column] !== is.columns[column]);
  const missing = (columns: readonly string[]): number => missingRows(rowsOf(from, columns), rowsOf(to, columns));
  const all = missing(common);
  if (all === 0) return [];
  const changed = common.filter((column) => missing([column]) > 0);
  if (changed.length > 0) return changed;
  // Every column still holds its values, in other rows: the ones without which more rows would be the same.
  return common.filter((column) => missing(common.filter((other) => other !== column)) < all);
}

function rowsOf(cells: Cells, columns: readonly string[]): readonly string[] {
  const count = columns.length === 0 ? 0 : (cells[columns[0] ?? '']?.length ?? 0);
  return Array.from({ length: count }, (_, row) => columns.map((column) => cells[column]?.[row] ?? '').join(' '));
}

/** How many rows the second list lacks of the first; each counts as often as it occurs. */
function missingRows(before: readonly string[], after: readonly string[]): number {
  const left = new Map<string, number>();
  for (const row of after) left.set(row, (left.get(row) ?? 0) + 1);
  return before.filter((row) => {
    const rest = left.get(row) ?? 0;
    left.set(row, rest - 1);
    return rest <= 0;
  }).length;
}
