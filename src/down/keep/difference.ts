import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import { exact, nothing } from '../inverse.ts';
import { primaryKey } from '../invert/insert.ts';
import { insertBack, inTheWay } from './back.ts';
import { keptName, lastPart, notKept, unquoted, type Keeping, type KeepingPlace, type KeepingStatement, type Losing } from './kept.ts';
import { referencedFirst } from './references.ts';
import { writesOf, type Write } from './writes.ts';

/**
 * For statements that do several things to rows at once, or to rows of several tables: what was there is copied, the statement runs as it
 * is, and of the copy only that stays which the statement changed or removed. No other session can write meanwhile.
 */
export function keepDifference({ placed: { statement }, before }: Losing, place: KeepingPlace): Keeping {
  const writes = writesOf(statement, before);
  if (writes === null || writes.length === 0) return notKept('It writes to something that is no table of this history.');
  const stands = writes.map(({ table }) => inTheWay(table, before) ?? keyless(table, before)).find((each) => each !== null);
  if (stands !== undefined) return notKept(stands);
  const ordered = referencedFirst(writes.map((each) => each.table), before);
  const kept = ordered.flatMap((table) => writes.filter((each) => each.table === table)).map((write) => keptWrite(write, { catalog: before, place }));
  const all = kept.flatMap((each) => each.after);
  const deleting = [...kept].reverse().flatMap((each) => each.deleting);
  const others = [...kept.flatMap((each) => each.inserting), ...kept.flatMap((each) => each.updating)];
  // A key that changed with those that refer to it is referred to until the former one is back; all other new rows may stand in the way of the former, by a unique column say.
  const isReferredTo = kept.length > 1 && kept.some((each) => each.moves);
  const undo = exact(...(isReferredTo ? [...others, ...deleting] : [...deleting, ...others]));
  return {
    kind: 'kept',
    what: `what it changes in ${ordered.map((each) => each.name).join(', ')}, of which the whole is copied first`,
    inSchema: true,
    together: true,
    end: [],
    notes: [],
    statements: [
      { sql: `LOCK TABLE ${ordered.map((each) => each.name).join(', ')} IN SHARE ROW EXCLUSIVE MODE`, inverse: null },
      ...kept.map(({ copy }): KeepingStatement => ({ sql: copy, inverse: null })),
      { sql: statement.text, inverse: nothing },
      // The last one is undone first, while everything that is kept is still there.
      ...all.map((sql, index): KeepingStatement => ({ sql, inverse: index === all.length - 1 ? undo : null })),
    ],
  };
}

function keyless(table: SchemaObject, catalog: Snapshot): string | null {
  return primaryKey(table, catalog).length === 0 ? `${table.name} has no primary key by which its rows are told from one another.` : null;
}

interface KeptWrite {
  readonly copy: string;
  /** True when rows may have got another key. */
  readonly moves: boolean;
  /** Run after the statement. */
  readonly after: readonly string[];
  readonly deleting: readonly string[];
  readonly inserting: readonly string[];
  readonly updating: readonly string[];
}

function keptWrite({ table, adds, removes, columns }: Write, { catalog, place }: { readonly catalog: Snapshot; readonly place: KeepingPlace }): KeptWrite {
  const key = primaryKey(table, catalog);
  const plain = unquoted(lastPart(table.name));
  const former = keptName(place, `${plain}_former`);
  const same = (one: string, other: string): string => key.map((column) => `${one}.${column} = ${other}.${column}`).join(' AND ');
  // A row whose key changes goes and comes.
  const moves = columns.some((column) => key.includes(column));
  const added = adds || moves ? keptName(place, `${plain}_added`) : null;
  const values = columns.filter((column) => !key.includes(column));
  return {
    moves,
    copy: `CREATE TABLE ${former} AS SELECT * FROM ${table.name}`,
    after: [
      ...(added === null ? [] : [`CREATE TABLE ${added} AS\n  SELECT ${key.map((column) => `present_row.${column}`).join(', ')} FROM ${table.name} present_row\n  WHERE NOT EXISTS (SELECT FROM ${former} former_row WHERE ${same('former_row', 'present_row')})`]),
      `DELETE FROM ${former} former_row USING ${table.name} present_row\nWHERE ${same('former_row', 'present_row')} AND former_row::text = present_row::text`,
    ],
    deleting: added === null ? [] : [`DELETE FROM ${table.name} present_row USING ${added} added_row WHERE ${same('present_row', 'added_row')}`],
    inserting: removes || moves ? [`${insertBack(table, { kept: `${former} former_row`, catalog, place })}\nWHERE NOT EXISTS (SELECT FROM ${table.name} present_row WHERE ${same('former_row', 'present_row')})`] : [],
    updating: values.length === 0 ? [] : [`UPDATE ${table.name} present_row\nSET ${values.map((column) => `${column} = former_row.${column}`).join(', ')}\nFROM ${former} former_row\nWHERE ${same('former_row', 'present_row')}`],
  };
}
