import { differenceOf } from '../analysis/edited.ts';
import type { FolderView } from '../layouts/layout.ts';
import type { Migration } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import { spanToSql } from '../model/source.ts';
import type { EditedSince } from '../rules/define-rule.ts';
import { readScript, type ReadScript } from './lint-input.ts';
import { readMerged, type MergedFiles } from './main-branch.ts';
import { relative } from './paths.ts';
import type { Ports } from './ports.ts';
import type { Located, MigrationFolder } from './project.ts';

const rule = 'migration-edited-after-merge';

/** What others may have run: a folder as it was where this branch left the main one. */
export interface MergedFolder extends Pick<MergedFiles, 'branch' | 'commit'> {
  readonly view: FolderView;
  readonly migrations: readonly Migration[];
  /** Names of the files that are otherwise now, or gone. */
  readonly changed: ReadonlySet<string>;
}

/** Null where git knows no main branch, and where nobody asks for the rule. */
export async function readMergedFolder({ processes }: Pick<Ports, 'processes'>, folder: MigrationFolder, signal: AbortSignal): Promise<MergedFolder | null> {
  if (folder.config.rules[rule] === 'off') return null;
  const merged = await readMerged(processes, { folder, signal });
  if (merged === null) return null;
  const { branch, commit, changed } = merged;
  // Only what the layout looks at: nothing else was read.
  const files = merged.files.filter((file) => folder.layout.files.test(file) && file.split('/').length <= 3).toSorted((a, b) => (a < b ? -1 : 1));
  const view: FolderView = { path: folder.path, files, read: (file) => (changed.has(file) ? (changed.get(file) ?? null) : folder.view.read(file)) };
  return { branch, commit, view, migrations: folder.layout.list(view).migrations, changed: new Set(changed.keys()) };
}

/** How an up differs from what the main branch has; null where it does not, or is not there. */
export function editedSince(merged: MergedFolder, located: Located, now: ReadScript): EditedSince | null {
  const { folder, migration, side } = located;
  if (side !== 'up' || now.reading?.again === true) return null;
  const was = mergedScript(merged, folder, migration.id);
  const difference = was === null ? null : (differenceOf(now.script, was.script) ?? uncheckedDifference(now, was));
  return difference === null ? null : { ...difference, branch: merged.branch, tool: folder.layout.title, checksum: folder.layout.checksum ?? null };
}

/** Merged migrations that are gone, told at what stands where they stood. */
export function goneSince(merged: MergedFolder, folder: MigrationFolder): readonly ProjectProblem[] {
  const present = new Set(folder.migrations.map(({ id }) => id));
  const gone = merged.migrations.filter(({ id }) => !present.has(id));
  return gone.map(({ id }) => {
    const after = merged.migrations.slice(merged.migrations.findIndex((each) => each.id === id)).map((each) => each.id).find((each) => present.has(each));
    const beside = folder.migrations.find((each) => each.id === after) ?? folder.migrations.at(-1);
    return {
      path: beside?.up.path ?? folder.path,
      message: `${id} is on ${merged.branch} and is no longer here: databases may have run it, and keep what it did, while new ones never get it.`,
      next: 'Restore it, and take back what it does in a new migration.',
      rule,
      reopen: { id, folder: folder.path },
    };
  });
}

/** The up of a migration as the main branch has it. */
export function mergedScript(merged: MergedFolder, folder: MigrationFolder, id: string): ReadScript | null {
  const kept = scripts.get(merged) ?? new Map<string, ReadScript | null>();
  scripts.set(merged, kept);
  const known = kept.get(id);
  if (known !== undefined) return known;
  const migration = merged.migrations.find((each) => each.id === id);
  const text = migration === undefined ? null : merged.view.read(relative(folder.path, migration.up.path));
  const read = migration === undefined || text === null ? null : readScript(text, { folder: { ...folder, view: merged.view }, migration, side: 'up' });
  kept.set(id, read);
  return read;
}

/** Read once for each state of the folder, however often the open file is checked. */
const scripts = new WeakMap<MergedFolder, Map<string, ReadScript | null>>();

/** What a program does by other means than SQL. */
function uncheckedDifference(now: ReadScript, was: ReadScript): Pick<EditedSince, 'kind' | 'span' | 'place'> | null {
  const code = ({ reading }: ReadScript): readonly string[] => reading?.source.unchecked.map(({ reason }) => reason) ?? [];
  const before = code(was);
  const at = code(now).findIndex((each, index) => each !== before[index]);
  const [source, place] = [now.reading?.source, now.reading?.source.unchecked[at]?.span];
  return source === undefined || place === undefined ? null : { kind: 'statements', span: spanToSql(source, place), place };
}
