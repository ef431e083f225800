import type { PlacedStatement } from '../model/statement.ts';
import { effects, type ColumnType, type Effects } from '../sql/effects.ts';
import { nameKey, type QualifiedName } from '../sql/names.ts';
import type { SqlScript } from '../sql/script.ts';

/** What scripts, read in order, tell of the schema. It knows what they say and nothing else: an absent answer is null. */
export class KnownSchema {
  private readonly parent: KnownSchema | null;
  private readonly columns = new Map<string, ColumnType | null>();
  private readonly indexes = new Map<string, QualifiedName | null>();
  private readonly notNull = new Map<string, { readonly column: string; readonly valid: boolean }>();
  private readonly proven = new Set<string>();

  constructor(parent: KnownSchema | null) {
    this.parent = parent;
  }

  apply(change: Effects): void {
    for (const { table, column, type } of change.columnsAdded) this.columns.set(columnKey(table, column), type);
    for (const { table, column, type } of change.columnsRetyped) this.columns.set(columnKey(table, column), type);
    for (const { table, column } of change.columnsDropped) this.columns.set(columnKey(table, column), null);
    for (const { table, column, to } of change.columnsRenamed) {
      this.columns.set(columnKey(table, to), this.columnType(table, column));
      this.columns.set(columnKey(table, column), null);
    }
    for (const created of change.created) if (created.table !== null) this.indexes.set(nameKey(created.name), created.table);
    for (const name of change.dropped) this.indexes.set(nameKey(name), null);
    this.applyChecks(change);
  }

  columnType(table: QualifiedName, column: string): ColumnType | null {
    const own = this.columns.get(columnKey(table, column));
    return own === undefined ? (this.parent?.columnType(table, column) ?? null) : own;
  }

  tableOfIndex(index: QualifiedName): QualifiedName | null {
    const own = this.indexes.get(nameKey(index));
    return own === undefined ? (this.parent?.tableOfIndex(index) ?? null) : own;
  }

  provenNotNull(table: QualifiedName, column: string): boolean {
    return this.proven.has(columnKey(table, column)) || (this.parent?.provenNotNull(table, column) ?? false);
  }

  /** The column that a named CHECK (column IS NOT NULL), valid or not, is about. */
  private check(key: string): { readonly column: string; readonly valid: boolean } | null {
    return this.notNull.get(key) ?? this.parent?.check(key) ?? null;
  }

  private applyChecks(change: Effects): void {
    for (const { table, column, constraint, valid } of change.checksNotNull) {
      if (valid) this.proven.add(columnKey(table, column));
      if (constraint !== null) this.notNull.set(columnKey(table, constraint), { column, valid });
    }
    for (const { table, constraint } of change.validated) {
      const check = this.check(columnKey(table, constraint));
      if (check !== null) this.proven.add(columnKey(table, check.column));
    }
  }
}

const kept = new WeakMap<readonly SqlScript[], KnownSchema>();

/** What the ups before a migration tell; computed once for each array of scripts. */
export function schemaAfter(history: readonly SqlScript[]): KnownSchema {
  const known = kept.get(history);
  if (known !== undefined) return known;
  const made = new KnownSchema(null);
  for (const script of history) for (const placed of script.statements) applyStatement(made, placed);
  kept.set(history, made);
  return made;
}

function applyStatement(schema: KnownSchema, placed: PlacedStatement): void {
  schema.apply(effects(placed.statement));
}

function columnKey(table: QualifiedName, column: string): string {
  return `${nameKey(table)} ${column}`;
}
