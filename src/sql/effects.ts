import type { LockMode, Work } from '../model/lock.ts';
import type { AstNode, Statement } from '../model/statement.ts';
import { readers } from './effects/readers.ts';
import type { KnownColumn, KnownConstraint, KnownIndex, KnownPolicy } from './known-table.ts';
import type { QualifiedName } from './names.ts';

/**
 * A lock on a relation that the statement names and that exists before it runs. What hangs below it (its partitions, tables that inherit from it, sequences of
 * its columns, what a view reads) is locked along with it where the work reaches it, never more strongly.
 */
export interface RelationLock {
  readonly relation: QualifiedName;
  readonly mode: LockMode;
  /** `its table`: the relation named is an index, and the lock is on the table it belongs to. */
  readonly on: 'itself' | 'its table';
}

export type { Work };

export interface CreatedRelation {
  readonly name: QualifiedName;
  readonly kind: 'table' | 'index' | 'view' | 'materialized view' | 'sequence';
  /** The table that an index is on; null for everything else. */
  readonly table: QualifiedName | null;
  /** Set when nothing happens where the relation exists already. */
  readonly ifNotExists?: boolean;
  readonly partitioned?: boolean;
  readonly partitionOf?: QualifiedName;
  /** The partition for the rows that no other takes. */
  readonly isDefault?: true;
  /** A materialized view WITH NO DATA. */
  readonly isUnpopulated?: true;
  /** Set when it has columns or constraints that the statement does not spell out. */
  readonly isPartly?: true;
  /** What an index is like. */
  readonly index?: KnownIndex;
  /** The columns of a view, where its words name them all. */
  readonly columns?: readonly KnownColumn[];
  /** The relations that a view's query reads. */
  readonly reads?: readonly QualifiedName[];
}

export interface ColumnRef {
  readonly table: QualifiedName;
  readonly column: string;
}

/** A column with the type that a statement gives it. */
export interface ColumnChange extends ColumnRef {
  readonly type: ColumnType | null;
}

/** A column as a statement adds it. */
export interface AddedColumn extends ColumnRef {
  readonly facts: KnownColumn;
}

/** What a statement changes of a column that is there; what is left out stays. */
export interface AlteredColumn extends ColumnRef {
  readonly notNull?: boolean;
  readonly filled?: KnownColumn['filled'];
}

export interface AddedConstraint {
  readonly table: QualifiedName;
  /** The index that becomes the constraint's, and gets its name; null when it builds its own or needs none. */
  readonly usingIndex: string | null;
  readonly facts: KnownConstraint;
}

export interface ConstraintRef {
  readonly table: QualifiedName;
  readonly constraint: string;
}

/** A type as the SQL names it: `{name: 'varchar', modifiers: [20], array: false}`. */
export interface ColumnType {
  readonly name: string;
  readonly modifiers: readonly number[];
  readonly array: boolean;
}

export interface Setting {
  readonly name: string;
  /** As written, without quotes; null when the statement resets it. */
  readonly value: string | null;
  readonly scope: 'session' | 'transaction';
}

/**
 * What a statement does to relations and to its session, as PostgreSQL 14–18 does it. The test suite runs
 * the forms on real servers and compares: this table is measured, never copied.
 */
export interface Effects {
  readonly locks: readonly RelationLock[];
  /** Locks that only the catalog can name, in words: "the tables that its foreign keys reference"; null when there are none. */
  readonly furtherLocks: string | null;
  readonly rewrite: Work;
  readonly scan: Work;
  readonly created: readonly CreatedRelation[];
  readonly dropped: readonly QualifiedName[];
  readonly renamed: readonly { readonly from: QualifiedName; readonly to: QualifiedName }[];
  readonly columnsAdded: readonly AddedColumn[];
  readonly columnsRetyped: readonly ColumnChange[];
  readonly columnsAltered: readonly AlteredColumn[];
  readonly columnsDropped: readonly ColumnRef[];
  readonly columnsRenamed: readonly (ColumnRef & { readonly to: string })[];
  readonly constraintsAdded: readonly AddedConstraint[];
  readonly constraintsDropped: readonly ConstraintRef[];
  readonly constraintsRenamed: readonly (ConstraintRef & { readonly to: string })[];
  readonly validated: readonly ConstraintRef[];
  readonly partitionsAttached: readonly { readonly parent: QualifiedName; readonly partition: QualifiedName; readonly isDefault: boolean }[];
  readonly partitionsDetached: readonly { readonly parent: QualifiedName; readonly partition: QualifiedName }[];
  /** A materialized view that REFRESH fills, or empties. */
  readonly refreshed: { readonly view: QualifiedName; readonly populated: boolean } | null;
  /** A domain as CREATE or ALTER DOMAIN leaves it. */
  readonly domain: { readonly name: QualifiedName; readonly constraints: 'some' | 'none' } | null;
  /** Row-level security as it is afterwards; what is left out stays. */
  readonly rowSecurity: readonly { readonly table: QualifiedName; readonly enabled?: boolean; readonly forced?: boolean }[];
  readonly policiesCreated: readonly { readonly table: QualifiedName; readonly facts: KnownPolicy }[];
  readonly policiesDropped: readonly { readonly table: QualifiedName; readonly policy: string }[];
  /** A value that ALTER TYPE adds to an enum: it cannot be used before the transaction ends. */
  readonly enumValueAdded: { readonly type: QualifiedName; readonly value: string } | null;
  readonly transaction: 'begin' | 'commit' | 'rollback' | null;
  readonly setting: Setting | null;
  /** What it is, as a message names it, when it cannot run inside a transaction block: `CREATE INDEX CONCURRENTLY`. */
  readonly outsideOnly: string | null;
  /** The same, where that is so only for a partitioned table or index. */
  readonly outsideWhenPartitioned: string | null;
}

/** What the statement does; pure, and computed once for each statement text. */
export function effects(statement: Statement): Effects {
  const { memory } = statement;
  memory.effects ??= read(statement.kind, statement.node);
  return memory.effects as Effects; // The slot is written here only.
}

const noWork: Work = { kind: 'no' };

const none: readonly never[] = [];

export const noEffects: Effects = complete({});

function read(kind: string, node: AstNode): Effects {
  const reader = readers[kind];
  return reader === undefined ? noEffects : complete(reader(node));
}

/** Field by field, so that all effects have one shape: with ten thousand statements that is measurable. */
function complete(part: Partial<Effects>): Effects {
  return {
    locks: part.locks ?? none,
    furtherLocks: part.furtherLocks ?? null,
    rewrite: part.rewrite ?? noWork,
    scan: part.scan ?? noWork,
    created: part.created ?? none,
    dropped: part.dropped ?? none,
    renamed: part.renamed ?? none,
    columnsAdded: part.columnsAdded ?? none,
    columnsRetyped: part.columnsRetyped ?? none,
    columnsAltered: part.columnsAltered ?? none,
    columnsDropped: part.columnsDropped ?? none,
    columnsRenamed: part.columnsRenamed ?? none,
    constraintsAdded: part.constraintsAdded ?? none,
    constraintsDropped: part.constraintsDropped ?? none,
    constraintsRenamed: part.constraintsRenamed ?? none,
    validated: part.validated ?? none,
    partitionsAttached: part.partitionsAttached ?? none,
    partitionsDetached: part.partitionsDetached ?? none,
    refreshed: part.refreshed ?? null,
    domain: part.domain ?? null,
    rowSecurity: part.rowSecurity ?? none,
    policiesCreated: part.policiesCreated ?? none,
    policiesDropped: part.policiesDropped ?? none,
    enumValueAdded: part.enumValueAdded ?? null,
    transaction: part.transaction ?? null,
    setting: part.setting ?? null,
    outsideOnly: part.outsideOnly ?? null,
    outsideWhenPartitioned: part.outsideWhenPartitioned ?? null,
  };
}
