import type { Severity } from './finding.ts';
import type { Side } from './migration.ts';
import type { Confirmation, Verdict } from './report.ts';
import type { TargetInfo } from './trace.ts';
import type { Verification } from './verification.ts';

/** A finding as far as a list of many migrations needs it. */
export interface StandingFinding {
  readonly rule: string;
  readonly severity: Severity;
  readonly side: Side;
  readonly path: string;
  readonly line: number;
  readonly message: string;
  readonly confirmation: Confirmation;
}

/** One migration of a history and what its round trip gave; `not run` says in its reasons what stood in the way. */
export interface MigrationRun {
  readonly migration: string;
  /** Of its up. */
  readonly path: string;
  readonly verdict: Verdict | 'not run';
  readonly headline: string;
  readonly reasons: readonly string[];
  /** What PostgreSQL refused first, or null. */
  readonly failure: { readonly path: string; readonly line: number; readonly message: string; readonly sqlstate: string } | null;
  /** True when the second up led to another schema than the first. */
  readonly upAgainDiffers: boolean;
  /** Those that the run withdrew are left out. */
  readonly findings: readonly StandingFinding[];
  readonly verification: Verification | null;
  /** Milliseconds, from where the migration before it ended. */
  readonly duration: number;
}

/** The migrations of one folder, in order. */
export interface FolderRun {
  readonly path: string;
  readonly layout: string;
  /** Null when nothing of it could be run. */
  readonly target: TargetInfo | null;
  /** Of the whole history; those that were only applied are no `runs`. */
  readonly migrations: number;
  readonly runs: readonly MigrationRun[];
}

/** What `lockstep dry-run --all` tells. */
export interface HistoryReport {
  readonly version: 1;
  /** The git revision after which migrations had to be new or changed, or null for all of them. */
  readonly since: string | null;
  readonly folders: readonly FolderRun[];
  /** Milliseconds. */
  readonly duration: number;
}
