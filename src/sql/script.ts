import type { Edit } from '../model/edit.ts';
import type { Span } from '../model/span.ts';
import type { PlacedStatement, Statement } from '../model/statement.ts';
import { parseStatement } from './parse.ts';
import { forgottenEnd, pieceAt, type Piece, type SplitOptions } from './split.ts';
import { tokenAt, type Comment } from './tokens.ts';

export interface ScriptOptions {
  /** A line comment beginning with this ends a statement, as Drizzle's `--> statement-breakpoint` does. */
  readonly separator: string | null;
  /** The part of the text that is the script; null: all of it. */
  readonly span: Span | null;
}

/** A text cut into statements. Every offset counts UTF-16 units from the start of the text. */
export interface SqlScript {
  readonly text: string;
  readonly options: ScriptOptions;
  readonly statements: readonly PlacedStatement[];
  readonly comments: readonly Comment[];
  readonly pieces: readonly ParsedPiece[];
}

/** A piece and what it parsed to; null where a piece holds only comments or white space. */
export interface ParsedPiece {
  readonly piece: Piece;
  readonly statement: Statement | null;
}

export const plainSql: ScriptOptions = { separator: null, span: null };

/** Cuts and parses a whole text. One broken statement leaves the others as they are. */
export function parseScript(text: string, options: ScriptOptions = plainSql): SqlScript {
  const span = options.span ?? { start: 0, end: text.length };
  return assemble(text, options, readPieces(text, span, options, () => null));
}

/** The script after one edit: only the pieces that the edit touched are read and parsed again. */
export function editScript(script: SqlScript, edit: Edit): SqlScript {
  const text = script.text.slice(0, edit.span.start) + edit.text + script.text.slice(edit.span.end);
  // Mending a forgotten quote looks at the whole text, so that the editor and the command line see the same pieces.
  if (script.options.span !== null || script.pieces.some(isUnclosed)) return parseScript(text, script.options);
  const delta = edit.text.length - (edit.span.end - edit.span.start);
  const old = script.pieces;
  const first = firstTouched(old, edit.span.start);
  const resume = resumeAfter(old, edit.span.end, delta);
  const from = old[first]?.piece.from ?? 0;
  const fresh = readPieces(text, { start: from, end: text.length }, script.options, resume);
  if (fresh.some(isUnclosed)) return parseScript(text, script.options);
  return assemble(text, script.options, [...old.slice(0, first), ...fresh]);
}

/** Index of the first piece whose reading the edit can change: the one it falls into, or the one that it directly follows. */
function firstTouched(pieces: readonly ParsedPiece[], at: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.piece.close ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return Math.min(low, Math.max(0, pieces.length - 1));
}

/** Gives the unchanged rest, moved by `delta`, once a new piece closes where an old one beyond the edit did. */
function resumeAfter(old: readonly ParsedPiece[], editEnd: number, delta: number): (close: number) => readonly ParsedPiece[] | null {
  let next = 0;
  return (close) => {
    if (close - delta < editEnd) return null;
    while (next < old.length && (old[next]?.piece.close ?? 0) < close - delta) next += 1;
    const match = old[next];
    if (match === undefined || match.piece.close !== close - delta || match.piece.close <= editEnd) return null;
    const rest = old.slice(next + 1);
    return delta === 0 ? rest : rest.map((each) => ({ piece: move(each.piece, delta), statement: each.statement }));
  };
}

function move(piece: Piece, by: number): Piece {
  return {
    from: piece.from + by,
    start: piece.start + by,
    end: piece.end + by,
    close: piece.close + by,
    comments: piece.comments.length === 0 ? piece.comments : piece.comments.map((each) => ({ ...each, start: each.start + by, end: each.end + by })),
    unclosed: piece.unclosed === null ? null : { start: piece.unclosed.start + by, end: piece.unclosed.end + by },
  };
}

/** `resume` may end the reading early with pieces that are known already. */
function readPieces(text: string, { start: from, end: limit }: Span, options: ScriptOptions, resume: (close: number) => readonly ParsedPiece[] | null): readonly ParsedPiece[] {
  const pieces: ParsedPiece[] = [];
  const trusting: SplitOptions = { separator: options.separator, quotes: 'trusting' };
  let at = from;
  while (at < limit) {
    const piece = pieceAt(text, at, limit, trusting);
    if (piece.unclosed !== null && startsDollarQuote(text, piece.unclosed)) {
      const cut = rewindToForgottenDollar(text, pieces, piece);
      if (cut !== null) {
        pieces.length = cut;
        at = pieces.at(-1)?.piece.close ?? from;
        const mended = readPiece(text, pieceAt(text, at, limit, { ...trusting, quotes: 'suspicious' }));
        pieces.push(mended);
        at = mended.piece.close;
        continue;
      }
    }
    const parsed = distrust(text, readPiece(text, piece), limit, trusting);
    pieces.push(parsed);
    at = parsed.piece.close;
    const rest = resume(at);
    if (rest !== null) return [...pieces, ...rest];
  }
  return pieces;
}

function readPiece(text: string, piece: Piece): ParsedPiece {
  return { piece, statement: piece.end > piece.start ? parseStatement(text.slice(piece.start, piece.end)) : null };
}

/** A piece that does not parse and whose quote swallows another statement is cut where the quote was forgotten. */
function distrust(text: string, parsed: ParsedPiece, limit: number, options: SplitOptions): ParsedPiece {
  if (parsed.statement?.problem == null) return parsed;
  if (parsed.piece.unclosed === null && forgottenEnd(text, parsed.piece.start, parsed.piece.end) === null) return parsed;
  if (firstSwallowing(text, parsed.piece) !== 'string' && parsed.piece.unclosed === null) return parsed;
  const shorter = pieceAt(text, parsed.piece.from, limit, { ...options, quotes: 'suspicious' });
  return shorter.close < parsed.piece.close ? readPiece(text, shorter) : parsed;
}

/** How many pieces to keep so that the next one begins with the dollar quote that was never closed. */
function rewindToForgottenDollar(text: string, pieces: readonly ParsedPiece[], last: Piece): number | null {
  for (const [index, each] of pieces.entries()) {
    if (each.statement?.problem != null && firstSwallowing(text, each.piece) === 'dollar string') return index;
  }
  return firstSwallowing(text, last) === null ? null : pieces.length;
}

/** The first quote of a piece that contains the beginning of another statement. */
function firstSwallowing(text: string, piece: Piece): 'string' | 'dollar string' | null {
  let at = piece.start;
  while (at < piece.end) {
    if (/\s/.test(text[at] ?? '')) {
      at += 1;
      continue;
    }
    const [kind, stop] = tokenAt(text, at);
    const end = stop < 0 ? piece.end : Math.min(stop, piece.end);
    const quote = kind === 'dollar string' ? 'dollar string' : kind === 'string' || kind === 'identifier' ? 'string' : null;
    if (quote !== null && forgottenEnd(text, at, end) !== null) return quote;
    at = end;
  }
  return null;
}

function isUnclosed(each: ParsedPiece): boolean {
  return each.piece.unclosed !== null;
}

function startsDollarQuote(text: string, span: Span): boolean {
  return text[span.start] === '$';
}

function assemble(text: string, options: ScriptOptions, pieces: readonly ParsedPiece[]): SqlScript {
  const statements: PlacedStatement[] = [];
  const comments: Comment[] = [];
  for (const { piece, statement } of pieces) {
    if (statement !== null) statements.push({ index: statements.length, start: piece.start, statement });
    if (piece.comments.length > 0) comments.push(...piece.comments);
  }
  return { text, options, statements, comments, pieces };
}
