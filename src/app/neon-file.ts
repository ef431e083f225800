import type { Config } from '../model/config.ts';
import { join, parent } from './paths.ts';
import type { FilePort } from './ports.ts';

/** What Neon's command line keeps in a workspace: which project, and which branch is checked out. */
export interface NeonFile {
  readonly project: string | null;
  readonly branch: string | null;
}

const name = '.neon';

/** The nearest `.neon` at or above a folder. One that cannot be read counts as none: it is another tool's file. */
export async function readNeonFile(files: FilePort, folder: string): Promise<NeonFile | null> {
  for (let at = folder; ; at = parent(at)) {
    const text = await files.read(join(at, name));
    const found = text === null ? null : parseNeonFile(text);
    if (found !== null || parent(at) === at) return found;
  }
}

/** A project that `lockstep.config.json` names has nothing to do with the branch that is checked out in another one. */
export function withNeonFile(config: Config, file: NeonFile | null): Config {
  const { neon } = config;
  if (file === null || (neon.project !== null && neon.project !== file.project)) return config;
  return { ...config, neon: { ...neon, project: file.project, parentBranch: neon.parentBranch ?? file.branch } };
}

function parseNeonFile(text: string): NeonFile | null {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof content !== 'object' || content === null) return null;
  const members = new Map<string, unknown>(Object.entries(content));
  const given = (key: string): string | null => {
    const value = members.get(key);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  // Older releases of the command line wrote the branch as `branchId`.
  return { project: given('projectId'), branch: given('branch') ?? given('branchId') };
}
