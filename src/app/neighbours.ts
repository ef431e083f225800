import { layoutById } from '../layouts/detect.ts';
import type { Layout } from '../layouts/layout.ts';
import { installedVersion, majorOf } from './installed.ts';
import { join, parent, relative } from './paths.ts';
import type { FilePort } from './ports.ts';

/** The layout of a folder that holds no migration yet, by the tool's own files around it; null when there are none. */
export async function layoutByNeighbours(files: FilePort, folder: string): Promise<Layout | null> {
  if (await files.exists(join(parent(folder), 'schema.prisma'))) return layoutById('prisma');
  const marked = await layoutByMarker(files, folder);
  if (marked !== null) return layoutById(marked);
  const config = await drizzleConfig(files, folder);
  if (config?.namesFolder === true) return layoutById(majorOf(await installedVersion(files, parent(config.path), 'drizzle-kit')) === 1 ? 'drizzle-1' : 'drizzle');
  for (let at = parent(folder); ; at = parent(at)) {
    const names = await files.list(at, 0);
    const found = configNames.find(([name]) => names.some((each) => name.test(each)));
    if (found !== undefined) return layoutById(found[1]);
    // Names that begin with a dot are not listed.
    if (await files.exists(join(at, '.sequelizerc'))) return layoutById('sequelize');
    // What lies above a project belongs to others.
    if (names.includes('package.json') || parent(at) === at) return null;
  }
}

/** Files that tools keep beside their migrations, or above them. */
async function layoutByMarker(files: FilePort, folder: string): Promise<string | null> {
  const above = parent(folder);
  for (const [file, id] of markers) {
    if ((await files.exists(join(folder, file))) || (await files.exists(join(above, file)))) return id;
  }
  if (/(^|\/)supabase\/migrations$/.test(folder) && (await files.exists(join(above, 'config.toml')))) return 'supabase';
  if (/^-- Dbmate schema migrations$/m.test((await files.read(join(above, 'schema.sql'))) ?? '')) return 'dbmate';
  for (const at of [above, parent(above)]) {
    if (/^(?:metadata_directory|migrations_directory)\s*:/m.test((await files.read(join(at, 'config.yaml'))) ?? '')) return 'hasura';
  }
  return null;
}

/** Configuration files of the tools whose migrations are programs, and their layouts. */
const configNames: readonly (readonly [RegExp, string])[] = [
  [/^knexfile\.[cm]?[jt]s$/, 'knex'],
  [/^mikro-orm\.config\.[cm]?[jt]s$/, 'mikro-orm'],
  [/^kysely\.config\.[cm]?[jt]s$/, 'kysely'],
  [/^(?:ormconfig\.(?:json|[cm]?[jt]s)|(?:typeorm\.config|data-source)\.[cm]?[jt]s)$/, 'typeorm'],
];

/** Files that tools keep in the folder of the migrations or beside it. */
const markers = [['flyway.toml', 'flyway'], ['flyway.conf', 'flyway'], ['sqitch.plan', 'sqitch'], ['atlas.hcl', 'atlas'], ['atlas.sum', 'atlas'], ['liquibase.properties', 'liquibase']] as const;

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
