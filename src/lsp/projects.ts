import { within } from '../app/paths.ts';
import { locateAll, openProject, rootOf, type Located, type MigrationFolder, type Project } from '../app/project.ts';
import type { FilePort } from '../app/ports.ts';

/** A file inside a project. */
export interface Place {
  readonly project: Project;
  /** The first script of the file; null for SQL that is no migration of its layout. */
  readonly located: Located | null;
  /** Every script that can stand in the file. */
  readonly places: readonly Located[];
}

/** The workspace folders as Lockstep understands them; each is read once and again when its files change. */
export class Projects {
  readonly #files: FilePort;
  readonly #opened = new Map<string, Promise<Project>>();
  #roots: readonly string[] = [];

  constructor(files: FilePort) {
    this.#files = files;
  }

  /** The workspace folders, inner ones first. */
  get roots(): readonly string[] {
    return this.#roots;
  }

  setRoots(roots: readonly string[]): void {
    this.#roots = [...new Set(roots.map((root) => root.replace(/\/+$/, '')))].sort((a, b) => b.length - a.length);
    this.#opened.clear();
  }

  /** Forgets what was read: the next question reads the disk again. */
  reload(): void {
    this.#opened.clear();
  }

  all(): Promise<readonly Project[]> {
    return Promise.all(this.#roots.map((root) => this.#open(root)));
  }

  /** Where a file stands, or null when it is none of our business: an ordinary query file. */
  async placeOf(path: string): Promise<Place | null> {
    const inner = this.#roots.find((root) => within(root, path));
    if (inner === undefined && !migrationPath.test(path)) return null;
    const root = inner ?? (await rootOf(this.#files, path));
    const project = await this.#open(root);
    const places = locateAll(project, path);
    const isOurs = places.length > 0 || (path.endsWith('.sql') && folderOf(project, path) !== null) || migrationPath.test(path.slice(root.length));
    return isOurs ? { project, located: places[0] ?? null, places } : null;
  }

  #open(root: string): Promise<Project> {
    const kept = this.#opened.get(root);
    if (kept !== undefined) return kept;
    const opened = openProject(this.#files, root);
    this.#opened.set(root, opened);
    opened.catch(() => this.#opened.delete(root));
    return opened;
  }
}

/** Folders in which SQL is checked even when no layout claims it; ordinary query files elsewhere are left alone. */
const migrationPath = /\/(?:migrations?|migrate|drizzle)\/.*\.sql$/i;

/** The innermost migration folder that contains the path or is it. */
export function folderOf(project: Project, path: string): MigrationFolder | null {
  const around = project.folders.filter((folder) => within(folder.path, path));
  return around.sort((a, b) => b.path.length - a.path.length)[0] ?? null;
}

/** Where the other side is, or belongs when it is missing; null when the layout has no place for one. */
export function otherPath({ migration, side }: Located): string | null {
  return side === 'down' ? migration.up.path : (migration.down?.path ?? migration.downPath);
}
