import type { Config } from '../model/config.ts';
import type { FileChange } from '../model/file-change.ts';
import type { Migration } from '../model/migration.ts';
import type { FolderView, Layout } from './layout.ts';

/** A migration and the id that it is to get. */
export interface Renaming {
  readonly migration: Migration;
  readonly id: string;
}

/** The changes, bookkeeping included, or why there are none. */
export type Moves = { readonly kind: 'changes'; readonly changes: readonly FileChange[] } | { readonly kind: 'refused'; readonly reason: string };

/** Migrations and the ids that they are to get, in their order. `folder` can read snapshots. */
export interface MovesRequest {
  readonly folder: FolderView;
  readonly renamings: readonly Renaming[];
  readonly now: Date;
  /** Drizzle: snapshots that are no longer in their place, because a merge kept another of the same number; by migration. */
  readonly snapshots?: ReadonlyMap<string, string>;
}

/** For layouts whose files are not all that there is to move. */
export interface LayoutMoves {
  /** The ids that migrations get when they are made anew, one after the other, behind all that stay. */
  newIds(request: NewIdsRequest): readonly string[];
  /** They go to the end of the order. */
  moved(request: MovesRequest): Moves;
  /** They stay where they are in the order. */
  renamed(request: MovesRequest): Moves;
  removed(folder: FolderView, migration: Migration): Moves;
}

export interface NewIdsRequest {
  readonly folder: FolderView;
  readonly moving: readonly Migration[];
  readonly now: Date;
  readonly config: Config;
}

export function movesOf(layout: Layout): LayoutMoves {
  return layout.moves ?? fileMoves(layout);
}

/** A file of a migration, and what it is called when the migration has another id; null where the name does not tell. */
export interface FileName {
  readonly path: string;
  readonly to: string | null;
}

export type FileNames = (folder: FolderView, migration: Migration, id: string) => readonly FileName[];

const byId: FileNames = (folder, migration, id) => filesOf(folder, migration).map((path) => ({ path, to: renamedPath(folder, path, { from: migration.id, to: id }) }));

/** Where a migration is its files, and their names are the order. Left out, `names`: its id is in them. */
export function fileMoves(layout: Pick<Layout, 'next'>, names: FileNames = byId): LayoutMoves {
  const moved = (request: MovesRequest): Moves => movedFiles(request, names);
  return { newIds: (request) => newIds(layout, request), moved, renamed: moved, removed: (folder, migration) => removedFiles(folder, migration, names) };
}

export function movedFiles({ folder, renamings }: MovesRequest, names: FileNames = byId): Moves {
  const changes: FileChange[] = [];
  for (const { migration, id } of renamings) {
    for (const { path, to } of names(folder, migration, id)) {
      if (to === null) return { kind: 'refused', reason: `The id ${migration.id} is not in the name of its file, so the file alone does not tell what it is called.` };
      if (to !== path) changes.push({ kind: 'move', path, to, ...headed(folder, path, { from: migration.id, to: id }) });
    }
    if (id !== migration.id) changes.push(...ownFolder(folder, migration));
  }
  return { kind: 'changes', changes: inOrder(changes) };
}

export function removedFiles(folder: FolderView, migration: Migration, names: FileNames = byId): Moves {
  return { kind: 'changes', changes: [...names(folder, migration, migration.id).map(({ path }): FileChange => ({ kind: 'delete', path })), ...ownFolder(folder, migration)] };
}

/** A folder that only this migration was in goes with it. */
function ownFolder(folder: FolderView, { id }: Migration): readonly FileChange[] {
  return folder.files.some((file) => file.startsWith(`${id}/`)) ? [{ kind: 'delete', path: `${folder.path}/${id}` }] : [];
}

/** What New Migration would call them in a folder that they had never been in. A second lies between two timestamps. */
function newIds({ next }: Pick<Layout, 'next'>, { folder, moving, now, config }: NewIdsRequest): readonly string[] {
  const gone = new Set(moving.flatMap((migration) => filesOf(folder, migration)));
  let files = folder.files.filter((file) => !gone.has(`${folder.path}/${file}`));
  return moving.map(({ name }, index) => {
    const { id, up } = next({ folder: { path: folder.path, files, read: (file) => folder.read(file) }, name, now: new Date(now.getTime() + index * 1000), config });
    files = [...files, up.path.slice(folder.path.length + 1)].sort();
    return id;
  });
}
/** Its scripts, and whatever else lies in a folder of its own. */
export function filesOf(folder: FolderView, migration: Migration): readonly string[] {
  const own = folder.files.filter((file) => file.startsWith(`${migration.id}/`)).map((file) => `${folder.path}/${file}`);
  return [...new Set([migration.up.path, ...(migration.down === null ? [] : [migration.down.path]), ...own])];
}

interface Ids {
  readonly from: string;
  readonly to: string;
}

function renamedPath(folder: FolderView, path: string, { from, to }: Ids): string | null {
  const file = path.slice(folder.path.length);
  const at = file.lastIndexOf(from);
  return at < 0 ? null : `${folder.path}${file.slice(0, at)}${to}${file.slice(at + from.length)}`;
}

/** Our own header names the up that a down belongs to. */
export function headed(folder: FolderView, path: string, { from, to }: Ids): { readonly text?: string } {
  const text = folder.read(path.slice(folder.path.length + 1));
  const line = `-- Purpose: Rollback changes from ${from}`;
  const at = text?.indexOf(line) ?? -1;
  if (text === null || at < 0 || !/^(\r?\n|$)/.test(text.slice(at + line.length))) return {};
  return { text: `${text.slice(0, at)}-- Purpose: Rollback changes from ${to}${text.slice(at + line.length)}` };
}

/** A name that a later move makes free is taken only then. */
export function inOrder(changes: readonly FileChange[]): readonly FileChange[] {
  const waiting = [...changes];
  const ordered: FileChange[] = [];
  while (waiting.length > 0) {
    const leaving = new Set(waiting.map((each) => each.path));
    const at = waiting.findIndex((each) => each.kind === 'move' ? !leaving.has(each.to) : !waiting.some((other) => other.path.startsWith(`${each.path}/`)));
    ordered.push(...waiting.splice(Math.max(0, at), 1));
  }
  return ordered;
}
