import { columnOrder, type SchemaChange, type SchemaObject, type Snapshot } from '../../model/snapshot.ts';

/** What has to happen to get from one catalog to the other, in the order of the snapshots. */
export function diffSnapshots(before: Snapshot, after: Snapshot): readonly SchemaChange[] {
  const orders = { before: columnOrders(before), after: columnOrders(after) };
  const changes: SchemaChange[] = [];
  for (const key in before) {
    const [was, is] = [before[key], after[key]];
    if (was === undefined) continue;
    if (is === undefined) changes.push({ change: 'removed', before: was });
    else if (was.kind === 'table' && isReordered(was.name, orders)) changes.push({ change: 'altered', before: withOrder(was, orders.before), after: withOrder(is, orders.after) });
    else if (was.definition !== is.definition) changes.push({ change: 'altered', before: was, after: is });
  }
  for (const key in after) {
    const is = after[key];
    if (is !== undefined && before[key] === undefined) changes.push({ change: 'added', after: is });
  }
  return changes;
}

type Orders = ReadonlyMap<string, readonly string[]>;

/** Qualified column names of each table in the table's order, which is the order of the snapshot. */
function columnOrders(snapshot: Snapshot): Orders {
  const orders = new Map<string, string[]>();
  for (const key in snapshot) {
    const object = snapshot[key];
    if (object?.kind !== 'column' || object.table === null) continue;
    const columns = orders.get(object.table);
    if (columns === undefined) orders.set(object.table, [object.name]);
    else columns.push(object.name);
  }
  return orders;
}

/** True when the columns that both have stand in another order: `SELECT *` and `INSERT` without a column list then differ. */
function isReordered(table: string, orders: { readonly before: Orders; readonly after: Orders }): boolean {
  const before = orders.before.get(table) ?? [];
  const after = orders.after.get(table) ?? [];
  if (before.length === after.length && before.every((column, index) => column === after[index])) return false;
  const kept = before.filter((column) => after.includes(column));
  return after.filter((column) => before.includes(column)).some((column, index) => column !== kept[index]);
}

function withOrder(table: SchemaObject, orders: Orders): SchemaObject {
  const names = (orders.get(table.name) ?? []).map((column) => column.slice(table.name.length + 1));
  return { ...table, definition: `${table.definition}${columnOrder}${names.join(', ')}` };
}
