import type { ColumnType } from '../sql/effects.ts';
import type { QualifiedName } from '../sql/names.ts';
import type { SqlScript } from '../sql/script.ts';
import { tableKey, type Change } from './changes.ts';
import { changesOf } from './notes.ts';

/** A constraint that says of a column that it holds no null. */
interface NullProof {
  readonly column: string;
  readonly constraint: string;
  readonly by: 'check' | 'not null';
  readonly valid: boolean;
}

interface RelationFacts {
  readonly exists: boolean;
  readonly partitioned: boolean;
  readonly proofs: readonly NullProof[];
}

const unknown: RelationFacts = { exists: false, partitioned: false, proofs: [] };

/** What scripts, read in order, tell of the schema. It knows what they say and nothing else: an absent answer is null. Keys are those of `Change`. */
export class KnownSchema {
  private readonly parent: KnownSchema | null;
  private readonly columns = new Map<string, ColumnType | null>();
  private readonly indexes = new Map<string, QualifiedName | null>();
  private readonly relations = new Map<string, RelationFacts>();

  constructor(parent: KnownSchema | null) {
    this.parent = parent;
  }

  apply(change: Change): void {
    switch (change.kind) {
      case 'created':
        if (change.table !== null) this.indexes.set(change.key, change.table);
        this.relations.set(change.key, { exists: true, partitioned: change.partitioned, proofs: [] });
        break;
      case 'dropped':
        this.indexes.set(change.key, null);
        this.relations.set(change.key, unknown);
        break;
      case 'renamed':
        this.rename(change.from, change.to);
        break;
      case 'column added':
      case 'column retyped':
        this.columns.set(change.key, change.type);
        break;
      case 'column dropped':
        this.columns.set(change.key, null);
        this.changeProofs(tableKey(change.key), (proof) => (proof.column === change.key ? null : proof));
        break;
      case 'column renamed':
        this.columns.set(change.to, this.columnType(change.from));
        this.columns.set(change.from, null);
        this.changeProofs(tableKey(change.from), (proof) => (proof.column === change.from ? { ...proof, column: change.to } : proof));
        break;
      default:
        this.applyToProofs(change);
        break;
    }
  }

  /** True for CREATE … IF NOT EXISTS of what exists: the statement does nothing. */
  isRepeated(changes: readonly Change[]): boolean {
    return changes.some((change) => change.kind === 'created' && change.ifNotExists && this.exists(change.key));
  }

  exists(key: string): boolean {
    return this.relation(key).exists;
  }

  isPartitioned(key: string): boolean {
    return this.relation(key).partitioned;
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
    return this.relation(tableKey(key)).proofs.some((proof) => proof.column === key && proof.valid);
  }

  private applyToProofs(change: Change): void {
    switch (change.kind) {
      case 'null check': {
        const { column, constraint, by, valid } = change;
        const facts = this.relation(tableKey(column));
        this.relations.set(tableKey(column), { ...facts, proofs: [...facts.proofs, { column, constraint, by, valid }] });
        break;
      }
      case 'validated':
        this.changeProofs(tableKey(change.constraint), (proof) => (proof.constraint === change.constraint ? { ...proof, valid: true } : proof));
        break;
      case 'constraint dropped':
        this.changeProofs(tableKey(change.key), (proof) => (proof.constraint === change.key ? null : proof));
        break;
      case 'nulls allowed':
        this.changeProofs(tableKey(change.key), (proof) => (proof.column === change.key && proof.by === 'not null' ? null : proof));
        break;
      default:
        break;
    }
  }

  private relation(key: string): RelationFacts {
    return this.relations.get(key) ?? this.parent?.relation(key) ?? unknown;
  }

  private rename(from: string, to: string): void {
    const facts = this.relation(from);
    const moved = (key: string): string => to + key.slice(from.length);
    this.relations.set(to, { ...facts, proofs: facts.proofs.map((proof) => ({ ...proof, column: moved(proof.column), constraint: moved(proof.constraint) })) });
    this.relations.set(from, unknown);
  }

  /** Null takes a proof away. */
  private changeProofs(table: string, change: (proof: NullProof) => NullProof | null): void {
    const facts = this.relation(table);
    if (facts.proofs.length > 0) this.relations.set(table, { ...facts, proofs: facts.proofs.map(change).filter((proof) => proof !== null) });
  }
}

/** The schema after some scripts. */
export interface Past {
  readonly schema: KnownSchema;
  /** What the last of them created IF NOT EXISTS although it existed: a down of it does not undo that. */
  readonly repeated: ReadonlySet<string>;
}

const kept = new WeakMap<readonly SqlScript[], Past>();
const nothing: readonly SqlScript[] = [];

/** What the ups before a migration tell; computed once for each array of scripts. */
export function pastOf(history: readonly SqlScript[] = nothing): Past {
  const known = kept.get(history);
  if (known !== undefined) return known;
  const schema = new KnownSchema(null);
  const repeated = new Set<string>();
  for (const script of history) {
    repeated.clear();
    for (const { statement } of script.statements) {
      const changes = changesOf(statement);
      const isRepeated = schema.isRepeated(changes);
      for (const change of changes) {
        if (!isRepeated) schema.apply(change);
        else if (change.kind === 'created') repeated.add(change.key);
      }
    }
  }
  const made: Past = { schema, repeated };
  kept.set(history, made);
  return made;
}
