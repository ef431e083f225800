import type { Blocked, LockMode, Work } from './lock.ts';
import type { Side } from './migration.ts';
import type { Span } from './span.ts';

/** What is known of one statement before it runs. */
export interface StatementFacts {
  /** The statement, from the start of the file. */
  readonly span: Span;
  readonly locks: readonly LockFacts[];
  /** Locks that only the catalog can name, in words. */
  readonly furtherLocks: string | null;
  readonly rewrite: Work;
  readonly scan: Work;
  /** What encloses it: the tool's transaction, a BEGIN in the file, the one message that the tool sends, a DO block, or nothing. */
  readonly transaction: 'tool' | 'file' | 'implicit' | 'block' | 'none';
  /** What it is, when it cannot run in a transaction: `VACUUM`. */
  readonly outsideOnly: string | null;
  /** The `lock_timeout` in force as written, or null when nothing before it sets one. */
  readonly lockTimeout: string | null;
}

export interface LockFacts {
  /** As SQL writes it; for the lock of an index's table, when that is not known, "the table of i". */
  readonly relation: string;
  readonly mode: LockMode;
  readonly blocks: Blocked;
  /** True when this script (or the up that this down undoes) created it: nobody can be waiting. */
  readonly isNew: boolean;
}

/** What `lockstep explain` prints of a file. */
export interface ExplainReport {
  readonly version: 1;
  readonly path: string;
  /** The major version that it is said for. */
  readonly postgres: number;
  readonly scripts: readonly ExplainedScript[];
}

export interface ExplainedScript {
  /** Null for SQL that belongs to no migration. */
  readonly migration: string | null;
  readonly side: Side;
  /** The tool that runs it; null where that is unknown. */
  readonly tool: string | null;
  readonly statements: readonly ExplainedStatement[];
}

export interface ExplainedStatement extends StatementFacts {
  /** From one. */
  readonly line: number;
  /** The statement as written; in TypeScript and JavaScript, as the server gets it. */
  readonly sql: string;
  readonly canRunInTransaction: boolean;
  /** Why it cannot be read; null where it can. */
  readonly problem: string | null;
}
