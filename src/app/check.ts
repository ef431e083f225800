import { UserError } from '../model/errors.ts';
import type { Finding } from '../model/finding.ts';
import type { Migration, Side } from '../model/migration.ts';
import type { CheckReport, FileReport, ProjectProblem } from '../model/report.ts';
import { closedFolder } from './closed-folders.ts';
import { inOneFile, type CheckedScript } from './file-findings.ts';
import { checkLive, openLive, prepareToCheck, type LiveScript } from './live-script.ts';
import { goneSince, readMergedFolder, type MergedFolder } from './merged.ts';
import { relative, within } from './paths.ts';
import type { Ports } from './ports.ts';
import { locateAll, openProject, rootOf, type Located, type MigrationFolder, type Project } from './project.ts';

type CheckPorts = Pick<Ports, 'files' | 'processes' | 'now'>;

/**
 * Checks files and folders: a folder stands for every migration in it, a file for itself, with the rest of its project
 * as what is known around it. A file that belongs to no migration is checked as SQL on its own.
 * Throws `folder-not-found`, `file-unreadable` and `no-migrations` for the paths given, and `config-invalid`.
 */
export async function check(ports: CheckPorts, paths: readonly string[]): Promise<CheckReport> {
  await prepareToCheck();
  const projects = new Map<string, Project>();
  const merged = new Map<MigrationFolder, MergedFolder | null>();
  const sum = new Sum();
  for (const path of [...new Set(paths)]) {
    const root = await existingRoot(ports, path);
    const project = projects.get(root) ?? (await openProject(ports.files, root));
    projects.set(root, project);
    for (const folder of project.folders.filter((each) => concerns(path, each) && !merged.has(each))) merged.set(folder, await readMergedFolder(ports, folder, never));
    if (await ports.files.isDirectory(path)) {
      if ((await ports.files.survey(path, 0)).closed.length > 0) throw closedFolder(path);
      checkFolder(ports, { project, path, sum, merged });
    }
    else await checkFile(ports, { project, path, sum, merged });
  }
  return sum.report();
}

/** A check is short, and ends with its process. */
const never = new AbortController().signal;

interface Task {
  readonly project: Project;
  readonly path: string;
  readonly sum: Sum;
  /** The folders as the main branch has them. */
  readonly merged: ReadonlyMap<MigrationFolder, MergedFolder | null>;
}

function concerns(path: string, folder: MigrationFolder): boolean {
  return within(path, folder.path) || within(folder.path, path);
}

function checkFolder(ports: CheckPorts, { project, path, sum, merged }: Task): void {
  const folders = project.folders.filter((folder) => concerns(path, folder));
  const pairs = folders.flatMap((folder) => folder.migrations.filter((migration) => isInside(path, migration)).map((migration) => ({ folder, migration })));
  const gone = folders.flatMap((folder) => goneIn(merged, folder));
  const problems = [...project.problems, ...folders.flatMap((folder) => folder.problems), ...gone].filter((problem) => within(path, problem.path) || within(problem.path, path));
  if (pairs.length === 0 && problems.length === 0) {
    throw new UserError('no-migrations', `No migrations were found in ${path}.`, 'Name the folder that holds them or a single file, or pin the folder with "layouts" in lockstep.config.json.');
  }
  sum.addProblems(problems);
  for (const pair of pairs) checkPair(ports, { ...pair, project, within: path, merged: merged.get(pair.folder) ?? null }, sum);
}

function goneIn(merged: Task['merged'], folder: MigrationFolder): readonly ProjectProblem[] {
  const known = merged.get(folder) ?? null;
  return known === null ? [] : goneSince(known, folder);
}

function isInside(path: string, migration: Migration): boolean {
  return within(path, migration.up.path) || (migration.down !== null && within(path, migration.down.path));
}

interface Pair {
  readonly project: Project;
  readonly folder: MigrationFolder;
  readonly migration: Migration;
  /** Only scripts at or below this path are reported. */
  readonly within: string;
  readonly merged: MergedFolder | null;
}

/** Both scripts are opened, because each is checked in the light of the other. */
function checkPair(ports: CheckPorts, pair: Pair, sum: Sum): void {
  const up = openSide(pair, 'up', sum);
  const down = openSide(pair, 'down', sum);
  sum.addMigration(pair.migration);
  for (const [live, other] of [[up, down], [down, up]] as const) {
    const path = live === null ? null : scriptPath(live.located);
    if (live !== null && path !== null && within(pair.within, path)) sum.addFile(path, live, checkLive(live, { other, now: ports.now(), merged: pair.merged }));
  }
}

function openSide({ project, folder, migration }: Pair, side: Side, sum: Sum): LiveScript | null {
  const script = migration[side];
  if (script === null) return null;
  const text = folder.view.read(relative(folder.path, script.path));
  if (text !== null) return openLive(text, { project, located: { folder, migration, side } });
  // The layout has said so of the folder; here it is said of the file alone.
  sum.addProblems(folder.problems.filter((problem) => problem.path === script.path));
  return null;
}

function scriptPath(located: Located | null): string | null {
  return located === null ? null : (located.migration[located.side]?.path ?? null);
}

async function checkFile(ports: CheckPorts, { project, path, sum, merged }: Task): Promise<void> {
  const places = locateAll(project, path);
  const pairs = new Map(places.map(({ folder, migration }) => [migration, { folder, migration }]));
  for (const pair of pairs.values()) checkPair(ports, { ...pair, project, within: path, merged: merged.get(pair.folder) ?? null }, sum);
  if (places.length > 0) return;
  const text = await ports.files.read(path);
  if (text === null) throw new UserError('file-unreadable', `${path} cannot be read as UTF-8 text.`, 'Name a text file with SQL, saved as UTF-8.');
  const live = openLive(text, { project, located: null });
  if (live !== null) sum.addFile(path, live, checkLive(live, { other: null, now: ports.now() }));
}

async function existingRoot(ports: CheckPorts, path: string): Promise<string> {
  if (await ports.files.exists(path)) return rootOf(ports.files, path);
  throw new UserError('file-unreadable', `${path} does not exist.`, 'Name a file or a folder that exists.');
}

/** Gathers the report. A file with both sections counts once, and so does one that two paths name. */
class Sum {
  readonly #files = new Map<string, CheckedScript[]>();
  readonly #scripts = new Set<string>();
  readonly #migrations = new Set<Migration>();
  readonly #problems = new Map<string, ProjectProblem>();
  #statements = 0;

  addMigration(migration: Migration): void {
    this.#migrations.add(migration);
  }

  addProblems(problems: readonly ProjectProblem[]): void {
    for (const problem of problems) this.#problems.set(`${problem.path}\n${problem.message}`, problem);
  }

  addFile(path: string, live: LiveScript, findings: readonly Finding[]): void {
    const script = `${path}\n${live.located?.migration.id ?? ''}\n${live.located?.side ?? ''}`;
    if (this.#scripts.has(script)) return;
    this.#scripts.add(script);
    this.#statements += live.script.statements.length;
    this.#files.set(path, [...(this.#files.get(path) ?? []), { live, findings }]);
  }

  report(): CheckReport {
    const files = [...this.#files].map(([path, checked]): FileReport => ({ path, text: checked[0]?.live.text ?? '', findings: inOneFile(checked).flat().sort((a, b) => a.span.start - b.span.start) }));
    return { version: 1, files, migrations: this.#migrations.size, statements: this.#statements, problems: [...this.#problems.values()] };
  }
}
