import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import type { AstNode, Statement } from '../../model/statement.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { child, listOf, text, walk, type TypedNode } from '../../sql/walk.ts';
import { tableOf } from '../invert/rows.ts';
import { family, references } from './references.ts';

/** What a statement may do to the rows of one table. */
export interface Write {
  readonly table: SchemaObject;
  readonly adds: boolean;
  readonly removes: boolean;
  /** Columns whose values it may change. */
  readonly columns: readonly string[];
}

/** Every table whose rows the statement may change, also by its WITH and by what foreign keys do along; null when it writes to something that is no table. */
export function writesOf({ kind, node }: Statement, catalog: Snapshot): readonly Write[] | null {
  const writes = new Map<string, Write>();
  let unknown = false;
  walk([{ [kind]: node }], (each) => {
    const own = writeOf(each);
    if (own === null) return undefined;
    const table = tableOf(child(each.node, 'relation') ?? {}, catalog);
    if (table === null) unknown = true;
    else add(writes, { table, ...own });
    return undefined;
  });
  if (unknown) return null;
  for (const write of [...writes.values()]) followKeys(write, { catalog, writes });
  return [...writes.values()];
}

type Own = Omit<Write, 'table'>;

function writeOf({ kind, node }: TypedNode): Own | null {
  switch (kind) {
    case 'DeleteStmt':
      return { adds: false, removes: true, columns: [] };
    case 'UpdateStmt':
      return { adds: false, removes: false, columns: targets(node) };
    case 'InsertStmt':
      return { adds: true, removes: false, columns: targets(child(node, 'onConflictClause') ?? {}) };
    case 'MergeStmt': {
      const clauses = listOf(node['mergeWhenClauses'], 'MergeWhenClause');
      const has = (command: string): boolean => clauses.some((each) => text(each, 'commandType') === command);
      return { adds: has('CMD_INSERT'), removes: has('CMD_DELETE'), columns: clauses.filter((each) => text(each, 'commandType') === 'CMD_UPDATE').flatMap(targets) };
    }
    default:
      return null;
  }
}

function targets(node: AstNode): readonly string[] {
  return listOf(node['targetList'], 'ResTarget').map((each) => quoteIdentifier(text(each, 'name') ?? ''));
}

/** True when the write says more of the table than was known. */
function add(writes: Map<string, Write>, { table, adds, removes, columns }: Write): boolean {
  const known = writes.get(table.name) ?? { table, adds: false, removes: false, columns: [] };
  const now: Write = { table, adds: known.adds || adds, removes: known.removes || removes, columns: [...new Set([...known.columns, ...columns])] };
  const isNew = !writes.has(table.name) || now.adds !== known.adds || now.removes !== known.removes || now.columns.length > known.columns.length;
  writes.set(table.name, now);
  return isNew;
}

interface Following {
  readonly catalog: Snapshot;
  readonly writes: Map<string, Write>;
}

function followKeys({ table, removes, columns }: Write, { catalog, writes }: Following): void {
  const names = family(table, catalog);
  for (const each of references(catalog).filter(({ to }) => names.has(to))) {
    const from = catalog[`table ${each.from}`];
    const changes = each.referenced.some((column) => columns.includes(column));
    if (from === undefined) continue;
    const follows: Own = {
      adds: false,
      removes: removes && each.onDelete === 'c',
      columns: (removes && 'nd'.includes(each.onDelete)) || (changes && 'cnd'.includes(each.onUpdate)) ? each.columns : [],
    };
    if ((follows.removes || follows.columns.length > 0) && add(writes, { table: from, ...follows })) followKeys({ table: from, ...follows }, { catalog, writes });
  }
}
