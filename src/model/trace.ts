import type { LockMode } from './lock.ts';
import type { Side } from './migration.ts';
import type { RowFingerprints, Snapshot } from './snapshot.ts';
import type { Span } from './span.ts';

/** A thing that was measured, or the reason why this target cannot measure it. Never a silent zero. */
export type Observed<T> = { readonly kind: 'measured'; readonly value: T } | { readonly kind: 'unavailable'; readonly reason: string };

export interface ObservedLock {
  /** Qualified and quoted: `public.orders`. */
  readonly relation: string;
  readonly relationKind: 'table' | 'index' | 'view' | 'sequence' | 'other';
  readonly mode: LockMode;
  /** False when the relation came into being in the same leg: nobody else can be waiting for it. */
  readonly existedBefore: boolean;
}

export interface Rewrite {
  readonly relation: string;
  readonly relationKind: 'table' | 'index';
}

export interface Scan {
  readonly relation: string;
  readonly rowsRead: number;
}

export interface SqlError {
  readonly message: string;
  /** Five characters, e.g. `23502` (manual, appendix A). */
  readonly sqlstate: string;
  readonly detail: string | null;
  readonly hint: string | null;
  /** The exact place in the file, in UTF-16 units, or null when PostgreSQL names none. */
  readonly span: Span | null;
}

/** What one statement did. Times are milliseconds; `startedAt` counts from the start of the leg. */
export interface StatementTrace {
  readonly index: number;
  readonly span: Span;
  readonly sql: string;
  readonly outcome: 'done' | 'failed' | 'skipped';
  readonly startedAt: number;
  readonly duration: number;
  readonly rows: number | null;
  /** Locks that this statement took and nobody before it in its transaction had. */
  readonly locks: Observed<readonly ObservedLock[]>;
  readonly rewrites: Observed<readonly Rewrite[]>;
  readonly scans: Observed<readonly Scan[]>;
  readonly walBytes: Observed<number>;
  readonly notices: readonly string[];
  readonly error: SqlError | null;
  /** Which transaction of the leg it ran in; statements with one number share one commit. */
  readonly transaction: number;
}

/** From taking a lock to the end of its transaction. Milliseconds from the start of the leg. */
export interface LockWindow {
  readonly relation: string;
  readonly relationKind: ObservedLock['relationKind'];
  readonly mode: LockMode;
  readonly existedBefore: boolean;
  readonly from: number;
  readonly to: number;
  /** Index of the statement that took it. */
  readonly statement: number;
}

export type LegName = 'up' | 'down' | 'up again';

/** One run of one script. */
export interface LegTrace {
  readonly leg: LegName;
  readonly side: Side;
  readonly path: string;
  readonly outcome: 'done' | 'failed' | 'not run';
  readonly duration: number;
  readonly statements: readonly StatementTrace[];
  /** What PostgreSQL said when the tool committed; the statements themselves are then done. */
  readonly commitError?: SqlError;
  readonly lockWindows: readonly LockWindow[];
}

export interface CatalogState {
  readonly snapshot: Snapshot;
  readonly rows: RowFingerprints;
  /** Where the sequences stand that no column takes its values from. */
  readonly sequences?: Readonly<Record<string, string>>;
}

/** A table that got no rows before the run, and why: its reads and rewrites say less. */
export interface UnfilledTable {
  readonly table: string;
  readonly reason: string;
}

/** Everything that one dry run observed. */
export interface Trace {
  readonly target: TargetInfo;
  readonly history: { readonly migrations: number; readonly cached: boolean; readonly duration: number };
  readonly unfilled: readonly UnfilledTable[];
  readonly legs: readonly LegTrace[];
  /** Before the up, after the up, after the down, after the second up; a leg that did not run leaves its state out. */
  readonly before: CatalogState;
  readonly afterUp: CatalogState | null;
  readonly afterDown: CatalogState | null;
  readonly afterUpAgain: CatalogState | null;
}

export interface TargetInfo {
  readonly id: 'embedded' | 'container' | 'neon' | 'url';
  /** As the report says it: "embedded PostgreSQL 18.6 (PGlite)". */
  readonly title: string;
  readonly serverVersion: string;
}
