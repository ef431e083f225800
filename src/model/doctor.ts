import type { TargetKind } from './config.ts';

/** What Lockstep finds in a project. Plain data, version 1. */
export interface DoctorReport {
  readonly version: 1;
  readonly root: string;
  readonly folders: readonly DoctorFolder[];
  /** Of the configuration and the project; `next` says what to do. */
  readonly problems: readonly DoctorProblem[];
  readonly targets: readonly { readonly kind: TargetKind; readonly chosen: boolean; readonly lacking: string | null }[];
}

export interface DoctorFolder {
  readonly path: string;
  readonly layout: string;
  readonly migrations: number;
  readonly withoutDown: number;
  readonly newest: string | null;
  /** The major version that the migrations are for. */
  readonly postgres: number;
  /** As git is asked for it; null where it knows none. */
  readonly mainBranch: string | null;
  /** The workspace's own package that New Migration and Generate from Schema run; null where there is none, or none is needed. */
  readonly tool: DoctorTool | null;
  readonly problems: readonly DoctorProblem[];
}

export interface DoctorProblem {
  readonly path: string;
  readonly message: string;
  readonly next: string;
}

export interface DoctorTool {
  readonly name: 'drizzle-kit' | 'prisma';
  readonly version: string;
}
