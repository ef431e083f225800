import { layoutById } from '../layouts/detect.ts';
import type { Layout } from '../layouts/layout.ts';
import { join, parent, relative } from './paths.ts';
import type { FilePort } from './ports.ts';

/** The layout of a folder that holds no migration yet, by the tool's own files around it; null when there are none. */
export async function layoutByNeighbours(files: FilePort, folder: string): Promise<Layout | null> {
  if (await files.exists(join(parent(folder), 'schema.prisma'))) return layoutById('prisma');
  const config = await drizzleConfig(files, folder);
  return config?.namesFolder === true ? layoutById('drizzle') : null;
}

interface DrizzleConfig {
  readonly path: string;
  /** Whether it mentions the folder, as `out` does. */
  readonly namesFolder: boolean;
}

/** The nearest Drizzle configuration at or above the folder; where there are several, the one that names the folder. */
export async function drizzleConfig(files: FilePort, folder: string): Promise<DrizzleConfig | null> {
  for (let at = folder; ; at = parent(at)) {
    const names = (await files.list(at, 0)).filter((name) => /^drizzle\b.*\bconfig\.([cm]?[jt]s|json)$/.test(name));
    const found: DrizzleConfig[] = [];
    for (const name of [...names].sort((a, b) => a.length - b.length)) {
      const text = (await files.read(join(at, name))) ?? '';
      found.push({ path: join(at, name), namesFolder: at !== folder && text.includes(relative(at, folder)) });
    }
    const chosen = found.find((config) => config.namesFolder) ?? found[0];
    if (chosen !== undefined || parent(at) === at) return chosen ?? null;
  }
}
