import type { ForeignDiff, Observed, TargetInfo } from '../../model/trace.ts';

export type SqlValue = string | number | boolean | null;

export interface Notice {
  readonly severity: string;
  readonly message: string;
}

/** What the session is in after a statement, as PostgreSQL says with every answer (manual 54.2.2, ReadyForQuery). */
export type TransactionStatus = 'idle' | 'open' | 'failed';

export interface QueryResult {
  /** Rows by column name; values as text unless PostgreSQL's type is int, bool or float. At most 50,000 are kept. */
  readonly rows: readonly Readonly<Record<string, SqlValue>>[];
  readonly affectedRows: number | null;
  readonly commandTag: string | null;
  readonly notices: readonly Notice[];
  /** Milliseconds inside the target, without the way there and back. */
  readonly duration: number;
  readonly transaction: TransactionStatus;
}

/** What PostgreSQL said when it refused. `position` counts characters (code points) from 1. */
export interface Refusal {
  readonly message: string;
  readonly sqlstate: string;
  readonly detail: string | null;
  readonly hint: string | null;
  readonly position: number | null;
  readonly notices: readonly Notice[];
  readonly duration: number;
  readonly transaction: TransactionStatus;
}

/** PostgreSQL refused a statement. */
export class DatabaseError extends Error implements Refusal {
  readonly sqlstate: string;
  readonly detail: string | null;
  readonly hint: string | null;
  readonly position: number | null;
  readonly notices: readonly Notice[];
  readonly duration: number;
  readonly transaction: TransactionStatus;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.name = 'DatabaseError';
    this.sqlstate = refusal.sqlstate;
    this.detail = refusal.detail;
    this.hint = refusal.hint;
    this.position = refusal.position;
    this.notices = refusal.notices;
    this.duration = refusal.duration;
    this.transaction = refusal.transaction;
  }
}

/** query_canceled (manual, appendix A): what a statement gets that outlived the timeout. */
export const queryCanceled = '57014';

/**
 * One connection, speaking the simple query protocol: several statements in one text are one implicit transaction.
 * Queries run in the order of their calls. Rejects with a DatabaseError when PostgreSQL refuses, and with a UserError
 * once the session was cancelled or lost.
 */
export interface Session {
  query(sql: string): Promise<QueryResult>;
  /** A single SELECT of Lockstep's own, whose text is always the same: it is planned once for the session. What differs are the values of `$1` and so on. */
  ask(sql: string, values?: readonly string[]): Promise<QueryResult>;
  /** Several such questions without values, in one message where the target can: the way to a server far away is what takes the time. */
  askAll(sqls: readonly string[]): Promise<readonly QueryResult['rows'][]>;
  /** Leaves the session as a new connection would find it, without settings, role, temporary tables or cursors; outside a transaction. */
  reset(): Promise<void>;
}

export interface Capabilities {
  readonly info: TargetInfo;
  /** Whether a second session can watch while a statement runs. */
  readonly secondSession: Observed<true>;
  /** True when the tables hold real rows: then none are made up. */
  readonly realData: boolean;
}

/** A migration as the bookkeeping of its tool knows it. */
export interface KnownMigration {
  readonly id: string;
  /** Drizzle's `when`, milliseconds since 1970; absent where the tool has none. */
  readonly when?: number | undefined;
}

export interface OpenOptions {
  /** Extensions that the scripts create. */
  readonly extensions: readonly string[];
  /** Keys of databases saved earlier, best first. A target that keeps nothing starts empty. */
  readonly startFrom: readonly string[];
  /** Statements that change the whole server and not one database alone, each by its first line; left out: none. */
  readonly serverWide?: readonly string[];
  /** What is going to run, for a target that begins with somebody's data and has to know which of it was applied there. */
  readonly planned?: { readonly history: readonly KnownMigration[]; readonly migration: KnownMigration };
  /** Milliseconds after which a single statement is cancelled. */
  readonly statementTimeout: number;
  /** Ends everything at once: pending queries reject with a UserError `cancelled`. */
  readonly signal: AbortSignal;
}

/** A session that was opened beside the first one and is closed by whoever asked for it. */
export interface SecondSession extends Session {
  close(): Promise<void>;
}

/** An opened, scratch database: nothing in it outlives `close`. */
export interface OpenTarget {
  readonly capabilities: Capabilities;
  readonly session: Session;
  /** The key of `startFrom` that it really started from, or null when it is empty. */
  readonly startedFrom: string | null;
  /** Ids of the planned migrations that the database has seen already; absent: none. */
  readonly applied?: ReadonlySet<string>;
  /** What the target's service says has changed since the beginning; asked after the up. */
  foreignDiff?(): Promise<Observed<ForeignDiff>>;
  /** What will outlive `close` because it belongs to the whole server, in words; null: nothing. Absent where everything is thrown away. */
  leftBehind?(): Promise<string | null>;
  /** Opens another session on the same database, for watching; absent where `capabilities.secondSession` says why. */
  connect?(): Promise<SecondSession>;
  /** Keeps the database as it is now under a key; absent where a target cannot. */
  save?(key: string): Promise<void>;
  close(): Promise<void>;
}

/** Where a dry run happens. `open` rejects with a UserError: `target-failed`, `target-lacks` or `cancelled`. */
export interface Target {
  readonly id: TargetInfo['id'];
  open(options: OpenOptions): Promise<OpenTarget>;
}
