import type { ColumnType } from '../sql/effects.ts';
import type { QualifiedName } from '../sql/names.ts';
import type { SqlScript } from '../sql/script.ts';
import type { Change } from './changes.ts';
import { changesOf } from './notes.ts';

/** What scripts, read in order, tell of the schema. It knows what they say and nothing else: an absent answer is null. Keys are those of `Change`. */
export class KnownSchema {
  private readonly parent: KnownSchema | null;
  private readonly columns = new Map<string, ColumnType | null>();
  private readonly indexes = new Map<string, QualifiedName | null>();
  /** Constraint to the column that it checks for nulls. */
  private readonly checks = new Map<string, string>();
  private readonly proven = new Set<string>();

  constructor(parent: KnownSchema | null) {
    this.parent = parent;
  }

  apply(change: Change): void {
    switch (change.kind) {
      case 'created':
        if (change.table !== null) this.indexes.set(change.key, change.table);
        break;
      case 'dropped':
        this.indexes.set(change.key, null);
        break;
      case 'column added':
      case 'column retyped':
        this.columns.set(change.key, change.type);
        break;
      case 'column dropped':
        this.columns.set(change.key, null);
        break;
      case 'column renamed':
        this.columns.set(change.to, this.columnType(change.from));
        this.columns.set(change.from, null);
        break;
      case 'null check':
        if (change.valid) this.proven.add(change.column);
        if (change.constraint !== null) this.checks.set(change.constraint, change.column);
        break;
      case 'validated':
        this.prove(this.checkedColumn(change.constraint));
        break;
      default:
        break;
    }
  }

  columnType(key: string): ColumnType | null {
    const own = this.columns.get(key);
    return own === undefined ? (this.parent?.columnType(key) ?? null) : own;
  }

  tableOfIndex(key: string): QualifiedName | null {
    const own = this.indexes.get(key);
    return own === undefined ? (this.parent?.tableOfIndex(key) ?? null) : own;
  }

  provenNotNull(key: string): boolean {
    return this.proven.has(key) || (this.parent?.provenNotNull(key) ?? false);
  }

  private checkedColumn(constraint: string): string | null {
    return this.checks.get(constraint) ?? this.parent?.checkedColumn(constraint) ?? null;
  }

  private prove(column: string | null): void {
    if (column !== null) this.proven.add(column);
  }
}

const kept = new WeakMap<readonly SqlScript[], KnownSchema>();
const nothing: readonly SqlScript[] = [];

/** What the ups before a migration tell; computed once for each array of scripts. */
export function schemaAfter(history: readonly SqlScript[] = nothing): KnownSchema {
  const known = kept.get(history);
  if (known !== undefined) return known;
  const made = new KnownSchema(null);
  for (const script of history) for (const { statement } of script.statements) for (const change of changesOf(statement)) made.apply(change);
  kept.set(history, made);
  return made;
}
