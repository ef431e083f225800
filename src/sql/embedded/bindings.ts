import { literalRuns, literalValue, type Run } from './literals.ts';
import { tokens, type Token } from '../tokens.ts';
import type { Chunk, Hole, Piece } from './pieces.ts';

/**
 * What a library puts in place of marks of its own: Knex and Sequelize know `?` and `:name` (`marks`), node-pg-migrate `{name}` (`braces`).
 * Knex writes `\\?` for a question mark, whether there are values or not (`escapes`).
 */
export type BindingStyle = 'none' | 'escapes' | 'marks' | 'braces';

/** The pieces with a hole for each mark that the library replaces. */
export function withBindings(file: string, pieces: readonly Piece[], style: BindingStyle): readonly Piece[] {
  if (style === 'none') return pieces;
  const texts = pieces.map((piece) => (piece.kind === 'chunk' ? literalValue(file, piece) : piece.kind === 'fixed' ? piece.text : 'x'));
  const joined = texts.join('');
  const marks = { braces, marks: questionMarks, escapes }[style](joined);
  let at = 0;
  return pieces.flatMap((piece, index) => {
    const start = at;
    at += texts[index]?.length ?? 0;
    return piece.kind === 'chunk' ? cut(file, piece, marks.filter((mark) => mark.start >= start && mark.end <= at).map((mark) => ({ ...mark, start: mark.start - start, end: mark.end - start }))) : [piece];
  });
}

interface Mark {
  readonly start: number;
  readonly end: number;
  /** `nothing`: it only keeps the next character from being a mark. */
  readonly as: Hole['as'] | 'nothing';
}

/** `?` and `:name` for values, `??` and `:name:` for names (Knex). Quotes and casts are left alone. */
function questionMarks(text: string): readonly Mark[] {
  const all = tokens(text);
  return all.flatMap((token, index): Mark[] => {
    const [before, next, after] = [all[index - 1], all[index + 1], all[index + 2]];
    if (token.text === '?') {
      if (isAt(before, '\\', token.start)) return [{ start: token.start - 1, end: token.start, as: 'nothing' }];
      if (isAt(before, '?', token.start)) return [];
      return [isAt(next, '?', token.end, 'start') ? { start: token.start, end: token.end + 1, as: 'name' } : { start: token.start, end: token.end, as: 'value' }];
    }
    if (token.text !== ':' || isAt(before, ':', token.start) || next?.kind !== 'word' || next.start !== token.end) return [];
    return [isAt(after, ':', next.end, 'start') ? { start: token.start, end: next.end + 1, as: 'name' } : { start: token.start, end: next.end, as: 'value' }];
  });
}

function isAt(token: Token | undefined, text: string, at: number, edge: 'start' | 'end' = 'end'): boolean {
  return token?.text === text && token[edge] === at;
}

/** Knex looks for them everywhere, in strings and comments too; an even number of backslashes escapes nothing (observed with 3.3). */
function escapes(text: string): readonly Mark[] {
  return [...text.matchAll(/(\\+)\?/g)].flatMap(({ index, 1: slashes = '' }) => (slashes.length % 2 === 1 ? [{ start: index, end: index + slashes.length, as: 'nothing' as const }] : []));
}

/** node-pg-migrate replaces `{name}` anywhere, by text. */
function braces(text: string): readonly Mark[] {
  return [...text.matchAll(/\{\w+\}/g)].map((match) => ({ start: match.index, end: match.index + match[0].length, as: 'text' }));
}

function cut(file: string, chunk: Chunk, marks: readonly Mark[]): readonly Piece[] {
  const runs = literalRuns(file, chunk.span, chunk.quote);
  const found: Piece[] = [];
  let from = chunk.span.start;
  for (const mark of marks) {
    const span = { start: inFile(runs, mark.start), end: inFile(runs, mark.end - 1) + 1 };
    if (span.start > from) found.push({ ...chunk, span: { start: from, end: span.start } });
    if (mark.as !== 'nothing') found.push({ kind: 'hole', span, code: file.slice(span.start, span.end), written: 'binding', as: mark.as });
    from = span.end;
  }
  if (from < chunk.span.end || found.length === 0) found.push({ ...chunk, span: { start: from, end: chunk.span.end } });
  return found;
}

function inFile(runs: readonly Run[], offset: number): number {
  let left = offset;
  for (const run of runs) {
    if (left < run.text.length) return run.file.start + left;
    left -= run.text.length;
  }
  return runs.at(-1)?.file.end ?? 0;
}
