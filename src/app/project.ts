import type { Config } from '../model/config.ts';
import type { Migration, Side } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import type { FolderView, Layout } from '../layouts/layout.ts';

/** A folder of migrations that a layout recognised. */
export interface MigrationFolder {
  readonly path: string;
  readonly layout: Layout;
  readonly view: FolderView;
  readonly migrations: readonly Migration[];
  readonly problems: readonly ProjectProblem[];
}

/** A workspace folder (or any folder given on the command line) as Lockstep understands it. */
export interface Project {
  readonly root: string;
  readonly config: Config;
  readonly folders: readonly MigrationFolder[];
  readonly problems: readonly ProjectProblem[];
}

/** Where a file stands: which migration, which side. */
export interface Located {
  readonly folder: MigrationFolder;
  readonly migration: Migration;
  readonly side: Side;
}
