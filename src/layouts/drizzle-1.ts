import type { FileChange } from '../model/file-change.ts';
import type { Migration } from '../model/migration.ts';
import { isRecord } from '../model/record.ts';
import { newPair } from './header.ts';
import { parsed, writtenAs } from './json-text.ts';
import type { FolderView, Layout, Listing } from './layout.ts';
import { movedFiles, removedFiles, type Moves } from './moves.ts';
import { compareText, fileName, refuseAnywhere, refuseTaken, timestampAfter } from './naming.ts';
import { at, unreadable, wholeFile } from './scripts.ts';

/**
 * Drizzle 1.0: `YYYYMMDDHHMMSS_name/migration.sql` with `snapshot.json` beside it and no journal. What a database has run it knows by the
 * folder's name, so an older one that was merged late runs as well. Drizzle has no down of its own; ours is `down.sql` in the folder, of which it reads `migration.sql` alone.
 */
export const drizzle1: Layout = {
  id: 'drizzle-1',
  title: 'Drizzle 1.0',
  files: /(^|\/)[^/]+\/(migration|down)\.sql$|(^|\/)snapshot\.json$/,
  separator: '--> statement-breakpoint',
  bookkeeping: ['drizzle.__drizzle_migrations'],
  // Prisma names its folders alike, but puts no snapshot into them.
  detect: (folder) => (steps(folder).some(({ id }) => folder.files.includes(`${id}/snapshot.json`)) && !folder.files.includes('migration_lock.toml') ? 4 : 0),
  list,
  read: (text) => wholeFile(text, { kind: 'transaction', tool: 'Drizzle', optOut: null }),
  write: (_text, { sql }) => sql,
  refuseName: (name, folder) => refuseAnywhere(name) ?? refuseTaken(name, steps(folder)),
  moves: {
    newIds: ({ moving }) => moving.map(({ id }) => id),
    moved: () => ({ kind: 'refused', reason: 'Drizzle 1.0 knows its migrations by their folders and runs late ones too, so no migration needs another number.' }),
    // Snapshots name each other by their ids.
    renamed: movedFiles,
    removed,
  },
  books: { restored: () => [], made: (folder, { id }) => customSnapshot(folder, id) },
  next(request) {
    const { folder, name, now } = request;
    const words = fileName(name);
    const id = `${timestampAfter(steps(folder).map(({ number }) => number), now)}_${words}`;
    return { ...newPair({ facts: { id, name: words, now }, up: at(folder, `${id}/migration.sql`), down: at(folder, `${id}/down.sql`), request }), upByTool: true };
  },
};

/** Only what no snapshot was made from can go by itself. */
function removed(folder: FolderView, migration: Migration): Moves {
  const contentOf = (id: string): unknown => parsed(folder.read(`${id}/snapshot.json`) ?? '');
  const own = contentOf(migration.id);
  const later = steps(folder).filter(({ id }) => id !== migration.id).find(({ id }) => {
    const content = contentOf(id);
    return isRecord(own) && isRecord(content) && Array.isArray(content['prevIds']) && content['prevIds'].includes(own['id']);
  });
  if (later !== undefined) return { kind: 'refused', reason: `The snapshot of ${later.id} was made from the one of ${migration.id}, so ${later.id} has to go first.` };
  return removedFiles(folder, migration);
}

/** As `drizzle-kit generate --custom` leaves it: the schema of the newest, and a link to it. */
function customSnapshot(folder: FolderView, id: string): readonly FileChange[] {
  const newest = steps(folder).filter((step) => step.id !== id).map((step) => folder.read(`${step.id}/snapshot.json`)).findLast((text) => text !== null) ?? null;
  const content = newest === null ? null : parsed(newest);
  if (newest === null || !isRecord(content)) return [];
  return [{ kind: 'create', path: at(folder, `${id}/snapshot.json`), text: writtenAs(newest, { ...content, id: crypto.randomUUID(), prevIds: [content['id']] }) }];
}

interface Step {
  readonly id: string;
  readonly number: string;
  readonly name: string;
}

const grammar = /^(?<id>(?<number>\d{14})_(?<name>[^/]+))\/(?:migration|down)\.sql$/;

function steps(folder: FolderView): readonly Step[] {
  const byId = new Map<string, Step>();
  for (const file of folder.files) {
    const { id, number, name } = grammar.exec(file)?.groups ?? {};
    if (id !== undefined && number !== undefined && name !== undefined) byId.set(id, { id, number, name });
  }
  return [...byId.values()].sort((a, b) => compareText(a.id, b.id));
}

function list(folder: FolderView): Listing {
  const present = new Set(folder.files);
  const all = steps(folder);
  const migrations = all.filter(({ id }) => present.has(`${id}/migration.sql`)).map(({ id, name }): Migration => ({
    id,
    name,
    up: { path: at(folder, `${id}/migration.sql`) },
    down: present.has(`${id}/down.sql`) ? { path: at(folder, `${id}/down.sql`) } : null,
    downPath: at(folder, `${id}/down.sql`),
  }));
  const withoutUp = all.filter(({ id }) => !present.has(`${id}/migration.sql`)).map(({ id }) => ({
    path: at(folder, `${id}/migration.sql`), message: `${id} has no migration.sql: Drizzle passes over the folder.`, next: 'Restore the file from version control, or remove the folder.',
  }));
  const withoutSnapshot = migrations.filter(({ id }) => !present.has(`${id}/snapshot.json`)).map(({ id }) => ({
    path: at(folder, `${id}/snapshot.json`), message: `The snapshot of ${id} is missing: the next \`drizzle-kit generate\` would repeat its changes.`, next: 'Restore it from version control.',
  }));
  const old = present.has('meta/_journal.json') ? [{
    path: at(folder, 'meta/_journal.json'), message: 'A journal of Drizzle 0.x lies beside folders of Drizzle 1.0, which refuses to run.', next: 'Run `drizzle-kit up`, or remove what does not belong here.',
  }] : [];
  return { migrations, problems: [...withoutUp, ...withoutSnapshot, ...old, ...unreadable(folder, folder.files.filter((file) => grammar.test(file)))] };
}
