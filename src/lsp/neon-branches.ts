import type { DeleteNeonBranchParams, NeonBranchesAnswer } from '../app/editor-protocol.ts';
import type { NeonPort } from '../app/ports.ts';
import type { NeonPolicy } from '../model/config.ts';
import type { Projects } from './projects.ts';

interface NeonWiring {
  readonly projects: Projects;
  readonly neon: NeonPort;
}

/** What Lockstep made in every Neon project that the workspace names. */
export async function neonBranches({ projects, neon }: NeonWiring, signal: AbortSignal): Promise<NeonBranchesAnswer> {
  const places = await placesOf(projects);
  const [first] = places;
  const lacking = first === undefined ? 'No Neon project is named in lockstep.config.json or a .neon file.' : await neon.lacking(first);
  if (lacking !== null) return { kind: 'neon branches', lacking, branches: [] };
  const lists = await Promise.all(places.map(async (place) => (await neon.owned(place, signal)).map((branch) => ({ ...branch, project: place.project ?? '' }))));
  return { kind: 'neon branches', lacking: null, branches: lists.flat() };
}

/** Deletes one of them, and answers with what is left. */
export async function deleteNeonBranch(wiring: NeonWiring, { project, id }: DeleteNeonBranchParams, signal: AbortSignal): Promise<NeonBranchesAnswer> {
  const place = (await placesOf(wiring.projects)).find((each) => each.project === project);
  if (place !== undefined) await wiring.neon.remove(place, id);
  return neonBranches(wiring, signal);
}

/** One for each Neon project. */
async function placesOf(projects: Projects): Promise<readonly NeonPolicy[]> {
  const all = (await projects.all()).flatMap((project) => [project, ...project.folders]).map(({ config }) => config.neon);
  return [...new Map(all.filter(({ project }) => project !== null).map((place) => [place.project, place])).values()];
}
