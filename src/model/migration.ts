export type Side = 'up' | 'down';

/**
 * How the tool runs a script.
 * `transaction`: inside an explicit transaction. `implicit`: all statements in one message, which PostgreSQL
 * wraps in one transaction unless it is a single statement. `autocommit`: each statement by itself.
 */
export type TransactionKind = 'transaction' | 'implicit' | 'autocommit';

export interface TransactionMode {
  readonly kind: TransactionKind;
  /** The tool's name as a message says it: "Drizzle". */
  readonly tool: string;
  /** How this tool lets one migration run outside a transaction, or null when it cannot. */
  readonly optOut: string | null;
}

/** One of the two scripts. Several can stand in one file; which part of it is meant, the layout reads from the text. */
export interface Script {
  /** Absolute path, `/` separated. */
  readonly path: string;
}

/** One step of the history, as its layout pairs it. */
export interface Migration {
  /** Unique in its folder and what the user types to name it: `0007_add_orders`. */
  readonly id: string;
  /** The description without number or timestamp: `add_orders`. */
  readonly name: string;
  readonly up: Script;
  readonly down: Script | null;
  /** When Drizzle's journal says it was made, milliseconds since 1970: what decides whether a database still needs it. */
  readonly when?: number;
  /** Where the down belongs when it is missing (the up's own file, where both stand in one), or null when this layout has no place for one. */
  readonly downPath: string | null;
}

/** What changed in a script besides its statements: white space is told from the line ends, which a checkout may change by itself. */
export type Trifle = 'comments' | 'white space' | 'line ends';

/** How a tool notices that a migration which a database has run is another one now. */
export interface RecordedChecksum {
  /** Where it is kept: `_prisma_migrations.checksum`. */
  readonly where: string;
  /** What counts beside the statements. */
  readonly counts: readonly Trifle[];
  /** What comes of it: a sentence. */
  readonly then: string;
}
