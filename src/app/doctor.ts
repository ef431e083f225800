import { targetKinds } from '../model/config.ts';
import type { DoctorFolder, DoctorProblem, DoctorReport, DoctorTool } from '../model/doctor.ts';
import { UserError } from '../model/errors.ts';
import { findConfig, findKit } from './drizzle-kit.ts';
import { installedVersion, majorOf } from './installed.ts';
import { readMainBranch } from './main-branch.ts';
import { parent } from './paths.ts';
import type { Ports } from './ports.ts';
import { openProject, rootOf, type MigrationFolder, type Project } from './project.ts';
import { targetChoice } from './target-choice.ts';

/** Looks, starts nothing. Rejects with `folder-not-found`, and `cancelled`; a broken configuration is part of the report. */
export async function doctor(ports: Ports, path: string, signal: AbortSignal): Promise<DoctorReport> {
  const root = await rootOf(ports.files, path);
  const project = await opened(ports, root);
  if (!('folders' in project)) return { version: 1, root, folders: [], problems: [project], targets: [] };
  const folders = await Promise.all(project.folders.map((folder) => look(ports, folder, signal)));
  const targets = await Promise.all(targetKinds.map(async (kind) => ({ kind, chosen: project.config.target === kind, lacking: await ports.targets.lacking(targetChoice(project.config, { kind })) })));
  return { version: 1, root, folders, problems: project.problems, targets };
}

async function opened({ files }: Ports, root: string): Promise<Project | DoctorProblem> {
  try {
    return await openProject(files, root);
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'config-invalid') throw error;
    return { path: root, message: error.message, next: error.next };
  }
}

async function look(ports: Ports, folder: MigrationFolder, signal: AbortSignal): Promise<DoctorFolder> {
  const main = await readMainBranch(ports.processes, { folder, signal });
  const { tool, problems } = await toolOf(ports, folder);
  return {
    path: folder.path,
    layout: folder.layout.title,
    migrations: folder.migrations.length,
    withoutDown: folder.config.down === 'forbidden' ? 0 : folder.migrations.filter(({ down }) => down === null).length,
    newest: folder.migrations.at(-1)?.id ?? null,
    postgres: folder.config.postgres,
    mainBranch: main?.name ?? null,
    tool,
    problems: [...folder.problems.map(({ path, message, next }) => ({ path, message, next })), ...problems],
  };
}

interface FoundTool {
  readonly tool: DoctorTool | null;
  readonly problems: readonly DoctorProblem[];
}

/** What New Migration and Generate from Schema need beside Lockstep. */
async function toolOf(ports: Ports, folder: MigrationFolder): Promise<FoundTool> {
  try {
    return folder.layout.id === 'drizzle' || folder.layout.id === 'drizzle-1' ? await drizzleKit(ports, folder) : { tool: null, problems: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { tool: null, problems: [{ path: folder.path, message: error.message, next: error.next }] };
  }
}

async function drizzleKit({ files }: Ports, { layout, path }: MigrationFolder): Promise<FoundTool> {
  const cwd = parent(await findConfig(files, path));
  await findKit(files, cwd);
  const version = (await installedVersion(files, cwd, 'drizzle-kit')) ?? 'of an unknown version';
  const [major, wanted] = [majorOf(version), layout.id === 'drizzle-1' ? 1 : 0];
  const next = wanted === 1 ? 'Install drizzle-kit and drizzle-orm 1.' : 'Run `drizzle-kit up`, which turns the folder into one of Drizzle 1.0, or install drizzle-kit 0.31.';
  const problems = major === null || major === wanted ? [] : [{ path, message: `The folder is one of ${layout.title}, and drizzle-kit ${version} is installed, which does not write such folders.`, next }];
  return { tool: { name: 'drizzle-kit', version }, problems };
}
