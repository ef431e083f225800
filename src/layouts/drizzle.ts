import type { Migration } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import { drizzleBooks } from './drizzle-books.ts';
import { journalFile, prefixAfter, readJournal, type Journal } from './drizzle-journal.ts';
import { drizzleMoves } from './drizzle-moves.ts';
import { newPair } from './header.ts';
import type { FolderView, Layout, Listing } from './layout.ts';
import { compareNumbers, compareText, fileName, refuseAnywhere } from './naming.ts';
import { at, unreadable, wholeFile } from './scripts.ts';

/**
 * Drizzle 0.x: `NNNN_name.sql` in the order of `meta/_journal.json`. Drizzle has no down of its own; ours is
 * `NNNN_name.down.sql` beside the up, which is safe because Drizzle reads only the files that its journal names.
 */
export const drizzle: Layout = {
  id: 'drizzle',
  title: 'Drizzle',
  files: /\.sql$|(^|\/)(_journal|(\d+_)?snapshot)\.json$/,
  separator: '--> statement-breakpoint',
  bookkeeping: ['drizzle.__drizzle_migrations'],
  detect,
  list,
  read: (text) => wholeFile(text, { kind: 'transaction', tool: 'Drizzle', optOut: null }),
  write: (_text, { sql }) => sql,
  refuseName(name, folder) {
    const refusal = refuseAnywhere(name);
    if (refusal !== null) return refusal;
    const taken = [...ids(folder), ...(readJournal(folder).entries ?? []).map((entry) => entry.tag)].find((id) => description(id).toLowerCase() === name.toLowerCase());
    return taken === undefined ? null : `${taken} has this name already: say what is different this time.`;
  },
  moves: drizzleMoves,
  books: drizzleBooks,
  next(request) {
    const { folder, name, now } = request;
    const words = fileName(name);
    const id = `${prefixAfter(readJournal(folder).entries?.at(-1) ?? null, 0, now)}_${words}`;
    const facts = { id, name: words, now };
    return { ...newPair({ facts, up: at(folder, `${id}.sql`), down: at(folder, `${id}.down.sql`), request }), upByTool: true };
  },
};

function detect(folder: FolderView): number {
  if (!folder.files.includes(journalFile)) return 0;
  const { dialect } = folder.read(journalFile) === null ? { dialect: null } : readJournal(folder);
  return dialect === null || dialect === 'postgresql' ? 4 : 0;
}

function list(folder: FolderView): Listing {
  const journal = readJournal(folder);
  const present = new Set(folder.files);
  // Without a journal the names still tell the order: everything else goes on working.
  const tags = journal.entries === null ? ids(folder) : [...new Set(journal.entries.map((entry) => entry.tag))];
  const dates = new Map(journal.entries?.map(({ tag, when }) => [tag, when]));
  const migrations = tags
    .filter((tag) => present.has(`${tag}.sql`))
    .map((tag): Migration => ({
      id: tag,
      name: description(tag),
      up: { path: at(folder, `${tag}.sql`) },
      down: present.has(`${tag}.down.sql`) ? { path: at(folder, `${tag}.down.sql`) } : null,
      downPath: at(folder, `${tag}.down.sql`),
      ...dated(dates.get(tag)),
    }));
  const texts = folder.files.filter((file) => /^[^/]+\.sql$/.test(file));
  return { migrations, problems: [...journal.problems, ...fileProblems(folder, journal), ...orphanedDowns(folder), ...unreadable(folder, texts)] };
}

function dated(when: number | undefined): Pick<Migration, 'when'> {
  return when === undefined ? {} : { when };
}

/** Where the journal and the folder disagree. */
function fileProblems(folder: FolderView, journal: Journal): readonly ProjectProblem[] {
  if (journal.entries === null) return [];
  const present = new Set(folder.files);
  const tags = new Set(journal.entries.map((entry) => entry.tag));
  const missing = [...tags]
    .filter((tag) => !present.has(`${tag}.sql`))
    .map((tag) => ({
      path: at(folder, `${tag}.sql`),
      message: `Drizzle’s journal names ${tag}, but ${tag}.sql is missing: every run of the migrations fails.`,
      next: `Restore ${tag}.sql from version control, or take the entry out with \`drizzle-kit drop\`.`,
    }));
  const unnamed = ids(folder)
    .filter((id) => !tags.has(id))
    .map((id) => ({
      path: at(folder, `${id}.sql`),
      message: `${id}.sql is not in Drizzle’s journal: Drizzle will never run it.`,
      next: 'Move its SQL into a migration made by `drizzle-kit generate --custom`, or delete the file.',
    }));
  return [...missing, ...unnamed, ...missingSnapshot(folder, journal)];
}

/** drizzle-kit compares the schema with the newest snapshot it finds; without the right one it repeats old changes. */
function missingSnapshot(folder: FolderView, journal: Journal): readonly ProjectProblem[] {
  const newest = journal.entries?.at(-1);
  const prefix = newest === undefined ? undefined : /^\d+/.exec(newest.tag)?.[0];
  if (newest === undefined || prefix === undefined || folder.files.includes(`meta/${prefix}_snapshot.json`)) return [];
  return [{
    path: at(folder, `meta/${prefix}_snapshot.json`),
    message: `The snapshot of ${newest.tag} is missing: the next \`drizzle-kit generate\` would repeat its changes.`,
    next: `Restore meta/${prefix}_snapshot.json from version control.`,
  }];
}

function orphanedDowns(folder: FolderView): readonly ProjectProblem[] {
  const present = new Set(folder.files);
  return folder.files
    .filter((file) => /^[^/]+\.down\.sql$/.test(file) && !present.has(file.replace(/\.down\.sql$/, '.sql')))
    .map((file) => ({ path: at(folder, file), message: `${file} is a down without its up.`, next: 'Rename it to match the up it belongs to, or delete it.' }));
}

/** Names of the ups that lie in the folder, journal or not. */
function ids(folder: FolderView): readonly string[] {
  return folder.files
    .filter((file) => /^\d*_[^/]+\.sql$/.test(file) && !file.endsWith('.down.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .sort((a, b) => compareNumbers(number(a), number(b)) || compareText(a, b));
}

function number(id: string): string {
  return /^\d*/.exec(id)?.[0] ?? '';
}

function description(id: string): string {
  return id.replace(/^\d*_/, '');
}
