import { loadScriptParser } from '../sql/embedded/read.ts';
import { newFile } from './header.ts';
import type { FolderView, Layout, Listing, NewMigration, NewMigrationRequest } from './layout.ts';
import { compareNumbers, fileName, nextNumber, refuseAnywhere, refuseTaken } from './naming.ts';
import { nodePgMigrateProgram as program } from './node-pg-migrate-program.ts';
import { hasDownSection, readSections, writeSections } from './node-pg-migrate-sql.ts';
import { listNumbered, numberedFiles, type NumberedFile } from './numbered.ts';
import { detectProgram, downOf, newProgram, readProgram } from './program.ts';
import { writeProgram } from './program-write.ts';
import { at } from './scripts.ts';

/**
 * node-pg-migrate: `1700000000000_name.sql` with `-- Up Migration` and `-- Down Migration`, and TypeScript or JavaScript of the same names, side by side.
 * All that is pending runs in one transaction; only a program has a way out of it. Read as version 9 reads them.
 */
export const nodePgMigrate: Layout = {
  id: 'node-pg-migrate',
  title: 'node-pg-migrate',
  files: new RegExp(`\\.sql$|(^|/)${program.grammar.source.replace(/^\^/, '')}`),
  separator: null,
  bookkeeping: ['pgmigrations'],
  prepare: loadScriptParser,
  detect: (folder) => Math.max(detectSections(folder), detectProgram(folder, program)),
  list,
  read: (text, request) => (isProgram(request.path) ? readProgram(text, request, program) : readSections(text, request)),
  write: (text, request) => (isProgram(request.path) ? writeProgram(text, request, program) : writeSections(text, request)),
  refuseName: (name, folder) => refuseAnywhere(name) ?? refuseTaken(dashed(name), migrationFiles(folder)),
  next,
};

const grammar = /^(?<number>\d+)(?:[_-]?(?<name>[^/]*))\.sql$/;

function isProgram(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path);
}

function detectSections(folder: FolderView): number {
  const texts = numberedFiles(folder, grammar).map(({ file }) => folder.read(file));
  if (texts.every((text) => text === null)) return texts.length === 0 ? 0 : 0.5;
  return texts.some((text) => text !== null && /^--[ \t-]*(up|down)\s+migration[ \t]*\r?$/im.test(text)) ? 3 : 0;
}

/** As `node-pg-migrate create` writes a name. */
function dashed(name: string): string {
  return name.replaceAll(/[ _]+/g, '-');
}

/** In the order in which they run. */
function migrationFiles(folder: FolderView): readonly NumberedFile[] {
  const files = [...numberedFiles(folder, grammar), ...numberedFiles(folder, program.grammar)];
  return files.sort((a, b) => timeOf(a.number) - timeOf(b.number) || a.file.localeCompare(b.file, undefined, { numeric: true, sensitivity: 'variant', ignorePunctuation: true }));
}

function list(folder: FolderView): Listing {
  const listing = listNumbered(folder, migrationFiles(folder), {
    hasDown: (text, file) => (isProgram(file) ? downOf(text, file) === 'there' : hasDownSection(text)),
    versionOf: ({ id }) => id,
    twin: (first, second) => `${first} and ${second} are one migration to node-pg-migrate.`,
  });
  // `export const down = false` is its own word for a migration that nobody is to undo.
  const refused = new Set(numberedFiles(folder, program.grammar).filter(({ file }) => downOf(folder.read(file) ?? '', file) === 'refused').map(({ file }) => at(folder, file)));
  const migrations = listing.migrations.map((each) => (refused.has(each.up.path) ? { ...each, downPath: null } : each));
  const unnumbered = folder.files.filter((file) => /^[^./][^/]*\.sql$/.test(file) && !grammar.test(file)).map((file) => ({
    path: at(folder, file), message: `${file} does not begin with a number: node-pg-migrate cannot order the folder and refuses to run.`, next: 'Put a number in front of its name, or move it out of the folder.',
  }));
  return { migrations, problems: [...listing.problems, ...unnumbered] };
}

/** As the newest file is written; what has to run outside a transaction is a program, because an SQL file cannot ask for that. */
function next(request: NewMigrationRequest): NewMigration {
  const { folder, name, now, content } = request;
  const existing = migrationFiles(folder);
  const newest = existing.at(-1);
  const description = dashed(fileName(name));
  const id = `${nextPrefix(existing.map(({ number }) => number), now)}_${description}`;
  if ((newest !== undefined && isProgram(newest.file)) || content?.transaction === 'none') {
    return newProgram(request, { id, name: description, newest: existing.findLast(({ file }) => isProgram(file)) ?? null }, program);
  }
  return newFile({ facts: { id, name: description, now }, path: at(folder, `${id}.sql`), up: '-- Up Migration', down: '-- Down Migration', request });
}

/** 17 digits are a date, everything else counts by its value: an index stands before a time. */
function timeOf(number: string): number {
  if (number.length !== 17) return Number(number);
  const [, year, month, day, hour, minute, second, rest] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(number) ?? [];
  return Date.parse(`${year ?? ''}-${month ?? ''}-${day ?? ''}T${hour ?? ''}:${minute ?? ''}:${second ?? ''}.${rest ?? ''}Z`);
}

/** In the form of the newest: an index, a date of 17 digits or, to begin with, milliseconds. Never before the newest. */
function nextPrefix(numbers: readonly string[], now: Date): string {
  const newest = [...numbers].sort((a, b) => timeOf(a) - timeOf(b) || compareNumbers(a, b)).at(-1);
  if (newest !== undefined && newest.length < 10) return nextNumber(numbers);
  const wanted = newest?.length === 17 ? now.toISOString().replaceAll(/\D/g, '') : String(now.getTime());
  return newest === undefined || timeOf(wanted) > timeOf(newest) ? wanted : String(BigInt(newest) + 1n);
}
