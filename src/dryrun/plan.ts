import type { TransactionMode } from '../model/migration.ts';
import type { ScriptSource } from '../model/source.ts';
import type { PlacedStatement } from '../model/statement.ts';
import type { CatalogState, TableSizes } from '../model/trace.ts';
import type { Session } from './targets/target.ts';

/** One script, ready to run. Statements count their places in `text`. */
export interface PlannedScript {
  readonly path: string;
  /** The SQL: the whole file, or the file with all else blank; its lines are the file's. */
  readonly text: string;
  /** Set where the file holds more than this script. */
  readonly file?: { readonly text: string; readonly source: ScriptSource };
  readonly statements: readonly PlacedStatement[];
  readonly mode: TransactionMode;
}

/** A migration that was applied before the one at hand. */
export interface PastMigration {
  readonly id: string;
  readonly up: PlannedScript;
  /** As in Migration. */
  readonly when?: number | undefined;
}

/** What a dry run needs to know: plain data, made by the app from layouts and files. */
export interface Plan {
  /** Migrations before the one at hand, in order. */
  readonly history: readonly PastMigration[];
  readonly migration: { readonly id: string; readonly up: PlannedScript; readonly down: PlannedScript | null; readonly when?: number | undefined };
  /** Milliseconds after which a single statement is cancelled. */
  readonly statementTimeout: number;
}

/** Progress as a user reads it. `fraction` is 0 to 1. */
export interface Progress {
  readonly message: string;
  readonly fraction: number;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
  /** `on`: other sessions keep reading and writing the tables while the up runs, to learn how long they really wait. */
  readonly probe?: 'on' | undefined;
  /** Sizes of the real tables, for a target whose rows are made up. */
  readonly sizes?: TableSizes | undefined;
  /** Looks at the database once the up is through; whatever it changes, it takes back. */
  readonly afterUp?: ((session: Session, states: { readonly before: CatalogState; readonly afterUp: CatalogState }) => Promise<void>) | undefined;
}
