/** A relation or a type. Names are as the catalog has them, without quotes. */
export interface ObjectName {
  readonly schema: string;
  readonly name: string;
}

/** What is known of a schema that migrations build: plain data, to choose from and to write statements with. */
export interface SchemaFacts {
  readonly schemas: readonly string[];
  readonly tables: readonly TableFacts[];
  readonly enums: readonly EnumFacts[];
  readonly roles: readonly string[];
  /** Names that a new table, index, view, sequence or type cannot have. */
  readonly taken: readonly ObjectName[];
}

export interface TableFacts extends ObjectName {
  readonly partitioned: boolean;
  /** Partition of another table. */
  readonly partition: boolean;
  readonly columns: readonly ColumnFacts[];
  /** Columns of the primary key; null without one. */
  readonly primaryKey: readonly string[] | null;
  readonly foreignKeys: readonly ForeignKeyFacts[];
  /** Those of constraints too. */
  readonly indexes: readonly IndexFacts[];
  readonly constraints: readonly string[];
  readonly policies: readonly string[];
  readonly triggers: readonly string[];
  readonly rowSecurity: 'off' | 'on' | 'forced';
}

export interface ColumnFacts {
  readonly name: string;
  /** As PostgreSQL prints it with an empty search_path: `character varying(20)`, `public.mood`. */
  readonly type: string;
  readonly notNull: boolean;
  /** The expression, or null. */
  readonly default: string | null;
  /** What gives the column its values, if not INSERT. */
  readonly generated: 'identity' | 'stored' | 'virtual' | null;
}

export interface ForeignKeyFacts {
  readonly name: string;
  readonly columns: readonly string[];
  readonly references: ObjectName;
}

export interface IndexFacts {
  readonly name: string;
  /** Leading columns, up to the first expression. */
  readonly columns: readonly string[];
  readonly unique: boolean;
  readonly partial: boolean;
}

export interface EnumFacts extends ObjectName {
  readonly values: readonly string[];
}

/** What is known where no history could be replayed: the schema `public` and nothing in it. */
export const nothingKnown: SchemaFacts = { schemas: ['public'], tables: [], enums: [], roles: [], taken: [] };
