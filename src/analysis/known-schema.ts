import type { ColumnType, CreatedRelation } from '../sql/effects.ts';
import type { KnownPartition, KnownTable } from '../sql/known-table.ts';
import { nameKey, type QualifiedName } from '../sql/names.ts';
import type { SqlScript } from '../sql/script.ts';
import { partOf, subjectOf, type Change } from './changes.ts';
import { changesOf } from './notes.ts';
import * as edit from './table-edits.ts';

/** What scripts, read in order, tell of the schema. It knows what they say and nothing else: an absent answer is null. Keys are those of `Change`. */
export class KnownSchema {
  private readonly parent: KnownSchema | null;
  /** Null for what was dropped. */
  private readonly tables = new Map<string, KnownTable | null>();
  private readonly indexes = new Map<string, QualifiedName | null>();
  /** What something creates. */
  private readonly existing = new Map<string, boolean>();
  /** Null for what is no domain any more. */
  private readonly domains = new Map<string, 'some' | 'none' | null>();

  constructor(parent: KnownSchema | null) {
    this.parent = parent;
  }

  apply(change: Change): void {
    switch (change.kind) {
      case 'created':
        this.create(change.key, change.relation);
        break;
      case 'dropped':
        this.drop(change.key);
        break;
      case 'renamed':
        this.rename(change.from, change.to, change.name);
        break;
      case 'constraint added':
        this.change(change.key, (table) => edit.addConstraint(table, change.constraint));
        break;
      case 'constraint dropped':
        this.change(change.key, (table) => edit.dropConstraint(table, partOf(change.key)));
        break;
      case 'partition attached':
        this.attach(nameOfKey(change.key), change.partition);
        break;
      case 'partition detached':
        this.detach(change.key, change.partition);
        break;
      case 'domain':
        this.domains.set(change.key, change.constraints);
        break;
      case 'named':
        if (this.domain(change.key) !== null) this.domains.set(change.key, null);
        break;
      case 'transaction':
      case 'setting':
      case 'enum value':
        break;
      default:
        this.change('key' in change ? change.key : change.from, (table) => edit.applyTo(table, change));
        break;
    }
  }

  /** True for CREATE … IF NOT EXISTS of what exists: the statement does nothing. */
  isRepeated(changes: readonly Change[]): boolean {
    return changes.some((change) => change.kind === 'created' && change.relation.ifNotExists === true && this.exists(change.key));
  }

  exists(key: string): boolean {
    return this.existing.get(key) ?? this.parent?.exists(key) ?? false;
  }

  /** Null when nothing is known of it. */
  table(key: string): KnownTable | null {
    const own = this.tables.get(key);
    return own === undefined ? (this.parent?.table(key) ?? null) : own;
  }

  hasColumn(key: string): boolean {
    const name = partOf(key);
    return this.table(subjectOf(key))?.columns.some((column) => column.name === name) ?? false;
  }

  columnType(key: string): ColumnType | null {
    const name = partOf(key);
    return this.table(subjectOf(key))?.columns.find((column) => column.name === name)?.type ?? null;
  }

  tableOfIndex(key: string): QualifiedName | null {
    const own = this.indexes.get(key);
    return own === undefined ? (this.parent?.tableOfIndex(key) ?? null) : own;
  }

  provenNotNull(key: string): boolean {
    const name = partOf(key);
    const table = this.table(subjectOf(key));
    if (table === null) return false;
    return table.columns.some((column) => column.name === name && column.notNull) || table.constraints.some((each) => each.valid && each.enforced && each.provesNotNull.includes(name));
  }

  /** Whether a domain has constraints; null when nothing tells of it. */
  domain(key: string): 'some' | 'none' | null {
    const own = this.domains.get(key);
    return own === undefined ? (this.parent?.domain(key) ?? null) : own;
  }

  private attach(parent: QualifiedName, partition: KnownPartition): void {
    this.change(nameKey(parent), (table) => edit.attach(table, partition));
    this.change(nameKey(partition.name), (table) => ({ ...table, partitionOf: parent }));
  }

  private detach(parent: string, partition: QualifiedName): void {
    this.change(parent, (table) => edit.detach(table, partition));
    this.change(nameKey(partition), (table) => ({ ...table, partitionOf: null }));
  }

  private change(key: string, to: (table: KnownTable) => KnownTable): void {
    const subject = subjectOf(key);
    const before = this.table(subject) ?? edit.partlyKnown;
    const after = to(before);
    this.tables.set(subject, after);
    if (before.constraints !== after.constraints) this.relink(subject, before, after);
  }

  /** Tells the tables that foreign keys refer to. */
  private relink(key: string, before: KnownTable, after: KnownTable): void {
    const gone = before.constraints.filter((each) => !after.constraints.some((other) => other.name === each.name));
    const come = after.constraints.filter((each) => !before.constraints.some((other) => other.name === each.name));
    for (const { name, references } of gone) if (references !== null) this.change(nameKey(references.table), (table) => ({ ...table, incoming: table.incoming.filter((each) => each.constraint !== name || nameKey(each.table) !== key) }));
    for (const { name, references } of come) if (references !== null) this.change(nameKey(references.table), (table) => ({ ...table, incoming: [...table.incoming, { table: nameOfKey(key), constraint: name }] }));
  }

  private create(key: string, relation: CreatedRelation): void {
    this.existing.set(key, true);
    const { table, index, reads = [] } = relation;
    if (table !== null) {
      this.indexes.set(key, table);
      if (index !== undefined) this.change(nameKey(table), (known) => ({ ...known, indexes: [...known.indexes, index] }));
      return;
    }
    // OR REPLACE leaves the views that read a view.
    const views = relation.kind === 'view' ? (this.table(key)?.views ?? []) : [];
    this.tables.set(key, { ...edit.created(relation), views });
    if (relation.partitionOf !== undefined) this.attach(relation.partitionOf, { name: relation.name, isDefault: relation.isDefault === true });
    for (const read of reads) this.change(nameKey(read), (known) => ({ ...known, views: [...known.views.filter((view) => nameKey(view) !== key), relation.name] }));
  }

  private drop(key: string): void {
    this.existing.set(key, false);
    const indexed = this.tableOfIndex(key);
    this.indexes.set(key, null);
    if (indexed !== null) this.change(nameKey(indexed), (table) => edit.dropIndex(table, key));
    const parent = this.table(key)?.partitionOf ?? null;
    if (parent !== null) this.change(nameKey(parent), (table) => edit.detach(table, nameOfKey(key)));
    if (this.table(key) !== null) this.change(key, (table) => ({ ...table, constraints: [] }));
    this.tables.set(key, null);
  }

  private rename(from: string, to: string, name: QualifiedName): void {
    this.existing.set(to, this.exists(from)).set(from, false);
    const indexed = this.tableOfIndex(from);
    this.indexes.set(to, indexed).set(from, null);
    if (indexed !== null) this.change(nameKey(indexed), (table) => edit.renameIndex(table, from, name.name));
    const table = this.table(from);
    this.tables.set(to, table).set(from, null);
    for (const { name: index } of table?.indexes ?? []) this.indexes.set(nameKey({ schema: name.schema, name: index }), name);
    if (table !== null) this.follow(table, from, name);
  }

  /** Foreign keys of and to a renamed table say its new name. */
  private follow({ incoming, constraints, partitionOf, partitions }: KnownTable, from: string, name: QualifiedName): void {
    if (partitionOf !== null) this.change(nameKey(partitionOf), (known) => ({ ...known, partitions: known.partitions.map((each) => (nameKey(each.name) === from ? { ...each, name } : each)) }));
    for (const partition of partitions) this.change(nameKey(partition.name), (known) => ({ ...known, partitionOf: name }));
    const renamed = (each: QualifiedName): QualifiedName => (nameKey(each) === from ? name : each);
    for (const { table } of incoming) {
      this.change(nameKey(renamed(table)), (known) => ({ ...known, constraints: known.constraints.map((each) => (each.references === null ? each : { ...each, references: { ...each.references, table: renamed(each.references.table) } })) }));
    }
    for (const { references } of constraints) {
      if (references !== null) this.change(nameKey(renamed(references.table)), (known) => ({ ...known, incoming: known.incoming.map((each) => ({ ...each, table: renamed(each.table) })) }));
    }
  }
}

function nameOfKey(key: string): QualifiedName {
  const dot = key.indexOf('.');
  return { schema: key.slice(0, dot), name: key.slice(dot + 1) };
}

/** The schema after some scripts. */
export interface Past {
  readonly schema: KnownSchema;
  /** What the last of them created IF NOT EXISTS although it existed: a down of it does not undo that. */
  readonly repeated: ReadonlySet<string>;
}

const nothing: Past = { schema: new KnownSchema(null), repeated: new Set() };

/** What scripts tell that run one after the other, after others or as the first. */
export function pastOf(scripts: readonly SqlScript[], before: Past = nothing): Past {
  const schema = new KnownSchema(before.schema);
  const repeated = new Set<string>();
  for (const script of scripts) {
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
  return { schema, repeated };
}

/**
 * A history that is asked what each part of it leads to. Each answer grows from one that has its scripts but the last few (as many as the lowest bit of its
 * number says), so that thousands of answers share what they know, and none has to ask more than a dozen others.
 */
export class Pasts {
  private readonly scripts: readonly SqlScript[];
  private readonly known = new Map<number, Past>();

  constructor(scripts: readonly SqlScript[]) {
    this.scripts = scripts;
  }

  /** After the first so many scripts. */
  after(count: number): Past {
    if (count <= 0) return nothing;
    const kept = this.known.get(count);
    if (kept !== undefined) return kept;
    const from = count & (count - 1);
    const past = pastOf(this.scripts.slice(from, count), this.after(from));
    this.known.set(count, past);
    return past;
  }
}
