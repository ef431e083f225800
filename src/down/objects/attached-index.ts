import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import type { Statement } from '../../model/statement.ts';
import { listOf, text } from '../../sql/walk.ts';
import { definitionOf, localName, parents } from '../definition.ts';
import type { Altered, Change } from './change.ts';

/** True for the statement by which a definition says that an index belongs to one of a partitioned table. */
export function attachesIndex({ kind, node }: Statement): boolean {
  return kind === 'AlterTableStmt' && text(node, 'objtype') === 'OBJECT_INDEX' && text(listOf(node['cmds'], 'AlterTableCmd')[0] ?? {}, 'subtype') === 'AT_AttachPartition';
}

/** What a definition ends with, without that: indexes follow their tables when those are attached and detached. */
export function withoutAttachment(object: SchemaObject): readonly Statement[] {
  return definitionOf(object).rest.filter((each) => !attachesIndex(each));
}

/** The index of a partitioned table that the index, or that of the key, belongs to. */
export function indexAbove(object: SchemaObject): string | null {
  const isIndex = object.kind === 'index' || object.kind === 'constraint';
  return isIndex && object.definition.includes(' ATTACH PARTITION ') ? (parents(object)[0] ?? null) : null;
}

/** PostgreSQL's word for an index of a partitioned table that not every partition has. */
export const invalid = ' /* INVALID */';

export function isInvalid(index: SchemaObject | undefined): boolean {
  return index?.definition.includes(invalid) === true;
}

/**
 * Attaching cannot be taken back (manual, ALTER INDEX): the index above is dropped with all that belong to it, and each is made again on its own.
 * Null when nothing has to be done, because the tables themselves are detached, or nothing came to belong to another.
 */
export function detachIndex({ now, was, catalog, former }: Altered): Change | null {
  const above = indexAbove(now);
  if (above === null || above === indexAbove(was) || partitionedTable(now, catalog) !== partitionedTable(was, former)) return null;
  const keys = new Set([...keysOfIndex(above, catalog)]);
  for (const key of keys) {
    const name = nameOfIndex(catalog[key]);
    for (const [other, object] of Object.entries(catalog)) if (indexAbove(object) === name) keys.add(other);
  }
  return { statements: [], reasons: [], inTheWay: [...keys] };
}

/** The index as a key of the catalog: its own, or that of its constraint. */
export function keysOfIndex(name: string, catalog: Snapshot): readonly string[] {
  return Object.entries(catalog).filter(([, each]) => (each.kind === 'constraint' || each.kind === 'index') && nameOfIndex(each) === name).map(([key]) => key);
}

/** A key's index has the key's name and lies in the schema of its table. */
export function nameOfIndex(object: SchemaObject | undefined): string {
  if (object === undefined || object.kind === 'index') return object?.name ?? '';
  const schema = /^("(?:[^"]|"")*"|[^."]+)\./.exec(object.table ?? '')?.[0] ?? '';
  return `${schema}${localName(object)}`;
}

function partitionedTable(index: SchemaObject, catalog: Snapshot): string | null {
  const table = catalog[`table ${index.table ?? ''}`];
  return table === undefined ? null : (parents(table)[0] ?? null);
}
