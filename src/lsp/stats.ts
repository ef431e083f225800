import type { CaptureStatsAnswer, CaptureStatsParams } from '../app/editor-protocol.ts';
import type { Ports, SecretPort } from '../app/ports.ts';
import { captureStats, keepStats } from '../app/stats.ts';
import { UserError } from '../model/errors.ts';
import { pathOf } from './documents.ts';
import type { Projects } from './projects.ts';

/** Captures the sizes of a server's tables into the project of a file, or the first one of the workspace. */
export async function captureForProject(server: { readonly projects: Projects; readonly ports: Ports; readonly secrets: SecretPort }, { uri, variable }: CaptureStatsParams, signal: AbortSignal): Promise<CaptureStatsAnswer> {
  const { projects, ports, secrets } = server;
  const path = uri === null ? null : pathOf(uri);
  const project = (path === null ? null : await projects.placeOf(path))?.project ?? (await projects.all())[0];
  if (project === undefined) throw new UserError('folder-not-found', 'No folder is open to keep the sizes in.', 'Open the folder of the project first.');
  const stats = await captureStats({ secrets, now: ports.now }, { variable, signal });
  return { kind: 'stats', path: await keepStats(ports.files, project.root, stats), tables: Object.keys(stats.tables).length };
}
