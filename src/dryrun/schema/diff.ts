import { columnOrder, type SchemaChange, type SchemaObject, type Snapshot } from '../../model/snapshot.ts';

/** What has to happen to get from one catalog to the other, in the order of the snapshots. */
export function diffSnapshots(before: Snapshot, after: Snapshot): readonly SchemaChange[] {
  const orders = { before: columnOrders(before), after: columnOrders(after) };
  const removedOrAltered = Object.entries(before).flatMap(([key, object]): SchemaChange[] => {
    const now = after[key];
    if (now === undefined) return [{ change: 'removed', before: object }];
    const reordered = object.kind === 'table' && isReordered(object.name, orders);
    if (!reordered) return object.definition === now.definition ? [] : [{ change: 'altered', before: object, after: now }];
    return [{ change: 'altered', before: withOrder(object, orders.before), after: withOrder(now, orders.after) }];
  });
  const added = Object.entries(after).flatMap(([key, object]): SchemaChange[] => (before[key] === undefined ? [{ change: 'added', after: object }] : []));
  return [...removedOrAltered, ...added];
}

type Orders = ReadonlyMap<string, readonly string[]>;

/** Column names of each table in the table's order, which is the order of the snapshot. */
function columnOrders(snapshot: Snapshot): Orders {
  const orders = new Map<string, string[]>();
  for (const { kind, table, name } of Object.values(snapshot)) {
    if (kind !== 'column' || table === null) continue;
    const columns = orders.get(table) ?? [];
    columns.push(name.slice(table.length + 1));
    orders.set(table, columns);
  }
  return orders;
}

/** True when the columns that both have stand in another order: `SELECT *` and `INSERT` without a column list then differ. */
function isReordered(table: string, orders: { readonly before: Orders; readonly after: Orders }): boolean {
  const before = orders.before.get(table) ?? [];
  const after = orders.after.get(table) ?? [];
  const kept = before.filter((column) => after.includes(column));
  return kept.join('\0') !== after.filter((column) => before.includes(column)).join('\0');
}

function withOrder(table: SchemaObject, orders: Orders): SchemaObject {
  return { ...table, definition: `${table.definition}${columnOrder}${(orders.get(table.name) ?? []).join(', ')}` };
}
