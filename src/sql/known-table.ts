import type { ColumnType } from './effects.ts';
import type { QualifiedName } from './names.ts';

/** A column as statements made it. */
export interface KnownColumn {
  readonly name: string;
  /** Null when the SQL does not name it: the column of a view. */
  readonly type: ColumnType | null;
  readonly notNull: boolean;
  /** DEFAULT other than NULL, identity or generated. */
  readonly filled: 'default' | 'identity' | 'generated' | null;
}

export type ConstraintKind = 'primary key' | 'unique' | 'foreign key' | 'check' | 'exclusion' | 'not null';

export interface KnownConstraint {
  /** As given, or as PostgreSQL names it by itself. */
  readonly name: string;
  readonly kind: ConstraintKind;
  /** Those that it is about, as far as the words tell; of a CHECK, the columns that its expression names. */
  readonly columns: readonly string[];
  /** What a foreign key refers to; no columns: the primary key. */
  readonly references: { readonly table: QualifiedName; readonly columns: readonly string[] } | null;
  /** False while it is NOT VALID. */
  readonly valid: boolean;
  /** False for NOT ENFORCED (PostgreSQL 18). */
  readonly enforced: boolean;
  /** Columns that hold no null once it is valid: those of a NOT NULL, of CHECK (a IS NOT NULL AND …), of a primary key. */
  readonly provesNotNull: readonly string[];
}

export interface KnownIndex {
  readonly name: string;
  /** In order; null stands for an expression. INCLUDE columns are not among them. */
  readonly columns: readonly (string | null)[];
  readonly unique: boolean;
  /** `btree`, `gin`, … */
  readonly method: string;
  /** Whether it has a WHERE. */
  readonly partial: boolean;
  /** False when it has operator classes, collations, an order of its own, INCLUDE, storage options or NULLS NOT DISTINCT. */
  readonly plain: boolean;
  /** The constraint that it belongs to. */
  readonly constraint: string | null;
}

export interface KnownPolicy {
  readonly name: string;
  readonly permissive: boolean;
  /** `all`, `select`, `insert`, `update` or `delete`. */
  readonly command: string;
  /** Empty: everybody. */
  readonly roles: readonly string[];
}

/** A foreign key of another table that refers to this one. */
export interface IncomingKey {
  readonly table: QualifiedName;
  readonly constraint: string;
}

export interface KnownPartition {
  readonly name: QualifiedName;
  /** The one for the rows that no other takes. */
  readonly isDefault: boolean;
}

/** What is known of a relation: by the words of the migrations before, or by the catalog that they produced. Nothing in it is guessed. */
export interface KnownTable {
  readonly kind: 'table' | 'index' | 'view' | 'materialized view' | 'sequence';
  /** False when there can be more than is told here: statements altered it but none creates it, or it is LIKE another one, inherits, or comes from a query. */
  readonly isComplete: boolean;
  readonly partitioned: boolean;
  readonly partitionOf: QualifiedName | null;
  readonly partitions: readonly KnownPartition[];
  /** False for a materialized view WITH NO DATA: nobody can read it. */
  readonly populated: boolean;
  readonly columns: readonly KnownColumn[];
  readonly constraints: readonly KnownConstraint[];
  readonly indexes: readonly KnownIndex[];
  readonly rowSecurity: boolean;
  readonly rowSecurityForced: boolean;
  readonly policies: readonly KnownPolicy[];
  readonly incoming: readonly IncomingKey[];
  /** Views, materialized ones too, whose query reads it. */
  readonly views: readonly QualifiedName[];
}
