import { targetKinds } from '../model/config.ts';
import type { DoctorFolder, DoctorProblem, DoctorReport } from '../model/doctor.ts';
import { UserError } from '../model/errors.ts';
import { findConfig, findKit } from './drizzle-kit.ts';
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
  return {
    path: folder.path,
    layout: folder.layout.title,
    migrations: folder.migrations.length,
    withoutDown: folder.config.down === 'forbidden' ? 0 : folder.migrations.filter(({ down }) => down === null).length,
    newest: folder.migrations.at(-1)?.id ?? null,
    postgres: folder.config.postgres,
    mainBranch: main?.name ?? null,
    problems: [...folder.problems.map(({ path, message, next }) => ({ path, message, next })), ...(await missingTool(ports, folder))],
  };
}

/** What New Migration and Generate from Schema need beside Lockstep. */
async function missingTool({ files }: Ports, { layout, path }: MigrationFolder): Promise<readonly DoctorProblem[]> {
  if (layout.id !== 'drizzle' && layout.id !== 'drizzle-1') return [];
  try {
    await findKit(files, parent(await findConfig(files, path)));
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ path, message: error.message, next: error.next }];
  }
}
