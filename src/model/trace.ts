import type { LockMode } from './lock.ts';
import type { Side } from './migration.ts';
import type { NotCompared, RowFingerprints, Snapshot } from './snapshot.ts';
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
  /** Why it is locked though the statement does not name it: "foreign key of public.orders". */
  readonly via?: string;
  /** When a second session first and last saw it; absent where it was read from inside, which knows that it lasts to the end. */
  readonly seen?: Period;
}

/** Milliseconds from the start of a statement. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** What a second session saw of a statement while it ran: a sample, which may miss what lasted shorter than the time between two looks. */
export interface Watched {
  readonly looks: number;
  /** What PostgreSQL said it was doing, in order (manual 27.4, progress reporting). */
  readonly phases: readonly (Period & { readonly name: string })[];
}

export interface TempFiles {
  readonly files: number;
  readonly bytes: number;
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
  /** What PostgreSQL calls what it did: `ALTER TABLE`; null when it did nothing. */
  readonly commandTag: string | null;
  readonly rows: number | null;
  /** Locks that this statement took and nobody before it in its transaction had. */
  readonly locks: Observed<readonly ObservedLock[]>;
  readonly rewrites: Observed<readonly Rewrite[]>;
  readonly scans: Observed<readonly Scan[]>;
  readonly walBytes: Observed<number>;
  /** What sorts and hashes spilled to disk. */
  readonly tempFiles: Observed<TempFiles>;
  /** Absent where no second session looked while it ran. */
  readonly watched?: Watched;
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
  readonly via?: string;
  /** True when it was sampled from a second session: it may have begun earlier and ended later. */
  readonly sampled?: true;
}

/** How long one kind of access really waited while the script ran, in milliseconds. */
export interface ProbedAccess {
  readonly attempts: number;
  readonly longest: number;
  /** The quickest attempt: what it takes when nobody is in the way. */
  readonly usual: number;
  /** Why the probe stopped before the script did, in PostgreSQL's words; null when it did not. */
  readonly ended: string | null;
}

/** One table under the contention probe: sessions that keep reading and writing it while the script runs. */
export interface ProbedTable {
  readonly table: string;
  readonly read: ProbedAccess;
  readonly write: ProbedAccess;
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
  /** What the contention probe found; absent where none was asked for. */
  readonly probe?: Observed<readonly ProbedTable[]>;
}

export interface CatalogState {
  readonly snapshot: Snapshot;
  readonly rows: RowFingerprints;
  /** Where the sequences stand that no column takes its values from. */
  readonly sequences?: Readonly<Record<string, string>>;
  /** How far those have counted that columns take their values from. */
  readonly positions?: Readonly<Record<string, string>>;
  /** What the database has and the snapshot does not hold. */
  readonly notCompared?: readonly NotCompared[];
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
  /** What the target's own service says that the up has changed; absent where it has none. */
  readonly foreignDiff?: Observed<ForeignDiff>;
  /** How large the tables are where it matters; absent where nobody knows. */
  readonly sizes?: TableSizes;
  /** How fast this target works; absent unless made-up rows have to be told from the sizes of real ones. */
  readonly pace?: Pace;
}

export interface TableSize {
  /** PostgreSQL's own estimate (manual, pg_class.reltuples). */
  readonly rows: number;
  /** Of the table with its TOAST. */
  readonly bytes: number;
  readonly indexBytes: number;
}

/** Sizes by qualified table name: from the target itself when its rows are real, else from `lockstep.stats.json`. */
export interface TableSizes {
  readonly source: 'target' | 'lockstep.stats.json';
  /** ISO 8601; null for a target's own, which are of the run itself. */
  readonly capturedAt: string | null;
  /** Of the tables that the run read or wrote anew. */
  readonly tables: Readonly<Record<string, TableSize>>;
}

/** Bytes of a table that one millisecond reads, writes anew, or puts into one index, measured on a table of a few megabytes. */
export interface Pace {
  readonly scan: number;
  readonly rewrite: number;
  readonly index: number;
}

/** A second opinion on the schema, as text. */
export interface ForeignDiff {
  /** Whose opinion: "Neon’s compare_schema". */
  readonly by: string;
  /** What it compared with: "the branch main". */
  readonly against: string;
  readonly text: string;
}

export interface TargetInfo {
  readonly id: 'embedded' | 'container' | 'neon' | 'url';
  /** As the report says it: "embedded PostgreSQL 18.6 (PGlite)". */
  readonly title: string;
  readonly serverVersion: string;
  /** What the reader has to know of this run's database, in sentences. */
  readonly notes?: readonly string[];
}
