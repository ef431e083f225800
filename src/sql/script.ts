import type { Edit } from '../model/edit.ts';
import type { Span } from '../model/span.ts';
import type { PlacedStatement, Statement } from '../model/statement.ts';
import { parseStatement } from './parse.ts';
import { forgottenEnd, pieceAt, type Piece, type SplitOptions } from './split.ts';
import { tokenAt, type Comment } from './tokens.ts';

export interface ScriptOptions {
  /** A line comment beginning with this ends a statement, as Drizzle's `--> statement-breakpoint` does. */
  readonly separator: string | null;
}

/** A text cut into statements. Every offset counts UTF-16 units from the start of the text. */
export interface SqlScript {
  readonly text: string;
  readonly options: ScriptOptions;
  readonly statements: readonly PlacedStatement[];
  readonly comments: readonly Comment[];
  readonly pieces: readonly ScriptPiece[];
  readonly quotes: ScriptPiece['quotes'];
  readonly memory: ScriptMemory;
}

/** What other folders keep from one edit to the next: the scripts that edits make of a script share its memory. Each slot has one owner. */
export interface ScriptMemory {
  /** Of `analysis/check-script.ts`. */
  checked: unknown;
}

/**
 * What stands between two semicolons, counted from where the piece before it ended: an edit before it leaves it as it is.
 * `statement` is null where a piece holds only comments or white space.
 */
export interface ScriptPiece {
  readonly length: number;
  /** Of the statement's first character. */
  readonly start: number;
  readonly statement: Statement | null;
  readonly comments: readonly Comment[];
  readonly quotes: 'closed' | 'unclosed';
}

export const plainSql: ScriptOptions = { separator: null };

/** Cuts and parses a whole text. One broken statement leaves the others as they are. */
export function parseScript(text: string, options: ScriptOptions = plainSql): SqlScript {
  const { pieces } = readPieces(text, { start: 0, end: text.length }, options, () => null);
  return assemble({ text, options, pieces: [], statements: [], comments: [], quotes: pieces.some(isUnclosed) ? 'unclosed' : 'closed', memory: { checked: null } }, pieces, 0);
}

/** The script after one edit: only the pieces that the edit touched are read and parsed again. */
export function editScript(script: SqlScript, edit: Edit): SqlScript {
  const text = script.text.slice(0, edit.span.start) + edit.text + script.text.slice(edit.span.end);
  // Mending a forgotten quote looks at the whole text, so that the editor and the command line see the same pieces.
  if (script.quotes === 'unclosed') return parseScript(text, script.options);
  const { head, from } = headBefore(script, edit.span.start);
  const untouched = untouchedAfter(script, { index: head.pieces.length, at: from }, edit);
  const { pieces, resumed } = readPieces(text, { start: from, end: text.length }, script.options, untouched);
  if (pieces.some(isUnclosed)) return parseScript(text, script.options);
  return assemble({ ...head, text }, resumed === null ? pieces : pieces.concat(script.pieces.slice(resumed)), from);
}

/** The script up to the first piece whose reading an edit at this offset can change: the one it falls into, or the one that it directly follows. */
function headBefore(script: SqlScript, at: number): { readonly head: SqlScript; readonly from: number } {
  let [pieces, statements, comments, from] = [0, 0, 0, 0];
  for (const piece of script.pieces) {
    if (from + piece.length >= at || pieces === script.pieces.length - 1) break;
    pieces += 1;
    from += piece.length;
    comments += piece.comments.length;
    if (piece.statement !== null) statements += 1;
  }
  const head = { ...script, pieces: script.pieces.slice(0, pieces), statements: script.statements.slice(0, statements), comments: script.comments.slice(0, comments) };
  return { head, from };
}

/** Tells where the old pieces go on once a new piece ends where an old one beyond the edit did; asked with growing offsets. */
function untouchedAfter({ pieces }: SqlScript, begin: { readonly index: number; readonly at: number }, { span, text }: Edit): (close: number) => number | null {
  const delta = text.length - (span.end - span.start);
  let { index, at } = begin;
  return (close) => {
    for (let piece = pieces[index]; piece !== undefined && at + piece.length <= close - delta; piece = pieces[index]) {
      at += piece.length;
      index += 1;
    }
    return at === close - delta && at > span.end ? index : null;
  };
}

interface ReadPiece {
  readonly piece: Piece;
  readonly statement: Statement | null;
}

interface Reading {
  readonly pieces: readonly ScriptPiece[];
  /** Index of the old piece with which the text goes on, or null when all of it was read. */
  readonly resumed: number | null;
}

/** `untouched` may end the reading early, where the rest is known already. */
function readPieces(text: string, { start: from, end: limit }: Span, options: ScriptOptions, untouched: (close: number) => number | null): Reading {
  const pieces: ReadPiece[] = [];
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
    const resumed = untouched(at);
    if (resumed !== null) return { pieces: pieces.map(inPlace), resumed };
  }
  return { pieces: pieces.map(inPlace), resumed: null };
}

/** The piece as it is wherever it stands. */
function inPlace({ piece, statement }: ReadPiece): ScriptPiece {
  return {
    length: piece.close - piece.from,
    start: piece.start - piece.from,
    statement,
    comments: piece.comments.map((each) => moved(each, -piece.from)),
    quotes: piece.unclosed === null ? 'closed' : 'unclosed',
  };
}

function moved(comment: Comment, by: number): Comment {
  return { kind: comment.kind, start: comment.start + by, end: comment.end + by };
}

function readPiece(text: string, piece: Piece): ReadPiece {
  return { piece, statement: piece.end > piece.start ? parseStatement(text.slice(piece.start, piece.end)) : null };
}

/** A piece that does not parse and whose quote swallows another statement is cut where the quote was forgotten. */
function distrust(text: string, parsed: ReadPiece, limit: number, options: SplitOptions): ReadPiece {
  if (parsed.statement?.problem == null) return parsed;
  if (parsed.piece.unclosed === null && forgottenEnd(text, parsed.piece.start, parsed.piece.end) === null) return parsed;
  if (firstSwallowing(text, parsed.piece) !== 'string' && parsed.piece.unclosed === null) return parsed;
  const shorter = pieceAt(text, parsed.piece.from, limit, { ...options, quotes: 'suspicious' });
  return shorter.close < parsed.piece.close ? readPiece(text, shorter) : parsed;
}

/** How many pieces to keep so that the next one begins with the dollar quote that was never closed. */
function rewindToForgottenDollar(text: string, pieces: readonly ReadPiece[], last: Piece): number | null {
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

function isUnclosed(piece: ScriptPiece): boolean {
  return piece.quotes === 'unclosed';
}

function startsDollarQuote(text: string, span: Span): boolean {
  return text[span.start] === '$';
}

/** Places the pieces that follow the head's, from an offset on. */
function assemble(head: SqlScript, pieces: readonly ScriptPiece[], from: number): SqlScript {
  const statements: PlacedStatement[] = [];
  const comments: Comment[] = [];
  let index = head.statements.length;
  let at = from;
  for (const piece of pieces) {
    if (piece.statement !== null) {
      statements.push({ index, start: at + piece.start, statement: piece.statement });
      index += 1;
    }
    for (const comment of piece.comments) comments.push(moved(comment, at));
    at += piece.length;
  }
  return { ...head, pieces: head.pieces.concat(pieces), statements: head.statements.concat(statements), comments: head.comments.concat(comments) };
}
