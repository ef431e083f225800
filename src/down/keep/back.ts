import type { SchemaObject, Snapshot } from '../../model/snapshot.ts';
import { localName, parents } from '../definition.ts';
import { columnParts } from '../objects/column.ts';
import type { KeepingPlace } from './kept.ts';

export interface Return {
  readonly kept: string;
  readonly catalog: Snapshot;
  readonly place: KeepingPlace;
}

/** Generated columns are computed again; columns that an earlier statement kept aside have their rows here, too. */
export function insertBack(table: SchemaObject, { kept, catalog, place }: Return): string {
  const columns = columnsOf(table, catalog).map((each) => ({ name: localName(each), parts: columnParts(each) })).filter(({ parts }) => parts?.generated == null);
  const overriding = columns.some(({ parts }) => parts?.identity?.startsWith('GENERATED ALWAYS') === true) ? ' OVERRIDING SYSTEM VALUE' : '';
  const names = [...columns, ...place.renamed.filter((each) => each.table === table.name)].map((each) => each.name).join(', ');
  return `INSERT INTO ${table.name} (${names})${overriding}\nSELECT ${names} FROM ${kept}`;
}

/** Rows of inheriting tables have columns of their own, and rules do something else than what is written. */
export function inTheWay(table: SchemaObject, catalog: Snapshot): string | null {
  const heirs = Object.values(catalog).filter((each) => each.kind === 'table' && !/\bATTACH PARTITION\b/.test(each.definition) && parents(each).includes(table.name));
  return heirs.length === 0 ? null : `${heirs.map((each) => each.name).join(', ')} inherits from ${table.name}, and its rows would come back in the wrong table.`;
}

export function columnsOf(table: SchemaObject, catalog: Snapshot): readonly SchemaObject[] {
  return Object.values(catalog).filter((each) => each.kind === 'column' && each.table === table.name);
}
