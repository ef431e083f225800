import type { Verdict } from './report.ts';
import type { Remainder, RowLoss, SchemaChange } from './snapshot.ts';

/** How one statement of an up is undone in a generated down. */
export interface UndoneStatement {
  /** Line of the up, from 1. */
  readonly line: number;
  readonly sql: string;
  readonly kind: 'exact' | 'lossy' | 'impossible';
  /** Null when it is exact. */
  readonly reason: string | null;
}

/** A generated down, and what a round trip with it showed. Nothing has been written. */
export interface MadeDown {
  readonly migration: string;
  /** Where it belongs; null when the layout has no place for a down. */
  readonly path: string | null;
  /** What stands there now, unsaved text included; null when nothing does. */
  readonly existing: string | null;
  /** True when what stands there holds no statement, so that nothing is lost by replacing it. */
  readonly isFree: boolean;
  readonly text: string;
  /** In the order of the down. */
  readonly statements: readonly UndoneStatement[];
  readonly verdict: Verdict;
  /** What the down leaves different of the schema, and of the rows. */
  readonly leftovers: readonly SchemaChange[];
  readonly losses: readonly RowLoss[];
  readonly remainders: readonly Remainder[];
  /** The rewritten up that keeps aside what it would lose; null when that was not asked for, or there is nothing. */
  readonly kept: KeptAside | null;
  /** What could be kept aside, in words. */
  readonly keepable: readonly string[];
  /** Why something that is lost cannot be kept aside, one sentence each. */
  readonly notKept: readonly string[];
}

/** An up that puts aside what it takes away. */
export interface KeptAside {
  readonly path: string;
  readonly text: string;
  readonly what: readonly string[];
  /** What to see to before the down runs. */
  readonly notes: readonly string[];
  /** Statements for a later migration, when nobody will go back. */
  readonly end: readonly string[];
  /** What is different after the new up, compared with the former one, beyond what is kept. */
  readonly differences: readonly SchemaChange[];
}
