import type { Config } from '../model/config.ts';
import type { Migration, Side, TransactionMode } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import type { Span } from '../model/span.ts';

/**
 * A folder as a layout sees it. Paths are relative to the folder, `/` separated, sorted by code unit;
 * `files` goes three levels deep. `read` returns null for what is missing, unreadable or not UTF-8 text.
 */
export interface FolderView {
  /** Absolute path of the folder. */
  readonly path: string;
  readonly files: readonly string[];
  read(file: string): string | null;
}

/** Migrations in the order in which the tool runs them, and what is wrong with the folder. */
export interface Listing {
  readonly migrations: readonly Migration[];
  readonly problems: readonly ProjectProblem[];
}

/** A file that New Migration is going to write, complete. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
  /** UTF-16 offset where typing starts. */
  readonly cursor: number;
}

export interface NewMigration {
  readonly id: string;
  readonly up: NewFile;
  readonly down: NewFile | null;
  /** True when the workspace's own tool writes the up (and its journal); Lockstep then adds header and down. */
  readonly upByTool: boolean;
}

export interface NewMigrationRequest {
  readonly folder: FolderView;
  readonly name: string;
  readonly now: Date;
  readonly config: Config;
}

/** How one tool names, pairs, splits and wraps migrations. Pure over a folder view. */
export interface Layout {
  readonly id: string;
  /** As messages say it: "Drizzle". */
  readonly title: string;
  /** 0 when this is not its folder; the highest score wins. Names alone score below a marker file. */
  detect(folder: FolderView): number;
  list(folder: FolderView): Listing;
  transaction(side: Side, config: Config): TransactionMode;
  /** A line comment beginning with this ends a statement as a semicolon does; null: semicolons alone. */
  readonly separator: string | null;
  /** The part of a file that is the given side; null when the file has no such section. */
  section(text: string, side: Side): Span | null;
  /** Why this layout refuses the name, or null: characters, length, duplicates. */
  refuseName(name: string, folder: FolderView): string | null;
  /** The files of the next migration. */
  next(request: NewMigrationRequest): NewMigration;
}
