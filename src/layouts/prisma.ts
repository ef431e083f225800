import type { Migration } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import { newPair } from './header.ts';
import type { FolderView, Layout, Listing } from './layout.ts';
import { compareText, fileName, refuseAnywhere, refuseTaken, timestampAfter } from './naming.ts';
import { at, unreadable, wholeFile } from './scripts.ts';

/**
 * Prisma up to 7: `YYYYMMDDHHMMSS_name/migration.sql`. Prisma knows no down; `down.sql` beside the up is the
 * convention of its own guide, and Prisma ignores the file.
 */
export const prisma: Layout = {
  id: 'prisma',
  title: 'Prisma',
  files: /\.sql$|(^|\/)migration_lock\.toml$/,
  separator: null,
  bookkeeping: ['_prisma_migrations'],
  checksum: {
    where: '_prisma_migrations.checksum',
    counts: ['comments', 'white space'],
    then: '`prisma migrate dev` then asks to reset the database, and `prisma migrate deploy` warns and leaves the database as it is.',
  },
  detect,
  list,
  // Prisma sends a file as one message, so several statements share an implicit transaction (manual 54.2.2.1).
  read: (text) => wholeFile(text, { kind: 'implicit', tool: 'Prisma', optOut: 'put the statement alone in a migration of its own: a single statement runs outside a transaction block' }),
  write: (_text, { sql }) => sql,
  refuseName: (name, folder) => refuseAnywhere(name) ?? refuseTaken(name, steps(folder)),
  next(request) {
    const { folder, name, now } = request;
    const description = fileName(name);
    const id = `${timestampAfter(steps(folder).map(({ number }) => number), now)}_${description}`;
    const facts = { id, name: description, now };
    return newPair({ facts, up: at(folder, `${id}/migration.sql`), down: at(folder, `${id}/down.sql`), request });
  },
};

interface Step {
  readonly id: string;
  readonly number: string;
  readonly name: string;
}

function detect(folder: FolderView): number {
  const provider = /^\s*provider\s*=\s*"([^"]*)"/m.exec(folder.read('migration_lock.toml') ?? '')?.[1];
  if (provider !== undefined) return /^postgres(ql)?$|^cockroachdb$/.test(provider) ? 3 : 0;
  if (folder.files.includes('migration_lock.toml')) return 3;
  // Drizzle 1.0 names its folders alike, and puts a snapshot into each.
  const found = steps(folder);
  return found.length > 0 && !found.some((step) => folder.files.includes(`${step.id}/snapshot.json`)) ? 2 : 0;
}

function list(folder: FolderView): Listing {
  const present = new Set(folder.files);
  const found = steps(folder).sort((a, b) => compareText(a.id, b.id));
  const migrations = found
    .filter((step) => present.has(`${step.id}/migration.sql`))
    .map(({ id, name }): Migration => ({
      id,
      name,
      up: { path: at(folder, `${id}/migration.sql`) },
      down: present.has(`${id}/down.sql`) ? { path: at(folder, `${id}/down.sql`) } : null,
      downPath: at(folder, `${id}/down.sql`),
    }));
  const texts = folder.files.filter((file) => /^[^/]+\/(migration|down)\.sql$/.test(file));
  return { migrations, problems: [...folderProblems(folder, found), ...unreadable(folder, texts)] };
}

function folderProblems(folder: FolderView, found: readonly Step[]): readonly ProjectProblem[] {
  const present = new Set(folder.files);
  const withoutUp = found
    .filter((step) => !present.has(`${step.id}/migration.sql`))
    .map(({ id }) => ({
      path: at(folder, `${id}/migration.sql`),
      message: `${id} has no migration.sql: Prisma refuses the whole folder (P3015).`,
      next: 'Restore the file from version control, or remove the folder.',
    }));
  const misnamed = folder.files
    .filter((file) => /^[^/]+\/migration\.sql$/.test(file) && !grammar.test(file))
    .map((file) => ({
      path: at(folder, file),
      message: `The folder of ${file} does not begin with a timestamp: Prisma would sort it by name alone.`,
      next: 'Rename it to YYYYMMDDHHMMSS_name. If it ran anywhere already, tell `prisma migrate resolve` as well.',
    }));
  return [...withoutUp, ...misnamed];
}

const grammar = /^(?<id>(?<number>\d{14})_(?<name>[^/]+))\//;

function steps(folder: FolderView): Step[] {
  const byId = new Map<string, Step>();
  for (const file of folder.files) {
    const { id = '', number = '', name = '' } = grammar.exec(file)?.groups ?? {};
    if (id !== '') byId.set(id, { id, number, name });
  }
  return [...byId.values()];
}
