import type { Span } from '../model/span.ts';
import { code, endOfLineComment, isSpace } from './lexer.ts';
import { grammarTokens, tokenAt, type Comment } from './tokens.ts';

/** What stands between two semicolons. */
export interface Piece {
  /** Where the piece before it closed. */
  readonly from: number;
  /** First character of the first token; equal to `end` when there is none. */
  readonly start: number;
  /** After the last token, without the semicolon. */
  readonly end: number;
  /** After the semicolon (or the separator comment): where the next piece begins. */
  readonly close: number;
  readonly comments: readonly Comment[];
  /** A quote, dollar quote or block comment in it that never ends, or a COPY FROM stdin whose rows could end anywhere below. */
  readonly unclosed: Span | null;
}

export interface SplitOptions {
  /** A line comment that begins with this ends a statement as a semicolon does. */
  readonly separator: string | null;
  /**
   * `trusting`: quotes mean what they say. `suspicious`: the first quote that swallows the beginning of
   * another statement is taken for one that somebody forgot to close.
   */
  readonly quotes: 'trusting' | 'suspicious';
}

/** Reads one piece that begins at `from`; at the end of the text `close` is the text's length. */
export function pieceAt(text: string, from: number, limit: number, options: SplitOptions): Piece {
  const reader = new PieceReader(text, from, limit, options);
  return reader.read();
}

/** Where a quote that opens at `at` was probably meant to end: before a line that begins another statement. */
export function forgottenEnd(text: string, at: number, end: number): number | null {
  statementBegins.lastIndex = at;
  const match = statementBegins.exec(text);
  return match !== null && match.index < end ? match.index : null;
}

const statementBegins =
  /;(?=[ \t]*(?:--[^\n]*)?\r?\n(?:\s*\n|--[^\n]*\n)*(?:CREATE|ALTER|DROP|INSERT|UPDATE|DELETE|GRANT|REVOKE|COMMENT|COMMIT|BEGIN|SET|TRUNCATE|DO|SELECT|VACUUM|REINDEX)\b)/gi;

/** A command of psql that ends a statement as a semicolon does: `\gexec`, `\gset`, `\watch`. */
const sendsQuery = /^\\(?:g|gx|gset|gexec|gdesc|crosstabview|watch|bind|parse|sendpipeline)(?=[\s(\\]|$)/;

const endOfRows = /^\\\.[ \t]*\r?$/gm;

function copiesFromClient(statement: string): boolean {
  if (!/^COPY\b/i.test(statement)) return false;
  const words = grammarTokens(statement).map((token) => token.text.toUpperCase());
  return words.some((word, at) => word === 'FROM' && words[at + 1] === 'STDIN');
}

class PieceReader {
  private readonly text: string;
  private readonly from: number;
  private readonly limit: number;
  private readonly options: SplitOptions;
  private readonly comments: Comment[] = [];
  private start = -1;
  private end: number;
  private unclosed: Span | null = null;
  private readonly trusting: boolean;
  private parentheses = 0;
  private words = 0;
  private routine = false;
  /** Open BEGIN ATOMIC and CASE blocks of a routine's SQL body (manual, CREATE FUNCTION, PostgreSQL 14). */
  private blocks = 0;
  private previousWord = '';

  constructor(text: string, from: number, limit: number, options: SplitOptions) {
    this.text = text;
    this.from = from;
    this.limit = limit;
    this.end = from;
    this.options = options;
    this.trusting = options.quotes === 'trusting';
  }

  read(): Piece {
    let at = this.from;
    while (at < this.limit) {
      const char = this.text.charCodeAt(at);
      if (isSpace(char)) at += 1;
      else if (char === code.semicolon && this.parentheses <= 0 && this.blocks === 0) return this.piece(this.rows(at + 1));
      else if (char === code.backslash && (this.start < 0 || sendsQuery.test(this.text.slice(at, at + 20)))) {
        const end = endOfLineComment(this.text, at);
        this.comments.push({ kind: 'psql', start: at, end: Math.min(end, this.limit) });
        if (this.start >= 0) return this.piece(Math.min(end, this.limit));
        at = end;
      } else {
        const next = this.token(at, char);
        if (next < 0) return this.piece(-next);
        at = next;
      }
    }
    return this.piece(this.limit);
  }

  /** Takes one token; a negative result closes the piece there. */
  private token(at: number, char: number): number {
    const [kind, stop] = tokenAt(this.text, at);
    const end = stop < 0 || stop > this.limit ? this.limit : stop;
    if (kind === 'comment' && stop >= 0 && stop <= this.limit) return this.comment(at, end);
    if (this.start < 0) this.start = at;
    this.end = end;
    if (kind === 'word') this.word(at, end);
    else if (kind === 'punctuation') this.parentheses += char === code.open ? 1 : char === code.close ? -1 : 0;
    else if (kind !== 'number') return this.quoted(at, end, stop < 0 || stop > this.limit ? 'open' : 'closed');
    return end;
  }

  /** After a COPY FROM stdin come its rows, from the next line to `\.` (manual, psql and COPY); the end of them or, without any, of the statement. */
  private rows(close: number): number {
    if (this.start < 0 || !copiesFromClient(this.text.slice(this.start, this.end))) return close;
    const first = this.text.indexOf('\n', close) + 1;
    endOfRows.lastIndex = Math.max(first, close);
    const end = first === 0 ? null : endOfRows.exec(this.text);
    if (end === null || end.index >= this.limit) {
      this.unclosed = { start: this.start, end: this.end };
      return close;
    }
    this.comments.push({ kind: 'rows', start: first, end: end.index + 2 });
    return end.index + 2;
  }

  private comment(at: number, end: number): number {
    const separator = this.options.separator;
    if (separator !== null && this.text.startsWith(separator, at)) return -end;
    this.comments.push({ kind: this.text.charCodeAt(at) === code.minus ? 'line' : 'block', start: at, end });
    return end;
  }

  private word(at: number, end: number): void {
    if (this.words > 8 && !this.routine) return;
    const word = this.text.slice(at, end).toUpperCase();
    this.words += 1;
    if (this.words <= 4 && (word === 'FUNCTION' || word === 'PROCEDURE')) this.routine = true;
    if (this.routine) {
      if (word === 'ATOMIC' && this.previousWord === 'BEGIN') this.blocks = 1;
      else if (this.blocks > 0 && word === 'CASE') this.blocks += 1;
      else if (this.blocks > 0 && word === 'END') this.blocks -= 1;
    }
    this.previousWord = word;
  }

  private quoted(at: number, end: number, state: 'open' | 'closed'): number {
    if (!this.trusting) {
      const cut = forgottenEnd(this.text, at, end);
      if (cut !== null) {
        this.unclosed = { start: at, end: cut };
        this.end = cut;
        return -(cut + 1);
      }
    }
    if (state === 'open') this.unclosed = { start: at, end };
    return end;
  }

  private piece(close: number): Piece {
    const start = this.start < 0 ? close : this.start;
    return { from: this.from, start, end: Math.max(start, this.start < 0 ? close : this.end), close, comments: this.comments, unclosed: this.unclosed };
  }
}
