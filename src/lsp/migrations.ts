import { TextDocument } from 'vscode-languageserver-textdocument';
import type { FolderChoice, FoldersAnswer, MigrationAnswer, NewMigrationAnswer, NewMigrationParams, OtherSideAnswer, ScriptParams, ScriptPosition, ScriptsParams } from '../app/editor-protocol.ts';
import { pathOfSide, readingOf } from '../app/lint-input.ts';
import { openFile, placeAt, startOf } from '../app/live-file.ts';
import { newMigration, type CreatedMigration } from '../app/new-migration.ts';
import { baseName, relative, within } from '../app/paths.ts';
import { openFolderAt, type Located, type MigrationFolder, type Project } from '../app/project.ts';
import type { FilePort, Ports } from '../app/ports.ts';
import { UserError } from '../model/errors.ts';
import { pathOf, uriOf, type Documents, type OpenDocument } from './documents.ts';
import { folderOf, otherPath, type Projects } from './projects.ts';

/** The folders in which a new migration can go; the one of `uri` is preferred. */
export async function folders(projects: Projects, files: FilePort, uri: string | null): Promise<FoldersAnswer> {
  const near = uri === null ? null : pathOf(uri);
  const open = await projects.all();
  const choices = open.flatMap((project) => project.folders.map((folder) => ({ ...choice(project, folder), preferred: near !== null && folderOf(project, near) === folder })));
  const unknown = near === null || choices.some((each) => each.preferred) ? null : await unrecognised(open, files, near);
  if (choices.length === 0 && unknown === null) {
    throw new UserError('no-migrations', 'There is no folder of migrations in this workspace yet.', 'Create one, for example db/migrations, and choose "New Migration" in its context menu.');
  }
  return { kind: 'folders', choices: unknown === null ? choices : [...choices, unknown] };
}

/** A folder that was clicked although no layout recognised it, because it is still empty, say. */
async function unrecognised(open: readonly Project[], files: FilePort, path: string): Promise<FolderChoice | null> {
  const project = open.find((each) => within(each.root, path));
  if (project === undefined || !(await files.isDirectory(path))) return null;
  return { ...choice(project, await openFolderAt(files, project, path)), preferred: true };
}

function choice(project: Project, folder: MigrationFolder): Omit<FolderChoice, 'preferred'> {
  const label = folder.path === project.root ? baseName(project.root) : relative(project.root, folder.path);
  return { uri: uriOf(folder.path), label, layout: folder.layout.title, migrations: folder.migrations.length };
}

/** The folder of one of the choices. */
export async function folderAt(projects: Projects, files: FilePort, uri: string): Promise<MigrationFolder> {
  const path = pathOf(uri) ?? uri;
  for (const project of await projects.all()) {
    if (within(project.root, path) && (await files.isDirectory(path))) return openFolderAt(files, project, path);
  }
  throw new UserError('folder-not-found', `${path} is not a folder of this workspace.`, 'Choose another folder.');
}

/** The same with its project; a folder that is still empty stands for one of its own. */
export async function projectFolderAt(projects: Projects, files: FilePort, uri: string): Promise<ProjectFolder> {
  const folder = await folderAt(projects, files, uri);
  const project = (await projects.all()).find((each) => each.folders.some(({ path }) => path === folder.path));
  return { folder, project: project ?? { root: folder.path, config: folder.config, configFolder: folder.configFolder, sizes: null, folders: [folder], problems: [] } };
}

/** A folder that a layout has recognised, by its URI. */
export async function knownFolder(projects: Projects, uri: string): Promise<ProjectFolder> {
  const path = pathOf(uri);
  const found = (await projects.all()).flatMap((project) => project.folders.map((folder) => ({ project, folder }))).find(({ folder }) => folder.path === path);
  if (found === undefined) throw new UserError('no-migrations', `${path ?? uri} holds no migrations that Lockstep knows.`, 'Open one of its files, then try again.');
  return found;
}

export interface ProjectFolder {
  readonly project: Project;
  readonly folder: MigrationFolder;
}

export interface CreationWiring {
  readonly ports: Ports;
  readonly projects: Projects;
}

/** Writes the up and the down of a new migration, all or nothing. */
export async function createMigration({ ports, projects }: CreationWiring, params: NewMigrationParams, signal: AbortSignal): Promise<NewMigrationAnswer> {
  const { files, processes, now } = ports;
  const folder = await folderAt(projects, files, params.folder);
  const { up, down } = await newMigration({ files, processes, now, signal }, folder, params.name);
  const file = ({ path, cursor }: CreatedMigration['up']): NewMigrationAnswer['up'] => ({ uri: uriOf(path), cursor });
  return { kind: 'created', up: file(up), down: down === null ? null : file(down) };
}

/** What finding a script in its file takes. */
export interface ScriptWiring {
  readonly projects: Projects;
  readonly documents: Documents;
}

export interface ScriptPlace {
  readonly project: Project;
  readonly located: Located;
  /** The file as an editor has it open, or null. */
  readonly open: OpenDocument | null;
}

/** Where a script stands; refuses for a file that is none. A file that is not known may be newer than what was read. */
export async function placeOfScript({ projects, documents }: ScriptWiring, { uri, at, migration: wanted }: ScriptParams): Promise<ScriptPlace> {
  const path = pathOf(uri) ?? uri;
  const known = await projects.placeOf(path);
  if (known?.located == null) projects.reload();
  const place = known?.located == null ? await projects.placeOf(path) : known;
  if (place?.located == null) {
    throw new UserError('migration-not-found', `${baseName(path)} is no migration that Lockstep recognises.`, 'Open the up or the down of a migration first.');
  }
  const open = documents.at(path);
  const named = wanted === undefined ? undefined : place.places.find(({ migration: { id } }) => id === wanted);
  const around = named !== undefined || at === undefined || open === null || place.places.length === 1 ? null : placeAt(openFile(open.text.getText(), place), open.text.offsetAt(at));
  return { project: place.project, located: named ?? around ?? place.located, open };
}

export async function migration(wiring: ScriptWiring, params: ScriptParams): Promise<MigrationAnswer> {
  const { located } = await placeOfScript(wiring, params);
  return { kind: 'migration', id: located.migration.id, name: located.migration.name, side: located.side, up: uriOf(located.migration.up.path) };
}

export async function otherSide(wiring: ScriptWiring, files: FilePort, params: ScriptParams): Promise<OtherSideAnswer> {
  const { located, open } = await placeOfScript(wiring, params);
  const path = otherPath(located);
  if (path === null) {
    throw new UserError('migration-not-found', `${located.folder.layout.title} has no place for a down.`, 'Write the way back as a new migration.');
  }
  const other: Located = { ...located, side: located.side === 'up' ? 'down' : 'up' };
  if (path !== pathOfSide(located.migration, located.side)) return { kind: 'other side', uri: uriOf(path), exists: await files.exists(path) };
  const text = open?.text.getText() ?? (await files.read(path)) ?? '';
  const reading = readingOf(text, other);
  if (reading !== null) return { kind: 'other side', uri: open?.uri ?? uriOf(path), exists: true, at: positionIn(text, startOf(reading, text)) };
  const { layout } = located.folder;
  const grown = layout.write(text, { path, id: located.migration.id, side: other.side, sql: '' });
  const made = readingOf(grown, other);
  return { kind: 'other side', uri: open?.uri ?? uriOf(path), exists: false, text: grown, at: positionIn(grown, made === null ? grown.length : startOf(made, grown)) };
}

function positionIn(text: string, offset: number): ScriptPosition {
  return TextDocument.create('', 'sql', 0, text).positionAt(offset);
}

/** Every folder and every script that exists, for the editor's menus. */
export async function scripts(projects: Projects): Promise<ScriptsParams> {
  const known = await projects.all();
  const all = known.flatMap((project) => project.folders);
  const paths = all.flatMap((folder) => folder.migrations.flatMap((each) => [each.up.path, ...(each.down === null ? [] : [each.down.path])]));
  return { folders: all.map((folder) => uriOf(folder.path)), scripts: [...new Set(paths)].map(uriOf), neon: [...known, ...all].some(({ config }) => config.neon.project !== null) };
}
