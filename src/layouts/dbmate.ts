import type { Side, TransactionMode } from '../model/migration.ts';
import type { Span } from '../model/span.ts';
import { newFile } from './header.ts';
import type { FolderView, Layout, Listing, ReadingProblem, ScriptReading, ScriptRequest, WriteRequest } from './layout.ts';
import { listNumbered, numberedFiles } from './numbered.ts';
import { compareText, fileName, refuseAnywhere, refuseTaken, timestampAfter } from './naming.ts';
import { at } from './scripts.ts';
import { bodyOf, commentsBefore, linesOf, nothingOf, replaced, sectionSource, type Line } from './sections.ts';

/**
 * dbmate: `YYYYMMDDHHMMSS_name.sql` with `-- migrate:up` and `-- migrate:down` in one file. Each section is one message to the
 * server, in a transaction unless its directive says `transaction:false`. Observed with dbmate 2.36.
 */
export const dbmate: Layout = {
  id: 'dbmate',
  title: 'dbmate',
  files: /(^|\/)\d+[^/]*\.sql$/,
  separator: null,
  bookkeeping: ['schema_migrations'],
  detect: (folder) => {
    const texts = numberedFiles(folder, grammar).map(({ file }) => folder.read(file));
    if (texts.every((text) => text === null)) return texts.length === 0 ? 0 : 0.5;
    return texts.some((text) => text !== null && /^--\s*migrate:(up|down)(\s|$)/m.test(text)) ? 3 : 0;
  },
  list,
  read,
  write,
  refuseName: (name, folder) => refuseAnywhere(name) ?? refuseTaken(name, numberedFiles(folder, grammar)),
  next(request) {
    const { folder, name, now, content } = request;
    const description = fileName(name);
    const id = `${timestampAfter(numberedFiles(folder, grammar).map(({ number }) => number), now)}_${description}`;
    const option = content?.transaction === 'none' ? ' transaction:false' : '';
    return newFile({ facts: { id, name: description, now }, path: at(folder, `${id}.sql`), up: `-- migrate:up${option}`, down: `-- migrate:down${option}`, request });
  },
};

const grammar = /^(?<number>\d+)(?:[_-]?(?<name>[^/]*))\.sql$/;

/** dbmate sorts by the file's name, not by the number (`10_b` before `9_a`), and stores the digits as they are written. */
function list(folder: FolderView): Listing {
  const files = [...numberedFiles(folder, grammar)].sort((a, b) => compareText(a.file, b.file));
  return listNumbered(folder, files, {
    hasDown: (text) => sectionsOf(text).down !== null,
    versionOf: ({ number }) => number,
    twin: (first, second) => `${first} and ${second} have the same version: dbmate runs the second one and then fails, because its version is recorded already.`,
  });
}

interface Section {
  /** The line of the directive. */
  readonly directive: Line;
  /** From the directive to the next one. */
  readonly span: Span;
}

interface Sections {
  readonly lines: readonly Line[];
  readonly directives: readonly { readonly side: Side; readonly line: Line }[];
  readonly up: Section | null;
  readonly down: Section | null;
}

const directive = /^--\s*migrate:(?<side>up|down)(?=\s|$)/;

function sectionsOf(text: string): Sections {
  const lines = linesOf(text);
  const directives = lines.flatMap((line) => {
    const side = directive.exec(line.text)?.groups?.['side'];
    return side === undefined ? [] : [{ side: side === 'up' ? 'up' as const : 'down' as const, line }];
  });
  const section = (side: Side): Section | null => {
    const index = directives.findIndex((each) => each.side === side);
    const found = directives[index];
    return found === undefined ? null : { directive: found.line, span: { start: found.line.start, end: directives[index + 1]?.line.start ?? text.length } };
  };
  return { lines, directives, up: section('up'), down: section('down') };
}

function read(text: string, { side }: ScriptRequest): ScriptReading | null {
  const sections = sectionsOf(text);
  const section = sections[side];
  const problems = side === 'up' ? refusals(text, sections) : [];
  if (section === null) return side === 'down' ? null : { source: nothingOf(text), span: { start: 0, end: 0 }, mode: modeOf('', side), problems };
  const { span, directive: own } = section;
  const source = sectionSource(text, { head: commentsBefore(sections.lines, sections.directives[0]?.line.start ?? 0), body: { start: own.next, end: span.end }, taken: [] });
  return { source, span, mode: modeOf(own.text, side), problems };
}

function modeOf(line: string, side: Side): TransactionMode {
  if (isBare(line)) return { kind: 'implicit', tool: 'dbmate', optOut: 'put the statement alone into a migration of its own' };
  return { kind: 'transaction', tool: 'dbmate', optOut: `write \`-- migrate:${side} transaction:false\` above it and leave the statement alone in its section` };
}

function isBare(line: string): boolean {
  return line.trim().split(/\s+/).includes('transaction:false');
}

/** What makes dbmate refuse the file, or fail after it ran. */
function refusals(text: string, { lines, directives, up, down }: Sections): readonly ReadingProblem[] {
  const alike = lines.filter((line) => /^\s*--\s*migrate\s*:\s*(up|down)\b/i.test(line.text) && !directive.test(line.text)).map((line): ReadingProblem => ({
    span: line,
    message: 'dbmate does not see this directive: it has to begin its line, in small letters.',
    next: `Write it as \`-- migrate:${/down/i.test(line.text) ? 'down' : 'up'}\` at the beginning of the line.`,
  }));
  if (alike.length > 0) return alike;
  const first = lines.find((line) => line.text.trim() !== '') ?? { start: 0, end: text.length };
  if (up === null) return [{ span: first, message: 'dbmate refuses this file: it has no line `-- migrate:up`.', next: 'Put `-- migrate:up` above the statements, and `-- migrate:down` above what undoes them.' }];
  const before = lines.find((line) => line.start < up.directive.start && !/^\s*(--.*)?$/.test(line.text));
  if (before !== undefined) return [{ span: before, message: 'dbmate refuses this file: something other than comments with -- stands before `-- migrate:up`.', next: 'Move it below `-- migrate:up`.' }];
  if (down === null) return [{ span: up.directive, message: 'dbmate refuses this file: it has no line `-- migrate:down`.', next: 'Add `-- migrate:down` below the up; the section may be empty.' }];
  const third = directives.find(({ side, line }) => line !== up.directive && (side === 'up' || line !== down.directive || line.start < up.directive.start));
  return third === undefined ? [] : [thirdDirective(third.side, third.line)];
}

function thirdDirective(side: Side, line: Line): ReadingProblem {
  if (side === 'down') return { span: line, message: 'dbmate refuses this file: this `-- migrate:down` does not follow a `-- migrate:up`.', next: 'Keep one up and one down, in this order.' };
  return {
    span: line,
    message: 'dbmate runs each up section and records the version after each, so the second one fails with a duplicate key.',
    next: 'Move this up and its down into a migration of their own.',
  };
}

function write(text: string | null, { side, sql, transaction }: WriteRequest): string {
  const given = withDirectives(text ?? '');
  const section = sectionsOf(given)[side];
  // Both directives are there by now.
  if (section === null) return given;
  const { directive: own, span } = section;
  const body = bodyOf(sql);
  const isLast = span.end === given.length;
  const written = replaced(given, { start: own.next, end: span.end }, isLast ? body : `${body}\n`);
  return transaction === undefined ? written : replaced(written, { start: own.start, end: own.end }, withOption(own.text, transaction));
}

function withDirectives(text: string): string {
  const { up, down } = sectionsOf(text);
  if (up === null && down === null) return replaced(text, { start: text.length, end: text.length }, `${gap(text)}-- migrate:up\n\n-- migrate:down\n`);
  if (up === null) return replaced(text, { start: down?.span.start ?? 0, end: down?.span.start ?? 0 }, '-- migrate:up\n\n');
  return down === null ? replaced(text, { start: text.length, end: text.length }, `${gap(text)}-- migrate:down\n`) : text;
}

/** What has to stand behind a text so that an empty line follows it. */
function gap(text: string): string {
  return text === '' ? '' : text.endsWith('\n') ? '\n' : '\n\n';
}

function withOption(line: string, transaction: 'tool' | 'none'): string {
  if ((transaction === 'none') === isBare(line)) return line;
  return transaction === 'none' ? `${line.trimEnd()} transaction:false` : line.replace(/\s+transaction:false(?=\s|$)/, '');
}
