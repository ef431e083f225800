import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import { child, text, words } from '../../sql/walk.ts';
import { fragment } from '../definition.ts';
import { tableOf } from '../invert/rows.ts';
import { ancestors } from '../objects/create.ts';

/** A foreign key: which columns of one table refer to which of another, and what happens to the rows when those go or change. */
export interface Reference {
  /** The constraint's name in a snapshot. */
  readonly constraint: string;
  readonly from: string;
  readonly columns: readonly string[];
  readonly to: string;
  readonly referenced: readonly string[];
  /** As pg_constraint has them: a (nothing), r (refused), c (CASCADE), n (SET NULL), d (SET DEFAULT). */
  readonly onDelete: string;
  readonly onUpdate: string;
}

export function references(catalog: Snapshot): readonly Reference[] {
  return Object.values(catalog).flatMap((each): Reference[] => {
    if (each.kind !== 'constraint' || each.table === null || !each.definition.includes(' FOREIGN KEY ') || each.definition.includes(' NOT ENFORCED')) return [];
    const node = fragment(each)?.node ?? {};
    const to = tableOf(child(node, 'pktable') ?? {}, catalog);
    const names = (field: string): readonly string[] => words(node[field]).map(quoteIdentifier);
    return to === null ? [] : [{ constraint: each.name, from: each.table, columns: names('fk_attrs'), to: to.name, referenced: names('pk_attrs'), onDelete: text(node, 'fk_del_action') ?? 'a', onUpdate: text(node, 'fk_upd_action') ?? 'a' }];
  });
}

export interface RowChange {
  readonly catalog: Snapshot;
  readonly removes: boolean;
  /** Columns that get other values. */
  readonly columns: readonly string[];
}

/** True when foreign keys change rows along with those of the table, its own or others. Rows of a partition are rows of the tables above it. */
export function isFollowed(table: SchemaObject, { catalog, removes, columns }: RowChange): boolean {
  const names = family(table, catalog);
  return references(catalog).some((each) => names.has(each.to) && ((removes && 'cnd'.includes(each.onDelete)) || ('cnd'.includes(each.onUpdate) && each.referenced.some((column) => columns.includes(column)))));
}

/** The table, those above it and its partitions. */
export function family(table: SchemaObject, catalog: Snapshot): ReadonlySet<string> {
  const below = Object.values(catalog).filter((each) => each.kind === 'table' && ancestors(each, catalog).includes(table.name)).map((each) => each.name);
  return new Set([table.name, ...ancestors(table, catalog), ...below]);
}

/** Rows come back into a table after those that they refer to. */
export function referencedFirst(tables: readonly SchemaObject[], catalog: Snapshot): readonly SchemaObject[] {
  const known = references(catalog);
  const done = new Set<SchemaObject>();
  const entered = new Set<string>();
  const visit = (table: SchemaObject): void => {
    if (entered.has(table.name)) return;
    entered.add(table.name);
    for (const each of known) {
      const other = each.from === table.name ? tables.find(({ name }) => name === each.to) : undefined;
      if (other !== undefined) visit(other);
    }
    done.add(table);
  };
  for (const table of tables) visit(table);
  return [...done];
}
