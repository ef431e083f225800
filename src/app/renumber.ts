import { parsed } from '../layouts/json-text.ts';
import { movesOf, type Moves, type Renaming } from '../layouts/moves.ts';
import { fileName } from '../layouts/naming.ts';
import { UserError } from '../model/errors.ts';
import type { FileChange } from '../model/file-change.ts';
import type { Migration } from '../model/migration.ts';
import { isRecord } from '../model/record.ts';
import { formerTexts, readMainBranch, type MainBranch } from './main-branch.ts';
import type { Ports } from './ports.ts';
import { reopenFolder, type MigrationFolder } from './project.ts';

export interface MoveRequest {
  readonly folder: MigrationFolder;
  readonly migration: Migration;
  readonly signal: AbortSignal;
}

/** What is going to happen; nothing has been written. */
export interface MovePlan {
  readonly renamings: readonly { readonly from: string; readonly to: string }[];
  readonly changes: readonly FileChange[];
}

type MovePorts = Pick<Ports, 'files' | 'processes' | 'now'>;

/**
 * Gives a migration, and those after it that the main branch does not know, the numbers that they would get today. Refuses for what others
 * may have run already (`layout-broken`), and where the tool's bookkeeping cannot follow.
 */
export async function planRenumber(ports: MovePorts, request: MoveRequest): Promise<MovePlan> {
  const { folder, migration } = await fresh(ports, request);
  const main = await refuseMerged(ports, { folder, migration, signal: request.signal }, { under: ' under this name', next: 'Renumber the migration of your own branch instead.' });
  const from = folder.migrations.findIndex((each) => each.id === migration.id);
  const moving = folder.migrations.slice(from).filter((each) => each === migration || main?.files.has(each.up.path) !== true);
  const now = ports.now();
  const moves = movesOf(folder.layout);
  const ids = moves.newIds({ folder: folder.view, moving, now, config: folder.config });
  const renamings = moving.map((each, index): Renaming => ({ migration: each, id: ids[index] ?? each.id }));
  const snapshots = await lostSnapshots(ports, { folder, signal: request.signal }, moving);
  return planned(renamings, moves.moved({ folder: folder.view, renamings, now, snapshots }));
}

/** Gives a migration another name under the same number. */
export async function planRename(ports: MovePorts, request: MoveRequest, name: string): Promise<MovePlan> {
  const { folder, migration } = await fresh(ports, request);
  const words = fileName(name);
  const refusal = words === migration.name ? 'This is its name already.' : folder.layout.refuseName(words, folder.view);
  if (refusal !== null) throw new UserError('name-invalid', refusal, 'Choose another name.');
  await refuseMerged(ports, { folder, migration, signal: request.signal }, { under: ' under this name', next: 'Leave its name as it is.' });
  const id = `${migration.id.slice(0, migration.id.length - migration.name.length)}${words}`;
  const renamings = [{ migration, id }];
  if (!migration.id.endsWith(migration.name)) throw new UserError('layout-broken', `The name of ${migration.id} is not the end of its id, so ${folder.layout.title} would take it for another migration.`, 'Leave its name as it is.');
  return planned(renamings, movesOf(folder.layout).renamed({ folder: folder.view, renamings, now: ports.now() }));
}

/** Takes a migration out, both sides and the bookkeeping. */
export async function planDelete(ports: MovePorts, request: MoveRequest): Promise<MovePlan> {
  const { folder, migration } = await fresh(ports, request);
  await refuseMerged(ports, { folder, migration, signal: request.signal }, { under: '', next: 'Write a new migration that takes back what it does.' });
  return planned([], movesOf(folder.layout).removed(folder.view, migration));
}

/** What the main branch has is no longer one's own to move. The branch as git knows it, or null where it knows none. */
async function refuseMerged({ processes }: MovePorts, { folder, migration, signal }: MoveRequest, { under, next }: { readonly under: string; readonly next: string }): Promise<MainBranch | null> {
  const main = await readMainBranch(processes, { folder, signal });
  if (main?.files.has(migration.up.path) === true) throw new UserError('layout-broken', `${migration.id} is on ${main.name} already, so databases may have run it${under}.`, next);
  return main;
}

function planned(renamings: readonly Renaming[], moves: Moves): MovePlan {
  if (moves.kind === 'refused') throw new UserError('layout-broken', moves.reason, 'Nothing was changed.');
  return { renamings: renamings.map(({ migration, id }) => ({ from: migration.id, to: id })).filter(({ from, to }) => from !== to), changes: moves.changes };
}

/** The folder as it is on the disk, snapshots included. */
async function fresh({ files }: MovePorts, { folder, migration }: MoveRequest): Promise<{ readonly folder: MigrationFolder; readonly migration: Migration }> {
  const now = await reopenFolder(files, folder, 'all');
  const found = now.migrations.find((each) => each.id === migration.id);
  if (found === undefined) throw new UserError('migration-not-found', `${migration.id} is no longer in ${folder.path}.`, 'Look again which migrations there are.');
  return { folder: now, migration: found };
}

/** Two branches that made a migration of the same number made one file of snapshot; git still knows the one that was lost. */
async function lostSnapshots({ processes }: MovePorts, { folder, signal }: { readonly folder: MigrationFolder; readonly signal: AbortSignal }, moving: readonly Migration[]): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { id } of moving) {
    const number = id.slice(0, Math.max(0, id.indexOf('_')));
    const file = `meta/${number}_snapshot.json`;
    const twin = folder.migrations.find((each) => each.id !== id && each.id.startsWith(`${number}_`));
    if (folder.layout.id !== 'drizzle' || twin === undefined || !folder.view.files.includes(file)) continue;
    const [kept, ...others] = [folder.view.read(file) ?? '', ...(await formerTexts(processes, { folder, signal }, file))];
    const lost = others.find((text) => idOf(text) !== null && idOf(text) !== idOf(kept));
    if (lost !== undefined) found.set(id, lost);
  }
  return found;
}

function idOf(snapshot: string): string | null {
  const content = parsed(snapshot);
  return isRecord(content) && typeof content['id'] === 'string' ? content['id'] : null;
}
