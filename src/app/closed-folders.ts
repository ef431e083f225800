import { UserError } from '../model/errors.ts';
import type { ProjectProblem } from '../model/report.ts';
import { join, within } from './paths.ts';
import type { Project } from './project.ts';

const next = 'Allow reading it, then try again.';

/** A folder that somebody asked for by its name. */
export function closedFolder(path: string): UserError {
  return new UserError('file-unreadable', `The folder ${path} cannot be read.`, next);
}

/** Many a project has folders that are none of our business, such as a server's data; of those that may hold migrations silence would read as "nothing found". */
export function closedFolders(closed: readonly string[], { root, folders }: Pick<Project, 'root' | 'folders'>): readonly ProjectProblem[] {
  const paths = closed.map((folder) => join(root, folder)).filter((path) => named.test(path.slice(root.length)) || folders.some((folder) => within(folder.path, path)));
  return paths.map((path) => ({ path, message: 'This folder cannot be read, so nothing is known of the migrations in it.', next }));
}

const named = /migrat|changelog|drizzle|prisma|liquibase|flyway|sqitch|atlas|supabase|hasura|knex|typeorm|kysely|sequelize|\/sql(\/|$)/i;
