import type { LockMode } from '../model/lock.ts';
import type { AstNode, Statement } from '../model/statement.ts';
import { readers } from './effects/readers.ts';
import type { QualifiedName } from './names.ts';

/** A lock on a relation that exists before the statement runs. */
export interface RelationLock {
  readonly relation: QualifiedName;
  readonly mode: LockMode;
  /** `its table`: the relation named is an index, and the lock is on the table it belongs to. */
  readonly on: 'itself' | 'its table';
}

/** Whether PostgreSQL does some work over all rows; `depends` on the catalog or the rows, as the reason says. */
export type Work =
  | { readonly kind: 'no' }
  | { readonly kind: 'yes' | 'depends'; readonly reason: string };

export interface CreatedRelation {
  readonly name: QualifiedName;
  readonly kind: 'table' | 'index' | 'view' | 'materialized view' | 'sequence';
  /** The table that an index is on; null for everything else. */
  readonly table: QualifiedName | null;
  /** Set when nothing happens where the relation exists already. */
  readonly ifNotExists?: boolean;
  readonly partitioned?: boolean;
}

export interface ColumnRef {
  readonly table: QualifiedName;
  readonly column: string;
}

/** A column as a statement defines it; `type` is null when it only drops or renames it. */
export interface ColumnChange extends ColumnRef {
  readonly type: ColumnType | null;
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
  readonly columnsAdded: readonly ColumnChange[];
  readonly columnsRetyped: readonly ColumnChange[];
  readonly columnsDropped: readonly ColumnRef[];
  readonly columnsRenamed: readonly (ColumnRef & { readonly to: string })[];
  /** Columns that a CHECK (column IS NOT NULL) or NOT NULL constraint of this statement proves to hold no null, once it is valid. */
  readonly checksNotNull: readonly (ColumnRef & { readonly constraint: string; readonly by: 'check' | 'not null'; readonly valid: boolean })[];
  readonly constraintsDropped: readonly { readonly table: QualifiedName; readonly constraint: string }[];
  /** Columns whose NOT NULL is dropped. */
  readonly nullsAllowed: readonly ColumnRef[];
  readonly validated: readonly { readonly table: QualifiedName; readonly constraint: string }[];
  readonly transaction: 'begin' | 'commit' | 'rollback' | null;
  readonly setting: Setting | null;
  /** What it is, as a message names it, when it cannot run inside a transaction block: `CREATE INDEX CONCURRENTLY`. */
  readonly outsideOnly: string | null;
  readonly rowSecurityEnabled: readonly QualifiedName[];
  readonly policiesCreated: readonly QualifiedName[];
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
    columnsDropped: part.columnsDropped ?? none,
    columnsRenamed: part.columnsRenamed ?? none,
    checksNotNull: part.checksNotNull ?? none,
    constraintsDropped: part.constraintsDropped ?? none,
    nullsAllowed: part.nullsAllowed ?? none,
    validated: part.validated ?? none,
    transaction: part.transaction ?? null,
    setting: part.setting ?? null,
    outsideOnly: part.outsideOnly ?? null,
    rowSecurityEnabled: part.rowSecurityEnabled ?? none,
    policiesCreated: part.policiesCreated ?? none,
  };
}
