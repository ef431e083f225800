import type { CreatedRelation } from '../sql/effects.ts';
import type { KnownColumn, KnownConstraint, KnownIndex, KnownPartition, KnownTable } from '../sql/known-table.ts';
import { nameKey, type QualifiedName } from '../sql/names.ts';
import { partOf, type Change } from './changes.ts';

/** A table of which nothing is known yet but that statements alter it. */
export const partlyKnown: KnownTable = {
  kind: 'table', isComplete: false, partitioned: false, partitionOf: null, columns: [], constraints: [], indexes: [], rowSecurity: false, rowSecurityForced: false, policies: [], partitions: [], populated: true,
  incoming: [], views: [],
};

export function created({ kind, isPartly, partitioned, partitionOf, columns = [], isUnpopulated }: CreatedRelation): KnownTable {
  return { ...partlyKnown, kind, columns, isComplete: isPartly !== true, partitioned: partitioned === true, partitionOf: partitionOf ?? null, populated: isUnpopulated !== true };
}

/** The table after a change of something in it. */
export function applyTo(table: KnownTable, change: Change): KnownTable {
  switch (change.kind) {
    case 'column added':
      return table.columns.some((each) => each.name === change.column.name) ? table : { ...table, columns: [...table.columns, change.column] };
    case 'column retyped':
      return changeColumn(table, partOf(change.key), (column) => ({ ...column, type: change.type }));
    case 'column altered':
      return alterColumn(table, partOf(change.key), change.to);
    case 'column dropped':
      return dropColumn(table, partOf(change.key));
    case 'column renamed':
      return renameColumn(table, partOf(change.from), partOf(change.to));
    case 'validated':
      return changeConstraint(table, partOf(change.key), (constraint) => ({ ...constraint, valid: true }));
    case 'constraint renamed':
      return { ...changeConstraint(table, partOf(change.from), (constraint) => ({ ...constraint, name: partOf(change.to) })), indexes: table.indexes.map((index) => (index.constraint === partOf(change.from) ? { ...index, name: partOf(change.to), constraint: partOf(change.to) } : index)) };
    case 'row security':
      return { ...table, rowSecurity: change.enabled ?? table.rowSecurity, rowSecurityForced: change.forced ?? table.rowSecurityForced };
    case 'policy':
      return { ...table, policies: [...table.policies, change.policy] };
    case 'policy dropped':
      return { ...table, policies: table.policies.filter((policy) => policy.name !== partOf(change.key)) };
    case 'refreshed':
      return { ...table, populated: change.populated };
    default:
      return table;
  }
}

/** USING INDEX names no columns: they are those of the index, which has the constraint's name by now. */
export function addConstraint(table: KnownTable, added: KnownConstraint): KnownTable {
  const own = table.indexes.find((index) => index.name === added.name);
  const columns = added.columns.length > 0 || own === undefined ? added.columns : own.columns.filter((column) => column !== null);
  const constraint = { ...added, columns, provesNotNull: added.kind === 'primary key' ? columns : added.provesNotNull };
  return { ...table, constraints: [...table.constraints, constraint], indexes: own === undefined ? table.indexes : table.indexes.map((index) => (index === own ? { ...index, constraint: added.name } : index)) };
}

export function dropConstraint(table: KnownTable, name: string): KnownTable {
  const dropped = table.constraints.find((constraint) => constraint.name === name);
  const loses = (column: KnownColumn): boolean => dropped?.kind === 'not null' && dropped.columns.includes(column.name);
  return {
    ...table,
    constraints: table.constraints.filter((constraint) => constraint !== dropped),
    indexes: table.indexes.filter((index) => index.constraint !== name),
    columns: table.columns.map((column) => (loses(column) ? { ...column, notNull: false } : column)),
  };
}

export function attach(table: KnownTable, partition: KnownPartition): KnownTable {
  return { ...detach(table, partition.name), partitioned: true, partitions: [...detach(table, partition.name).partitions, partition] };
}

export function detach(table: KnownTable, partition: QualifiedName): KnownTable {
  return { ...table, partitions: table.partitions.filter(({ name }) => nameKey(name) !== nameKey(partition)) };
}

/** `key` is the index's own. */
export function dropIndex(table: KnownTable, key: string): KnownTable {
  return { ...table, indexes: table.indexes.filter((index) => index.name !== nameOf(key)) };
}

export function renameIndex(table: KnownTable, key: string, to: string): KnownTable {
  const from = nameOf(key);
  return { ...changeConstraint(table, from, (constraint) => ({ ...constraint, name: to })), indexes: table.indexes.map((index) => (index.name === from ? { ...index, name: to, constraint: index.constraint === null ? null : to } : index)) };
}

function nameOf(key: string): string {
  return key.slice(key.indexOf('.') + 1);
}

function changeColumn(table: KnownTable, name: string, to: (column: KnownColumn) => KnownColumn): KnownTable {
  if (!table.columns.some((column) => column.name === name)) return { ...table, columns: [...table.columns, to({ name, type: null, notNull: false, filled: null })] };
  return { ...table, columns: table.columns.map((column) => (column.name === name ? to(column) : column)) };
}

function alterColumn(table: KnownTable, name: string, to: Partial<Pick<KnownColumn, 'notNull' | 'filled'>>): KnownTable {
  const altered = changeColumn(table, name, (column) => ({ ...column, ...to }));
  if (to.notNull !== false) return altered;
  return { ...altered, constraints: altered.constraints.filter((constraint) => constraint.kind !== 'not null' || !constraint.columns.includes(name)) };
}

/** Its indexes, and the constraints that it is in, go with it (manual, ALTER TABLE). */
function dropColumn(table: KnownTable, name: string): KnownTable {
  const without = <T extends KnownConstraint | KnownIndex>(each: T): boolean => !each.columns.includes(name);
  return { ...table, columns: table.columns.filter((column) => column.name !== name), constraints: table.constraints.filter(without), indexes: table.indexes.filter(without) };
}

function renameColumn(table: KnownTable, from: string, to: string): KnownTable {
  const rename = (name: string): string => (name === from ? to : name);
  return {
    ...table,
    columns: table.columns.map((column) => ({ ...column, name: rename(column.name) })),
    constraints: table.constraints.map((constraint) => ({ ...constraint, columns: constraint.columns.map(rename), provesNotNull: constraint.provesNotNull.map(rename) })),
    indexes: table.indexes.map((index) => ({ ...index, columns: index.columns.map((column) => (column === null ? null : rename(column))) })),
  };
}

function changeConstraint(table: KnownTable, name: string, to: (constraint: KnownConstraint) => KnownConstraint): KnownTable {
  return { ...table, constraints: table.constraints.map((constraint) => (constraint.name === name ? to(constraint) : constraint)) };
}
