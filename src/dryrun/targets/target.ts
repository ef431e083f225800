import type { Observed, TargetInfo } from '../../model/trace.ts';

export type SqlValue = string | number | boolean | null;

export interface Notice {
  readonly severity: string;
  readonly message: string;
}

export interface QueryResult {
  /** Rows by column name; values as text unless PostgreSQL's type is int, bool or float. */
  readonly rows: readonly Readonly<Record<string, SqlValue>>[];
  readonly affectedRows: number | null;
  readonly commandTag: string | null;
  readonly notices: readonly Notice[];
  /** Milliseconds inside the target, without the way there and back. */
  readonly duration: number;
}

/** PostgreSQL refused a statement. `position` counts characters (code points) from 1, as PostgreSQL reports it. */
export class DatabaseError extends Error {
  readonly sqlstate: string;
  readonly detail: string | null;
  readonly hint: string | null;
  readonly position: number | null;
  readonly notices: readonly Notice[];

  constructor(fields: { message: string; sqlstate: string; detail?: string | null; hint?: string | null; position?: number | null; notices?: readonly Notice[] }) {
    super(fields.message);
    this.name = 'DatabaseError';
    this.sqlstate = fields.sqlstate;
    this.detail = fields.detail ?? null;
    this.hint = fields.hint ?? null;
    this.position = fields.position ?? null;
    this.notices = fields.notices ?? [];
  }
}

/** One connection. A cancelled or crashed session rejects every later call with a UserError. */
export interface Session {
  query(sql: string): Promise<QueryResult>;
  close(): Promise<void>;
}

export interface Capabilities {
  readonly info: TargetInfo;
  /** Whether a second session can watch while a statement runs. */
  readonly secondSession: Observed<true>;
  readonly realData: boolean;
}

export interface OpenOptions {
  /** Contrib extensions that the history creates. */
  readonly extensions: readonly string[];
  readonly signal: AbortSignal;
}

/** An opened, scratch database: nothing in it outlives `close`. */
export interface OpenTarget {
  readonly capabilities: Capabilities;
  readonly session: Session;
  /** Keeps the database as it is now under a key, for `open` to start from; absent where a target cannot. */
  readonly cache?: { save(key: string): Promise<void>; restore(key: string): Promise<boolean> };
  close(): Promise<void>;
}

/** Where a dry run happens. */
export interface Target {
  readonly id: TargetInfo['id'];
  open(options: OpenOptions): Promise<OpenTarget>;
}
