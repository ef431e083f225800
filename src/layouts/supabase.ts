import type { Migration, TransactionMode } from '../model/migration.ts';
import { pieceAt } from '../sql/split.ts';
import { newPair } from './header.ts';
import type { FolderView, Layout, Listing } from './layout.ts';
import { compareText, fileName, refuseAnywhere, refuseTaken, timestampAfter } from './naming.ts';
import { listNumbered, numberedFiles } from './numbered.ts';
import { at, unreadable, wholeFile } from './scripts.ts';

/**
 * Supabase: `supabase/migrations/YYYYMMDDHHMMSS_name.sql`. It knows no down; ours is `down/<the same name>`, because its command
 * line passes over folders without a word. Observed with version 3.1.
 */
export const supabase: Layout = {
  id: 'supabase',
  title: 'Supabase',
  files: /(^|\/)(down\/)?\d+_[^/]*\.sql$/,
  separator: null,
  bookkeeping: ['supabase_migrations.schema_migrations'],
  // The folder is not a matter of configuration.
  detect: (folder) => (/(^|\/)supabase\/migrations$/.test(folder.path) && numberedFiles(folder, grammar).length > 0 ? 3 : 0),
  list,
  read: (text) => wholeFile(text, modeOf(text)),
  write: (_text, { sql }) => sql,
  refuseName: (name, folder) => refuseAnywhere(name) ?? refuseTaken(name, numberedFiles(folder, grammar)),
  next(request) {
    const { folder, name, now } = request;
    const description = fileName(name);
    const id = `${timestampAfter(numberedFiles(folder, grammar).map(({ number }) => number), now)}_${description}`;
    return newPair({ facts: { id, name: description, now }, up: at(folder, `${id}.sql`), down: at(folder, `down/${id}.sql`), request });
  },
};

const grammar = /^(?<number>\d+)_(?<name>[^/]*)\.sql$/;

/** By name as a text: `10_b` runs before `9_a`. */
function list(folder: FolderView): Listing {
  const files = [...numberedFiles(folder, grammar)].sort((a, b) => compareText(a.file, b.file));
  const listing = listNumbered(folder, files, {
    hasDown: () => false,
    versionOf: ({ number }) => number,
    twin: (first, second) => `${first} and ${second} have the same version: Supabase runs the second one and then fails, because its version is recorded already.`,
  });
  const present = new Set(folder.files);
  const migrations = listing.migrations.map((migration): Migration => {
    const file = `down/${migration.id}.sql`;
    return { ...migration, down: present.has(file) ? { path: at(folder, file) } : null, downPath: at(folder, file) };
  });
  const downs = folder.files.filter((file) => /^down\/[^/]+\.sql$/.test(file));
  const orphans = downs.filter((file) => !present.has(file.slice('down/'.length))).map((file) => ({
    path: at(folder, file), message: `${file} is a down without its up.`, next: 'Rename it to match the up it belongs to, or delete it.',
  }));
  const skipped = folder.files.filter((file) => /^[^/]+\.sql$/.test(file) && !grammar.test(file)).map((file) => ({
    path: at(folder, file), message: `${file} is no <timestamp>_name.sql: Supabase passes over it.`, next: 'Rename it, or move it out of the folder.',
  }));
  return { migrations, problems: [...listing.problems, ...orphans, ...skipped, ...unreadable(folder, downs)] };
}

/**
 * A file is one transaction, unless it holds a statement that Supabase knows to need none: then what stands before it is committed
 * first, it runs alone, and the rest goes on in another transaction.
 */
function modeOf(text: string): TransactionMode {
  return { kind: holdsOutsider(text) ? 'autocommit' : 'transaction', tool: 'Supabase', optOut: null };
}

const outsider = /^(?:create\s+(?:unique\s+)?index\s+concurrently|drop\s+index\s+concurrently|reindex(?:\s|\().*\sconcurrently|vacuum|alter\s+system|cluster)(?:\s|\(|$)/is;

function holdsOutsider(text: string): boolean {
  if (!/concurrently|vacuum|alter\s+system|cluster/i.test(text)) return false;
  for (let from = 0; from < text.length; ) {
    const { start, end, close } = pieceAt(text, from, text.length, { separator: null, quotes: 'trusting' });
    if (start < end && outsider.test(text.slice(start, end))) return true;
    from = close;
  }
  return false;
}
