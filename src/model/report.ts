import type { Finding } from './finding.ts';
import type { Remainder, RowLoss, SchemaChange } from './snapshot.ts';
import type { Side } from './migration.ts';
import type { Trace } from './trace.ts';
import type { Verification } from './verification.ts';

/** Findings of one file. */
export interface FileReport {
  readonly path: string;
  readonly text: string;
  readonly findings: readonly Finding[];
}

/** What `lockstep check` reports. */
export interface CheckReport {
  readonly version: 1;
  readonly files: readonly FileReport[];
  readonly migrations: number;
  readonly statements: number;
  readonly problems: readonly ProjectProblem[];
}

/** Something wrong with a folder, a journal or the configuration rather than with SQL. */
export interface ProjectProblem {
  readonly path: string;
  readonly message: string;
  readonly next: string;
  /** The rule that it belongs to; left out: none, nothing switches it off. */
  readonly rule?: string;
  /** Absolute path of the up whose renumbering mends it; left out: none does. */
  readonly renumber?: string;
  /** A merged migration that is gone: restoring it, with a new one that does what its absence does, mends it. */
  readonly reopen?: { readonly id: string; readonly folder: string };
}

/**
 * `exact`: catalog and rows are as before. `schema differs`, `data lost`: what the down did not bring back.
 * `contents differ`: all of that is back, and the down left rows or a sequence's new position besides.
 * `no down`: there was none to run. `up failed`, `down failed`, `up again failed`: a leg ended in an error.
 */
export type Verdict = 'exact' | 'schema differs' | 'data lost' | 'contents differ' | 'no down' | 'up failed' | 'down failed' | 'up again failed';

/** The run's word on a static finding: seen, refuted, or not decidable from what was observed. */
export type Confirmation = 'confirmed' | 'withdrawn' | 'not observed';

export interface JudgedFinding {
  readonly side: Side;
  readonly path: string;
  readonly line: number;
  readonly finding: Finding;
  readonly confirmation: Confirmation;
  /** What was seen, in one sentence. */
  readonly evidence: string;
}

export interface ScriptView {
  readonly side: Side;
  readonly path: string;
  readonly text: string;
}

/** What one dry run tells. Plain data: every formatter and the webview work from this alone. */
export interface DryRunReport {
  readonly version: 1;
  readonly migration: string;
  readonly layout: string;
  readonly verdict: Verdict;
  readonly scripts: readonly ScriptView[];
  readonly trace: Trace;
  /** What the up changed in the catalog. */
  readonly changes: readonly SchemaChange[];
  /** What the down did not bring back in the catalog: before the up against after the down. */
  readonly leftovers: readonly SchemaChange[];
  readonly losses: readonly RowLoss[];
  readonly remainders: readonly Remainder[];
  /** After the second up against after the first. */
  readonly upAgainDifferences: readonly SchemaChange[];
  readonly findings: readonly JudgedFinding[];
  /** What was looked at after the up; left out when the up failed. */
  readonly verification?: Verification;
}
