import { claimedFiles, detectLayout, isCandidate, isRelevant, layoutById, listFolder, prepareLayouts } from '../layouts/detect.ts';
import type { FolderView, Layout } from '../layouts/layout.ts';
import { plain } from '../layouts/plain.ts';
import { defaultConfig, type Config } from '../model/config.ts';
import { UserError } from '../model/errors.ts';
import type { Migration, Side } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import type { TableSizes } from '../model/trace.ts';
import { closedFolder, closedFolders } from './closed-folders.ts';
import { ConfigError, configFile, configFiles, parseConfig } from './config.ts';
import { readNeonFile, withNeonFile } from './neon-file.ts';
import { layoutByNeighbours } from './neighbours.ts';
import { join, parent, relative, within } from './paths.ts';
import type { PlacedConfig } from './policy.ts';
import type { FilePort } from './ports.ts';
import { parseSquawk, squawkFile } from './squawk.ts';
import { readStats, statsFile } from './stats.ts';

/** A folder of migrations that a layout recognised. */
export interface MigrationFolder {
  readonly path: string;
  readonly layout: Layout;
  readonly view: FolderView;
  readonly migrations: readonly Migration[];
  readonly problems: readonly ProjectProblem[];
  /** The nearest configuration at or above the folder decides; in a monorepo it can differ from the project's. For one of its files ask `configOf`. */
  readonly config: Config;
  /** The folder that the configuration's paths start from. */
  readonly configFolder: string;
}

/** A workspace folder (or any folder given on the command line) as Lockstep understands it. */
export interface Project {
  readonly root: string;
  readonly config: Config;
  readonly configFolder: string;
  /** How large the tables of a real server are, as `lockstep.stats.json` says; null without it. */
  readonly sizes: TableSizes | null;
  readonly folders: readonly MigrationFolder[];
  readonly problems: readonly ProjectProblem[];
}

/** Where a file stands: which migration, which side. */
export interface Located {
  readonly folder: MigrationFolder;
  readonly migration: Migration;
  readonly side: Side;
}

/** Deep enough for `apps/<name>/packages/<name>/src/db/migrations/<id>/migration.sql`. */
const searchDepth = 9;

/**
 * Finds every migration folder below `root` and reads it. Throws `folder-not-found` and `config-invalid`;
 * whatever is wrong inside a folder becomes a problem, and the rest still works.
 */
export async function openProject(files: FilePort, root: string): Promise<Project> {
  if (!(await files.isDirectory(root))) throw new UserError('folder-not-found', `${root} is not a folder.`, 'Name a folder that exists.');
  const { files: listed, closed } = await files.survey(root, searchDepth);
  const [above, ...below] = await readConfigs(files, root, listed);
  const outer = above ?? { at: root, config: defaultConfig, file: null };
  const neonFile = await readNeonFile(files, root);
  const views = groupByFolder(root, listed.filter(isRelevant));
  const pins = pinnedFolders([outer, ...below]);
  const folders: MigrationFolder[] = [];
  // A file belongs to the outermost folder that uses it: the `down` of a pair of folders is no folder of its own.
  const claimed = new Set<string>();
  for (const [path, names] of views) {
    const free = names.filter((name) => !claimed.has(join(path, name)));
    const { config, at } = below.findLast((each) => within(each.at, path)) ?? outer;
    const folder = await openFolder(files, { path, names: free, pinned: pins.get(path) ?? null, config: withNeonFile(config, neonFile), configFolder: at });
    if (folder === null) continue;
    folders.push(folder);
    for (const name of claimedFiles(folder.view, folder)) claimed.add(join(path, name));
  }
  const { sizes, problems } = await sizesOf(files, root);
  return { root, config: withNeonFile(outer.config, neonFile), configFolder: outer.at, sizes, folders, problems: [...problems, ...missingPins(pins, folders), ...missingStarts([outer, ...below], folders), ...closedFolders(closed, { root, folders })] };
}

/** The folder that `openProject` is best given for a path: the nearest above with `lockstep.config.json`, `package.json` or `.git`. */
export async function rootOf(files: FilePort, path: string): Promise<string> {
  const start = (await files.isDirectory(path)) ? path : parent(path);
  for (let folder = start; ; folder = parent(folder)) {
    for (const marker of [configFile, 'package.json', '.git']) {
      if (await files.exists(join(folder, marker))) return folder;
    }
    if (parent(folder) === folder) return start;
  }
}

/**
 * A folder that New Migration was asked for although no layout recognised it (it is empty, say):
 * what the tools' files around it say, else SQL pairs.
 */
export async function openFolderAt(files: FilePort, project: Project, path: string): Promise<MigrationFolder> {
  const known = project.folders.find((folder) => folder.path === path) ?? project.folders.find((folder) => within(folder.path, path));
  if (known !== undefined) return known;
  const names = (await namesIn(files, path)).filter(isRelevant);
  const opened = await openFolder(files, { path, names, pinned: null, config: project.config, configFolder: project.configFolder });
  if (opened !== null) return opened;
  const layout = (await layoutByNeighbours(files, path)) ?? plain;
  await layout.prepare?.();
  return { path, layout, view: { path, files: names, read: () => null }, migrations: [], problems: [], config: project.config, configFolder: project.configFolder };
}

/** The folder as it is on the disk now, in the layout that it had; `all`: with the texts of snapshots. */
export async function reopenFolder(files: FilePort, { path, layout, config, configFolder }: MigrationFolder, texts: 'scripts' | 'all' = 'scripts'): Promise<MigrationFolder> {
  const view = await readView(files, path, { names: (await namesIn(files, path)).filter(isRelevant), texts });
  await prepareLayouts(view, layout);
  return { path, layout, view, ...listFolder(view, layout), config, configFolder };
}

/** Nothing can be said of a folder that nobody may look into, and nothing written: its next number is not known. */
async function namesIn(files: FilePort, path: string): Promise<readonly string[]> {
  const { files: names, closed } = await files.survey(path, 2);
  if (closed.includes('')) throw closedFolder(path);
  return names;
}

/** Every script that stands in a file, in the order of the migrations; none when it belongs to no migration. A down that is yet to be written is found as well. */
export function locateAll(project: Project, path: string): readonly Located[] {
  const found: Located[] = [];
  for (const folder of project.folders) {
    if (!within(folder.path, path)) continue;
    for (const migration of folder.migrations) {
      if (migration.up.path === path) found.push({ folder, migration, side: 'up' });
      if (migration.down?.path === path || migration.downPath === path) found.push({ folder, migration, side: 'down' });
    }
  }
  return found;
}

/** The first script that stands in a file, or null. */
export function locate(project: Project, path: string): Located | null {
  return locateAll(project, path)[0] ?? null;
}

/**
 * The migration that a person means by `query`: its id, its number, its name, a path of one of its files
 * (absolute or relative to the root), or `newest`. Throws `migration-not-found` with what there is to choose from.
 */
export function migrationNamed(project: Project, query: string): { readonly folder: MigrationFolder; readonly migration: Migration } {
  if (project.folders.every((folder) => folder.migrations.length === 0)) {
    throw new UserError('no-migrations', `No migrations were found in ${project.root}.`, 'Name the folder that holds them, or pin it with "layouts" in lockstep.config.json.');
  }
  const path = query.startsWith('/') || /^[A-Za-z]:\//.test(query) ? query : join(project.root, query.replace(/^\.\//, ''));
  const meant = (folder: MigrationFolder, migration: Migration): boolean =>
    query === 'newest' ? migration === folder.migrations.at(-1) : migration.id === query || migration.name === query || sameNumber(migration.id, query) || isPathOf(folder, migration, path);
  const inside = project.folders.filter((folder) => query !== 'newest' || folder.migrations.length > 0);
  const found = inside.flatMap((folder) => folder.migrations.filter((migration) => meant(folder, migration)).map((migration) => ({ folder, migration })));
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  const label = ({ folder, migration }: { folder: MigrationFolder; migration: Migration }): string => relative(project.root, join(folder.path, migration.id));
  if (only !== undefined) {
    throw new UserError('migration-not-found', `“${query}” could be any of ${found.map(label).join(', ')}.`, 'Name it by its path.');
  }
  const newest = project.folders.flatMap((folder) => folder.migrations.slice(-3).map((migration) => label({ folder, migration })));
  throw new UserError('migration-not-found', `No migration is called “${query}”.`, `The newest are ${newest.join(', ')}.`);
}

/** That of the project first, null without one, then those below it, outer folders before inner ones. Throws a `ConfigError` with the mistakes of all of them. */
async function readConfigs(files: FilePort, root: string, listed: readonly string[]): Promise<readonly [PlacedConfig | null, ...PlacedConfig[]]> {
  const mistakes: ConfigError[] = [];
  const told = async (read: () => Promise<PlacedConfig | null>): Promise<PlacedConfig | null> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      mistakes.push(error);
      return null;
    }
  };
  const read = (folder: string): Promise<PlacedConfig | null> => told(() => readConfig(files, folder));
  const folders = new Set(listed.filter((path) => configFiles.some((name) => path.endsWith(`/${name}`))).map((path) => parent(join(root, path))));
  const below = await Promise.all([...folders].sort((a, b) => a.length - b.length).map(read));
  const above = (await nearestAbove(root, read)) ?? (await nearestAbove(root, (folder) => told(() => readSquawkConfig(files, folder))));
  if (mistakes.length > 0) throw new ConfigError(mistakes.flatMap((each) => each.mistakes));
  return [above, ...below.filter((config) => config !== null)];
}

async function nearestAbove(root: string, read: (folder: string) => Promise<PlacedConfig | null>): Promise<PlacedConfig | null> {
  for (let folder = root; ; folder = parent(folder)) {
    const found = await read(folder);
    if (found !== null || parent(folder) === folder) return found;
  }
}

async function readConfig(files: FilePort, folder: string): Promise<PlacedConfig | null> {
  for (const name of configFiles) {
    const path = join(folder, name);
    const text = await files.read(path);
    const config = text === null ? null : parseConfig(text, path);
    if (config !== null) return { at: folder, config, file: path };
    if (name === configFile && text === null && (await files.exists(path))) throw new UserError('config-invalid', `${path} cannot be read as UTF-8 text.`, 'Save it as UTF-8, or allow reading it.');
  }
  return null;
}

/** A team that comes from squawk need not decide anew. */
async function readSquawkConfig(files: FilePort, folder: string): Promise<PlacedConfig | null> {
  const path = join(folder, squawkFile);
  const text = await files.read(path);
  return text === null ? null : { at: folder, config: parseSquawk(text, path), file: path };
}

interface KnownSizes {
  readonly sizes: TableSizes | null;
  readonly problems: readonly ProjectProblem[];
}

/** Sizes that cannot be read cost their use, and nothing else. */
async function sizesOf(files: FilePort, root: string): Promise<KnownSizes> {
  try {
    return { sizes: await readStats(files, root), problems: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { sizes: null, problems: [{ path: join(root, statsFile), message: error.message, next: error.next }] };
  }
}

function pinnedFolders(configs: readonly PlacedConfig[]): ReadonlyMap<string, Layout> {
  const pins = configs.flatMap(({ at, config }) =>
    Object.entries(config.layouts).flatMap(([folder, id]): [string, Layout][] => {
      const layout = layoutById(id);
      return layout === null ? [] : [[join(at, folder.replace(/^\.\//, '').replace(/\/$/, '')), layout]];
    }),
  );
  return new Map(pins);
}

function missingPins(pins: ReadonlyMap<string, Layout>, folders: readonly MigrationFolder[]): readonly ProjectProblem[] {
  return [...pins.keys()]
    .filter((path) => !folders.some((folder) => folder.path === path))
    .map((path) => ({ path, message: `${configFile} pins ${path} to a layout, but no migrations were found there.`, next: 'Mend the path in "layouts", or remove it.' }));
}

/** A start that no folder has would leave nothing in peace, or hide a migration that was renamed. */
function missingStarts(configs: readonly PlacedConfig[], folders: readonly MigrationFolder[]): readonly ProjectProblem[] {
  return configs.flatMap(({ config: { startAfter }, file, at }) => {
    const own = folders.filter(({ configFolder, migrations }) => configFolder === at && migrations.length > 0);
    if (startAfter === null || file === null || own.length === 0 || own.some(({ migrations }) => migrations.some(({ id }) => id === startAfter))) return [];
    return [{ path: file, message: `"startAfter" names ${startAfter}, and no migration is called so: all of them are checked.`, next: `Name one by its id, for example ${own[0]?.migrations.at(-1)?.id ?? ''}.` }];
  });
}

/** Every folder with files of interest up to three levels below it, outer folders first. */
function groupByFolder(root: string, listed: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const path of listed) {
    const parts = path.split('/');
    for (let depth = Math.max(0, parts.length - 3); depth < parts.length; depth += 1) {
      const folder = depth === 0 ? root : join(root, parts.slice(0, depth).join('/'));
      const group = groups.get(folder);
      const name = parts.slice(depth).join('/');
      if (group === undefined) groups.set(folder, [name]);
      else group.push(name);
    }
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface FolderRequest {
  readonly path: string;
  readonly names: readonly string[];
  readonly pinned: Layout | null;
  readonly config: Config;
  readonly configFolder: string;
}

/** Asks the layouts twice: by names alone, so that nothing else of a big workspace is read, and again with the texts. */
async function openFolder(files: FilePort, { path, names, pinned, config, configFolder }: FolderRequest): Promise<MigrationFolder | null> {
  const unread: FolderView = { path, files: names, read: () => null };
  if (pinned === null && !isCandidate(unread)) return null;
  const view = await readView(files, path, { names, texts: 'scripts' });
  await prepareLayouts(view, pinned);
  const layout = pinned ?? detectLayout(view);
  return layout === null ? null : { path, layout, view, ...listFolder(view, layout), config, configFolder };
}

/** Reads at most this many files at once, below the usual limit of open files. */
const readsAtOnce = 64;

async function readView(files: FilePort, path: string, { names, texts: wish }: { readonly names: readonly string[]; readonly texts: 'scripts' | 'all' }): Promise<FolderView> {
  const texts = new Map<string, string | null>();
  // Snapshots are big, and no layout looks into them to list a folder.
  const wanted = names.filter((name) => wish === 'all' || !name.endsWith('snapshot.json'));
  for (let from = 0; from < wanted.length; from += readsAtOnce) {
    await Promise.all(wanted.slice(from, from + readsAtOnce).map(async (name) => texts.set(name, await files.read(join(path, name)))));
  }
  return { path, files: names, read: (file) => texts.get(file) ?? null };
}

function sameNumber(id: string, query: string): boolean {
  const number = /^\d+/.exec(id)?.[0];
  return number !== undefined && /^\d+$/.test(query) && BigInt(number) === BigInt(query);
}

/** One of its files, or the folder that is its own (Prisma). */
function isPathOf(folder: MigrationFolder, migration: Migration, path: string): boolean {
  const own = [migration.up.path, migration.down?.path, migration.downPath];
  return own.includes(path) || (path !== folder.path && parent(migration.up.path) === path);
}
