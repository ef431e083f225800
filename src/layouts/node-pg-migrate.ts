import type { Side, TransactionMode } from '../model/migration.ts';
import type { Span } from '../model/span.ts';
import { newFile } from './header.ts';
import type { FolderView, Layout, Listing, ReadingProblem, ScriptReading, ScriptRequest, WriteRequest } from './layout.ts';
import { compareNumbers, fileName, nextNumber, refuseAnywhere, refuseTaken } from './naming.ts';
import { listNumbered, numberedFiles } from './numbered.ts';
import { at, wholeFile } from './scripts.ts';
import { bodyOf, commentsBefore, linesOf, replaced, sectionSource } from './sections.ts';

/**
 * node-pg-migrate's SQL files: `1700000000000_name.sql` with `-- Up Migration` and `-- Down Migration`. All that is pending runs in one
 * transaction, and an SQL file has no way out of it. Read as version 9 reads them.
 */
export const nodePgMigrate: Layout = {
  id: 'node-pg-migrate',
  title: 'node-pg-migrate',
  files: /\.sql$/,
  separator: null,
  bookkeeping: ['pgmigrations'],
  detect: (folder) => {
    const texts = numberedFiles(folder, grammar).map(({ file }) => folder.read(file));
    if (texts.every((text) => text === null)) return texts.length === 0 ? 0 : 0.5;
    return texts.some((text) => text !== null && /^--[ \t-]*(up|down)\s+migration[ \t]*\r?$/im.test(text)) ? 3 : 0;
  },
  list,
  read,
  write,
  refuseName: (name, folder) => refuseAnywhere(name) ?? refuseTaken(dashed(name), numberedFiles(folder, grammar)),
  next(request) {
    const { folder, name, now } = request;
    const description = dashed(fileName(name));
    const id = `${nextPrefix(numberedFiles(folder, grammar).map(({ number }) => number), now)}_${description}`;
    return newFile({ facts: { id, name: description, now }, path: at(folder, `${id}.sql`), up: '-- Up Migration', down: '-- Down Migration', request });
  },
};

const grammar = /^(?<number>\d+)(?:[_-]?(?<name>[^/]*))\.sql$/;

/** As `node-pg-migrate create` writes a name. */
function dashed(name: string): string {
  return name.replaceAll(/[ _]+/g, '-');
}

function list(folder: FolderView): Listing {
  const files = [...numberedFiles(folder, grammar)].sort((a, b) => timeOf(a.number) - timeOf(b.number) || a.file.localeCompare(b.file, undefined, { numeric: true, sensitivity: 'variant', ignorePunctuation: true }));
  const listing = listNumbered(folder, files, {
    hasDown: (text) => sectionsOf(text).down !== null,
    versionOf: ({ id }) => id,
    twin: (first, second) => `${first} and ${second} are one migration to node-pg-migrate.`,
  });
  const unnumbered = folder.files.filter((file) => /^[^./][^/]*\.sql$/.test(file) && !grammar.test(file)).map((file) => ({
    path: at(folder, file), message: `${file} does not begin with a number: node-pg-migrate cannot order the folder and refuses to run.`, next: 'Put a number in front of its name, or move it out of the folder.',
  }));
  return { migrations: listing.migrations, problems: [...listing.problems, ...unnumbered] };
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

interface Section {
  /** From its marker to where the other side begins, or to the end. */
  readonly span: Span;
  /** The marker's line, without its line break. */
  readonly marker: Span;
  readonly body: number;
}

const markers: Record<Side, RegExp> = { up: /^\s*--[\s-]*up\s+migration/im, down: /^\s*--[\s-]*down\s+migration/im };

/** The first marker of each side counts. */
function sectionsOf(text: string): Record<Side, Section | null> {
  const [up, down] = [text.search(markers.up), text.search(markers.down)];
  const section = (start: number, other: number): Section | null => {
    if (start < 0) return null;
    const marker = start + text.slice(start).search(/\S/);
    const feed = text.indexOf('\n', marker);
    const body = feed < 0 ? text.length : feed + 1;
    return { span: { start, end: other > start ? other : text.length }, marker: { start: marker, end: feed < 0 ? text.length : text[feed - 1] === '\r' ? feed - 1 : feed }, body };
  };
  return { up: section(up, down), down: section(down, up) };
}

const mode: TransactionMode = { kind: 'transaction', tool: 'node-pg-migrate', optOut: 'write this migration in TypeScript or JavaScript, where `pgm.noTransaction()` is; its SQL files cannot leave the transaction' };

function read(text: string, { side }: ScriptRequest): ScriptReading | null {
  const sections = sectionsOf(text);
  const section = sections[side];
  const problems = side === 'up' ? problemsOf(text, sections) : [];
  if (section === null) return side === 'down' ? null : { ...wholeFile(text, mode), problems };
  const first = Math.min(...[sections.up, sections.down].flatMap((each) => (each === null ? [] : [each.marker.start])));
  return { source: sectionSource(text, { head: commentsBefore(linesOf(text), first), body: { start: section.body, end: section.span.end }, taken: [] }), span: section.span, mode, problems };
}

function problemsOf(text: string, { up, down }: Record<Side, Section | null>): readonly ReadingProblem[] {
  if (up === null) {
    return down === null ? [] : [{ span: down.marker, message: 'Without `-- Up Migration` node-pg-migrate runs the whole file as the up, this down included.', next: 'Put `-- Up Migration` above the statements of the up.' }];
  }
  const first = Math.min(up.marker.start, down?.marker.start ?? Infinity);
  const lines = linesOf(text);
  const lost = lines.find((line) => line.start < first && !/^\s*(--.*)?$/.test(line.text));
  const again = lines.find((line) => (markers.up.test(line.text) && line.start > up.marker.start) || (down !== null && markers.down.test(line.text) && line.start > down.marker.start));
  return [
    ...(lost === undefined ? [] : [{ span: { start: lost.start, end: lost.end }, message: 'node-pg-migrate does not run what stands above its first section.', next: 'Move it below `-- Up Migration`.' }]),
    ...(again === undefined ? [] : [{ span: { start: again.start, end: again.end }, message: 'node-pg-migrate takes the first such line alone: this one is a mere comment inside of the section above it.', next: 'Keep one up and one down in a file.' }]),
  ];
}

function write(text: string | null, { side, sql }: WriteRequest): string {
  const given = withMarkers(text ?? '');
  const section = sectionsOf(given)[side];
  // Both are there by now.
  if (section === null) return given;
  const body = bodyOf(sql);
  return replaced(given, { start: section.body, end: section.span.end }, section.span.end === given.length || /^[ \t]*\r?\n/.test(given.slice(section.span.end)) ? body : `${body}\n`);
}

/** A file without markers is an up, so its own comes first. */
function withMarkers(text: string): string {
  const { up, down } = sectionsOf(text);
  const marked = up === null ? replaced(text, { start: 0, end: 0 }, text.trim() === '' ? '-- Up Migration\n\n' : '-- Up Migration\n') : text;
  const gap = marked.endsWith('\n\n') || marked === '' ? '' : marked.endsWith('\n') ? '\n' : '\n\n';
  return down === null ? replaced(marked, { start: marked.length, end: marked.length }, `${gap}-- Down Migration\n`) : marked;
}
