import type { DryRunReport } from '../model/report.ts';

/** Requests beyond the language server protocol. Paths are URIs, as the protocol's own are. */
export const requests = {
  dryRun: 'lockstep/dryRun',
  checkName: 'lockstep/checkName',
  newMigration: 'lockstep/newMigration',
  otherSide: 'lockstep/otherSide',
  folders: 'lockstep/folders',
} as const;

export interface DryRunParams {
  readonly uri: string;
  /** Token for `$/progress`; cancelling the request cancels the run. */
  readonly workDoneToken: string;
}

/** A failure that the user can mend, as data, so that it reaches the user in its own words. */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: string;
  readonly message: string;
  readonly next: string;
}

export interface DryRunAnswer {
  readonly kind: 'report';
  readonly report: DryRunReport;
}

export interface FoldersParams {
  /** The active editor, or the folder that was clicked; its folder wins. */
  readonly uri: string | null;
}

export interface FolderChoice {
  readonly uri: string;
  /** Relative to its workspace folder. */
  readonly label: string;
  readonly layout: string;
  readonly migrations: number;
  /** True when this is the folder of the URI asked about. */
  readonly preferred: boolean;
}

export interface CheckNameParams {
  readonly folder: string;
  readonly name: string;
}

/** `refuse` keeps the name from being accepted; `warn` shows the reason and lets it pass. */
export interface NameAnswer {
  readonly verdict: 'accept' | 'warn' | 'refuse';
  readonly reason: string | null;
  /** The file name it will get. */
  readonly preview: string | null;
}

export interface NewMigrationParams {
  readonly folder: string;
  readonly name: string;
}

export interface NewMigrationAnswer {
  readonly kind: 'created';
  readonly up: { readonly uri: string; readonly cursor: number };
  readonly down: { readonly uri: string; readonly cursor: number } | null;
}

export interface OtherSideParams {
  readonly uri: string;
}

export interface OtherSideAnswer {
  readonly kind: 'other side';
  readonly uri: string;
  readonly exists: boolean;
}
