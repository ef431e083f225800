import type { TransactionMode } from '../model/migration.ts';
import type { Unchecked } from '../model/source.ts';
import { pieceAt } from '../sql/split.ts';
import { annotationOf, endsStatement, readGoose, type GooseFile } from './goose-file.ts';
import { newFile } from './header.ts';
import type { FolderView, Layout, Listing, NewContent, ReadingProblem, ScriptReading, ScriptRequest, WriteRequest } from './layout.ts';
import { compareNumbers, compareText, fileName, nextNumber, refuseAnywhere, refuseTaken, timestampAfter } from './naming.ts';
import { listNumbered, numberedFiles } from './numbered.ts';
import { at } from './scripts.ts';
import { bodyOf, commentsBefore, linesOf, nothingOf, replaced, sectionSource } from './sections.ts';

/**
 * goose: `00001_name.sql` or `YYYYMMDDHHMMSS_name.sql` with `-- +goose Up` and `-- +goose Down` in one file. One transaction for
 * each side, unless the file says `-- +goose NO TRANSACTION`; a statement ends where a line ends in a semicolon.
 */
export const goose: Layout = {
  id: 'goose',
  title: 'goose',
  files: /(^|\/)\d+_[^/]*\.sql$/,
  separator: null,
  bookkeeping: ['goose_db_version'],
  detect: (folder) => {
    const texts = numberedFiles(folder, grammar).map(({ file }) => folder.read(file));
    if (texts.every((text) => text === null)) return texts.length === 0 ? 0 : 0.5;
    return texts.some((text) => text !== null && /^--\s*\+goose\s+(up|down)\s*$/im.test(text)) ? 3 : 0;
  },
  list,
  read,
  write,
  refuseName: (name, folder) => refuseAnywhere(name) ?? refuseTaken(snakeCase(name), numberedFiles(folder, grammar)),
  next(request) {
    const { folder, name, now, content } = request;
    const description = snakeCase(fileName(name));
    const numbers = numberedFiles(folder, grammar).map(({ number }) => number);
    const isNumbered = numbers.length > 0 && (numbers.toSorted(compareNumbers).at(-1)?.length ?? 0) < 12;
    const id = `${isNumbered ? nextNumber(numbers).padStart(5, '0') : timestampAfter(numbers, now)}_${description}`;
    const preamble = content?.transaction === 'none' ? '-- +goose NO TRANSACTION\n' : '';
    const wrapped = content === undefined ? {} : { content: wrapContent(content) };
    return newFile({ facts: { id, name: description, now }, path: at(folder, `${id}.sql`), up: '-- +goose Up', down: '-- +goose Down', preamble, request: { ...request, ...wrapped } });
  },
};

const grammar = /^(?<number>\d+)_(?<name>[^/]*)\.sql$/;

/** As `goose create` writes a name. */
function snakeCase(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

function list(folder: FolderView): Listing {
  const files = [...numberedFiles(folder, grammar)].sort((a, b) => compareNumbers(a.number, b.number) || compareText(a.file, b.file));
  const listing = listNumbered(folder, files, {
    hasDown: (text) => readGoose(text).down !== null,
    versionOf: ({ number }) => BigInt(number).toString(),
    twin: (first, second) => `${first} and ${second} have the same version: goose refuses the whole folder.`,
  });
  const zero = files.filter(({ number }) => BigInt(number) === 0n).map(({ file }) => ({
    path: at(folder, file), message: `${file} has the version 0: goose refuses the whole folder, because versions begin with 1.`, next: 'Give it a version of its own.',
  }));
  const unnumbered = folder.files.filter((file) => /^[^/]+\.sql$/.test(file) && !grammar.test(file)).map((file) => ({
    path: at(folder, file), message: `${file} has no version in front of an underscore: goose cannot tell when to run it.`, next: 'Rename it to VERSION_name.sql, or move it out of the folder.',
  }));
  return { migrations: listing.migrations, problems: [...listing.problems, ...zero, ...unnumbered] };
}

function read(text: string, { side }: ScriptRequest): ScriptReading | null {
  const file = readGoose(text);
  const section = file[side];
  const mode = modeOf(file);
  if (section === null) return side === 'down' ? null : { source: nothingOf(text), span: { start: 0, end: 0 }, mode, problems: [noUp(file)] };
  // A StatementBegin stays, as the comment that it is: what is put before the statement then goes before it as well.
  const taken = file.annotations.filter(({ kind }) => kind !== 'statementbegin').map(({ line }) => line);
  const first = Math.min(...file.annotations.map(({ line }) => line.start));
  const body = { start: section.directive.next, end: section.span.end };
  const source = { ...sectionSource(text, { head: commentsBefore(file.lines, first), body, taken }), unchecked: uncheckedIn(file, section.span) };
  return { source, span: section.span, mode, problems: section.problems };
}

function modeOf({ runs }: GooseFile): TransactionMode {
  return { kind: runs === 'one by one' ? 'autocommit' : 'transaction', tool: 'goose', optOut: 'write `-- +goose NO TRANSACTION` at the top of the file, which then holds for both of its sides' };
}

function noUp({ lines }: GooseFile): ReadingProblem {
  const first = lines.find((line) => line.text.trim() !== '') ?? { start: 0, end: 0 };
  return { span: { start: first.start, end: first.end }, message: 'goose refuses this file: it has no line `-- +goose Up`.', next: 'Put `-- +goose Up` above the statements, and `-- +goose Down` above what undoes them.' };
}

function uncheckedIn({ substituted }: GooseFile, { start, end }: { readonly start: number; readonly end: number }): readonly Unchecked[] {
  return substituted
    .filter((line) => start <= line.start && line.end <= end)
    .map((line) => ({ span: { start: line.start, end: line.end }, kind: 'interpolation', reason: 'goose puts values of the environment into this line (ENVSUB ON), which are not known here.' }));
}

function write(text: string | null, { side, sql, transaction }: WriteRequest): string {
  const given = withNoTransaction(withDirectives(text ?? ''), transaction);
  const file = readGoose(given);
  const section = file[side];
  // Both directives are there by now.
  if (section === null) return given;
  const kept = file.annotations.filter(({ line, kind }) => line.start > section.span.start && line.end <= section.span.end && kind !== 'statementbegin' && kind !== 'statementend').map(({ line }) => `${line.text}\n`);
  const body = `${kept.join('')}${bodyOf(wrap(withoutBlocks(sql)))}`;
  return replaced(given, { start: section.directive.next, end: section.span.end }, section.span.end === given.length ? body : `${body}\n`);
}

function withDirectives(text: string): string {
  const { up, down } = readGoose(text);
  const end = { start: text.length, end: text.length };
  const gap = text === '' ? '' : text.endsWith('\n') ? '\n' : '\n\n';
  if (up === null && down === null) return replaced(text, end, `${gap}-- +goose Up\n\n-- +goose Down\n`);
  if (up === null) return replaced(text, { start: down?.span.start ?? 0, end: down?.span.start ?? 0 }, '-- +goose Up\n\n');
  return down === null ? replaced(text, end, `${gap}-- +goose Down\n`) : text;
}

function withNoTransaction(text: string, transaction: WriteRequest['transaction']): string {
  const file = readGoose(text);
  if (transaction !== 'none' || file.runs === 'one by one') return text;
  const first = file.annotations[0]?.line.start ?? 0;
  return replaced(text, { start: first, end: first }, '-- +goose NO TRANSACTION\n');
}

function wrapContent({ up, down, transaction }: NewContent): NewContent {
  return { up: wrap(up), down: down === null ? null : wrap(down), transaction };
}

/** Statements lose the marks that they were read with; `wrap` gives them where they are needed. */
function withoutBlocks(sql: string): string {
  return linesOf(sql).filter(({ text }) => !/^statement(begin|end)$/.test(annotationOf(text) ?? '')).map(({ start, next }) => sql.slice(start, next)).join('');
}

/** Marks the statements that goose would cut at a semicolon inside of them. */
function wrap(sql: string): string {
  let wrapped = '';
  for (let from = 0; from < sql.length; ) {
    const piece = pieceAt(sql, from, sql.length, { separator: null, quotes: 'trusting' });
    const lineEnd = /^[ \t]*(?:--[^\n]*)?(?:\r?\n|$)/.exec(sql.slice(piece.close))?.[0] ?? null;
    const statement = sql.slice(piece.start, piece.close);
    const isCut = linesOf(statement).slice(0, -1).some((line) => endsStatement(line.text));
    const rest = lineEnd ?? '\n';
    wrapped += sql.slice(piece.from, piece.start);
    wrapped += isCut ? `-- +goose StatementBegin\n${statement}${rest.endsWith('\n') ? rest : `${rest}\n`}-- +goose StatementEnd\n` : `${statement}${statement === '' ? '' : rest}`;
    from = piece.close + (lineEnd?.length ?? 0);
    if (piece.start >= piece.end && piece.close >= sql.length) break;
  }
  return wrapped;
}
