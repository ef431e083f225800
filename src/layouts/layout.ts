import type { Config } from '../model/config.ts';
import type { Edit } from '../model/edit.ts';
import type { FileChange } from '../model/file-change.ts';
import type { Migration, RecordedChecksum, Side, TransactionMode } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import type { ScriptSource } from '../model/source.ts';
import type { Span } from '../model/span.ts';
import type { LayoutBooks } from './books.ts';
import type { LayoutMoves } from './moves.ts';

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

/** Which script of a file is meant; several can stand in one. */
export interface ScriptRequest {
  /** Absolute path of the file. */
  readonly path: string;
  /** Id of the migration. */
  readonly id: string;
  readonly side: Side;
  readonly config: Config;
  /** What lies beside the file, where the layout's own files have a say in how it runs; left out: nothing is known of it. */
  readonly folder?: FolderView;
}

/** One side of a migration as its tool reads it from the file. */
export interface ScriptReading {
  /** The SQL, at the file's own offsets but for what is escaped. */
  readonly source: ScriptSource;
  /** The part of the file that is this script; the whole file where it holds nothing else. */
  readonly span: Span;
  readonly mode: TransactionMode;
  /** Who reads the script before the server does: psql, or a tool that takes rows below a COPY FROM stdin as psql does (`copy`); left out: nobody. */
  readonly client?: 'psql' | 'copy';
  /** What every further line of an edit has to begin with, where the SQL stands in lines of comments: `--rollback `; left out: nothing. */
  readonly mark?: string;
  /** What begins a comment of the file outside its SQL; left out: what begins one of SQL. */
  readonly comment?: '//';
  /** Set when the tool runs the script again after each edit, so that editing it is its purpose. */
  readonly again?: true;
  /** Where the tool reads the file otherwise than its writer meant. Spans are the file's. */
  readonly problems: readonly ReadingProblem[];
  /** How the file is edited for edits of the SQL that take more than to be translated: a statement that has to be a call of its own. Null, or left out: they take no more. */
  readonly edited?: (edits: readonly Edit[]) => readonly Edit[] | null;
}

/** Something that the tool will stumble over, or that nobody but its writer can read. */
export interface ReadingProblem {
  readonly span: Span;
  readonly message: string;
  readonly next: string;
}

/** SQL that is to stand in a file as one side of a migration. */
export interface WriteRequest extends Omit<ScriptRequest, 'config' | 'folder'> {
  /** Statements with their semicolons and comments; a separator stands already where the layout has one. */
  readonly sql: string;
  /** `none`: the script has to run outside a transaction, and says so in the tool's own words where it has any; left out: as the file has it. */
  readonly transaction?: 'tool' | 'none';
}

/** What New Migration is going to write. */
export interface NewMigration {
  readonly id: string;
  /** Where typing starts; `file` is absolute, `cursor` a UTF-16 offset. Both sides can stand in one file. */
  readonly up: Place;
  readonly down: Place | null;
  /** Every file, complete, bookkeeping included. */
  readonly changes: readonly FileChange[];
  /** True when the workspace's own tool writes the up (and its journal); Lockstep then adds header and down. */
  readonly upByTool: boolean;
}

export interface Place {
  readonly path: string;
  readonly cursor: number;
}

export interface NewMigrationRequest {
  readonly folder: FolderView;
  readonly name: string;
  readonly now: Date;
  readonly config: Config;
  /** Who makes it, for tools that write it down; left out: nobody said, and the file gets a name that asks to be replaced. */
  readonly author?: Author;
  /** What the scripts hold from the beginning, below their headers; left out: nothing. */
  readonly content?: NewContent;
}

export interface Author {
  readonly name: string;
  readonly email: string;
}

export interface NewContent {
  readonly up: string;
  readonly down: string | null;
  /** `none`: both have to run outside a transaction. */
  readonly transaction: 'tool' | 'none';
}

/** How one tool names, pairs, splits and wraps migrations. Pure over a folder view. */
export interface Layout {
  readonly id: string;
  /** As messages say it: "Drizzle". */
  readonly title: string;
  /** Names of the files that it looks at, relative to any folder above them; the rest of a workspace is never read. */
  readonly files: RegExp;
  /** A line comment beginning with this ends a statement as a semicolon does; null: semicolons alone. */
  readonly separator: string | null;
  /** Tables in which the tool keeps what it has run, as PostgreSQL writes their names: `drizzle.__drizzle_migrations`. */
  readonly bookkeeping: readonly string[];
  /** Set when its files say who made a migration. */
  readonly signed?: true;
  /** How the tool notices that a migration which has run was edited; left out: not at all. */
  readonly checksum?: RecordedChecksum;
  /**
   * 0 when this is not its folder; the highest score wins, and below 1 the names alone could be its, once the texts are read. Names alone score below
   * a marker. Asked first by names (nothing can be read), then with texts.
   */
  detect(folder: FolderView): number;
  /** Loads what listing and reading need, a parser say; both are asked only afterwards. Left out: nothing. */
  prepare?(): Promise<void>;
  list(folder: FolderView): Listing;
  /** Null when the file has no such side. Called after every keystroke, so it costs no more than reading the text once. */
  read(text: string, request: ScriptRequest): ScriptReading | null;
  /** The whole file with the side's SQL put in, instead of what stood there; `text` is null when there is no file yet. */
  write(text: string | null, request: WriteRequest): string;
  /** Why this layout refuses the name, or null: characters, length, duplicates. */
  refuseName(name: string, folder: FolderView): string | null;
  /** How its migrations get other names and go; left out: their files are all there is to move. */
  readonly moves?: LayoutMoves;
  /** Left out: its scripts are all there is. */
  readonly books?: LayoutBooks;
  /** The files of the next migration. */
  next(request: NewMigrationRequest): NewMigration;
}
