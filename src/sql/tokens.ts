import {
  code, dollarTag, endOfBlockComment, endOfDollarString, endOfEscapeString, endOfIdentifier, endOfLineComment, endOfString, endOfWord, isDigit,
  isSpace, isWordStart,
} from './lexer.ts';

export type TokenKind = 'word' | 'identifier' | 'string' | 'dollar string' | 'number' | 'punctuation' | 'comment';

/** One token; `start` and `end` are UTF-16 offsets. A token that the text cuts off ends where the text ends. */
export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What PostgreSQL never sees: comments, and in a script for psql its own commands (`\set`) and the rows below a COPY FROM stdin, up to `\.`. */
export interface Comment {
  readonly kind: 'line' | 'block' | 'psql' | 'rows';
  readonly start: number;
  readonly end: number;
}

/** All tokens of a text, comments included, in order. */
export function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (isSpace(text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const [kind, stop] = tokenAt(text, at);
    const end = stop < 0 ? text.length : stop;
    found.push({ kind, start: at, end, text: text.slice(at, end) });
    at = end;
  }
  return found;
}

/** The tokens without comments: what the grammar sees. */
export function grammarTokens(text: string): readonly Token[] {
  return tokens(text).filter((token) => token.kind !== 'comment');
}

/** True when the token is this key word, in any case and unquoted. */
export function isKeyword(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.length === word.length && token.text.toUpperCase() === word;
}

/** Kind of the token at an offset that is no white space, and where it ends; -1 when the text ends before the token does. */
export function tokenAt(text: string, at: number): readonly [TokenKind, number] {
  const char = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  if ((char === code.lowerE || char === code.upperE) && next === code.quote) return ['string', endOfEscapeString(text, at + 1)];
  if (isWordStart(char)) return ['word', endOfWord(text, at)];
  if (isDigit(char)) return ['number', endOfNumber(text, at)];
  if (char === code.quote) return ['string', endOfString(text, at)];
  if (char === code.doubleQuote) return ['identifier', endOfIdentifier(text, at)];
  if (char === code.minus && next === code.minus) return ['comment', endOfLineComment(text, at)];
  if (char === code.slash && next === code.star) return ['comment', endOfBlockComment(text, at)];
  if (char === code.dollar) {
    const tag = dollarTag(text, at);
    if (tag !== null) return ['dollar string', endOfDollarString(text, at, tag)];
  }
  return ['punctuation', at + 1];
}

function endOfNumber(text: string, at: number): number {
  const match = /(?:\d|_(?=\d)|\.\d|[eE][+-]?(?=\d))*/y;
  match.lastIndex = at;
  return at + Math.max(1, match.exec(text)?.[0].length ?? 1);
}
