import type { ProjectProblem } from '../model/report.ts';
import { atlas } from './atlas.ts';
import { dbmate } from './dbmate.ts';
import { drizzle1 } from './drizzle-1.ts';
import { drizzleTs } from './drizzle-ts.ts';
import { drizzle } from './drizzle.ts';
import { flyway } from './flyway.ts';
import { golangMigrate } from './golang-migrate.ts';
import { goose } from './goose.ts';
import { hasura } from './hasura.ts';
import type { FolderView, Layout, Listing } from './layout.ts';
import { knex } from './knex.ts';
import { kysely } from './kysely.ts';
import { liquibase } from './liquibase.ts';
import { mikroOrm } from './mikro-orm.ts';
import { nodePgMigrate } from './node-pg-migrate.ts';
import { plain } from './plain.ts';
import { prisma } from './prisma.ts';
import { sequelize } from './sequelize.ts';
import { sqitch } from './sqitch.ts';
import { supabase } from './supabase.ts';
import { typeorm } from './typeorm.ts';

/** Every layout that Lockstep speaks. */
export const layouts: readonly Layout[] = [
  drizzle, drizzle1, prisma, flyway, liquibase, sqitch, atlas, golangMigrate, dbmate, goose, hasura, supabase,
  nodePgMigrate, knex, typeorm, kysely, sequelize, mikroOrm, drizzleTs, plain,
];

/** Whether some layout looks at a file of this name; the rest of a workspace is never kept, however big it is. */
export function isRelevant(path: string): boolean {
  return layouts.some((layout) => layout.files.test(path));
}

export function layoutById(id: string): Layout | null {
  return layouts.find((layout) => layout.id === id) ?? null;
}

/** Whether the texts of a folder are worth reading: its names could be those of some layout. */
export function isCandidate(unread: FolderView): boolean {
  return layouts.some((layout) => layout.detect(unread) > 0);
}

/** Loads what listing the folder needs, in whatever layout; what nobody needs stays unloaded. */
export async function prepareLayouts(folder: FolderView, pinned: Layout | null): Promise<void> {
  for (const layout of layouts) if (layout === pinned || (layout.prepare !== undefined && layout.detect(folder) >= 1)) await layout.prepare?.();
}

/** The layout that recognises the folder best, or null. */
export function detectLayout(folder: FolderView): Layout | null {
  const scored = layouts.map((layout) => ({ layout, score: layout.detect(folder) })).filter(({ score }) => score >= 1);
  return scored.sort((a, b) => b.score - a.score)[0]?.layout ?? null;
}

/** Lists a folder, and says so when some of its files follow another layout: no tool would run those. */
export function listFolder(folder: FolderView, layout: Layout): Listing {
  const listing = layout.list(folder);
  const claimed = claimedFiles(folder, listing);
  const rest: FolderView = { path: folder.path, files: folder.files.filter((file) => !claimed.has(file)), read: (file) => folder.read(file) };
  const problems = layouts
    .filter((other) => other !== layout && other.detect(rest) >= 1)
    .flatMap((other) => other.list(rest).migrations.slice(0, 1).map((stranger) => mixed(folder, layout, { layout: other, path: stranger.up.path })));
  return { migrations: listing.migrations, problems: [...listing.problems, ...problems] };
}

/** Paths relative to the folder that a listing has accounted for. */
export function claimedFiles(folder: FolderView, listing: Listing): ReadonlySet<string> {
  const paths = [...listing.migrations.flatMap(({ up, down }) => [up.path, ...(down === null ? [] : [down.path])]), ...listing.problems.map(({ path }) => path)];
  return new Set(paths.map((path) => path.slice(folder.path.length).replace(/^\//, '')));
}

function mixed(folder: FolderView, layout: Layout, stranger: { readonly layout: Layout; readonly path: string }): ProjectProblem {
  return {
    path: folder.path,
    message: `This folder mixes layouts: it is a ${layout.title} folder, but ${stranger.path.slice(folder.path.length + 1)} follows the layout “${stranger.layout.title}”, so ${layout.title} will not run it.`,
    next: 'Move those files to a folder of their own, or pin the folder to one layout with "layouts" in lockstep.config.json.',
  };
}
