export const objectKinds = [
  'schema', 'extension', 'type', 'sequence', 'table', 'column', 'constraint', 'index', 'view', 'materialized view',
  'function', 'trigger', 'policy', 'rule', 'statistics', 'publication', 'event trigger', 'default privileges',
  'cast', 'operator', 'operator family', 'operator class', 'access method', 'language', 'transform', 'collation', 'conversion',
  'text search parser', 'text search template', 'text search dictionary', 'text search configuration',
  'foreign data wrapper', 'server', 'user mapping', 'subscription', 'role', 'membership', 'tablespace', 'parameter privileges', 'database', 'security label',
] as const;

export type ObjectKind = (typeof objectKinds)[number];

/** One object of the catalog. */
export interface SchemaObject {
  readonly kind: ObjectKind;
  /** Qualified and quoted as SQL needs it: `public.orders`, `public.orders.total`. */
  readonly name: string;
  /** The table it belongs to, qualified, or null. */
  readonly table: string | null;
  /** Canonical DDL; equal texts mean equal objects. */
  readonly definition: string;
}

/** The catalog as plain data: identity (`kind name`) to object, in an order that does not depend on oids. */
export type Snapshot = Readonly<Record<string, SchemaObject>>;

export type SchemaChange =
  | { readonly change: 'added'; readonly after: SchemaObject }
  | { readonly change: 'removed'; readonly before: SchemaObject }
  | { readonly change: 'altered'; readonly before: SchemaObject; readonly after: SchemaObject };

/** What stands between a table's definition and the names of its columns where their order has changed. */
export const columnOrder = '\n-- columns in this order: ';

/** True when nothing of a table is lost and nothing new, but the columns that it had stand in another order. */
export function isReordering(change: SchemaChange): boolean {
  if (change.change !== 'altered' || change.before.kind !== 'table') return false;
  const [before, after] = [change.before.definition, change.after.definition].map((each) => each.split(columnOrder)[0]);
  return before === after;
}

/** A part of the catalog that no snapshot of this database holds, and why: equal snapshots say nothing of it. */
export interface NotCompared {
  readonly what: string;
  readonly reason: string;
}

/** Contents of one table: how many rows, and one order-independent fingerprint per column. */
export interface TableFingerprint {
  readonly rows: number;
  readonly columns: Readonly<Record<string, string>>;
  /** A hash of each value by column, the rows in one order for all columns; left out where there are too many rows. */
  readonly cells?: Readonly<Record<string, readonly (string | null)[]>>;
}

/** Qualified table name to its contents. */
export type RowFingerprints = Readonly<Record<string, TableFingerprint>>;

/** What a table no longer holds: rows that are gone, or columns whose values differ. */
export interface RowLoss {
  readonly table: string;
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  readonly columns: readonly string[];
}

/** What the down left in tables and sequences, though every row of before is there. */
export type Remainder =
  | {
      readonly kind: 'rows';
      readonly table: string;
      readonly rows: number;
      /** False when there are too many rows to tell whether the others kept their values. */
      readonly compared: boolean;
    }
  | { readonly kind: 'sequence'; readonly sequence: string; readonly before: string; readonly after: string };
