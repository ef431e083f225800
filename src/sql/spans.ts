import type { Span } from '../model/span.ts';
import type { Statement } from '../model/statement.ts';
import { grammarTokens, tokens, type Token } from './tokens.ts';

/** What was read of the statement that was asked about last: rules ask about one statement after the other, and tokens are too many to keep. */
let latest: { readonly statement: Statement; readonly isAscii: boolean; tokens: readonly Token[] | null } | null = null;

/** The UTF-16 offset of an AST `location`, which counts UTF-8 bytes from the statement's start. */
export function offset(statement: Statement, location: number): number {
  if (read(statement).isAscii) return location;
  let bytes = 0;
  let at = 0;
  while (bytes < location && at < statement.text.length) {
    const point = statement.text.codePointAt(at) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    at += point > 0xffff ? 2 : 1;
  }
  return at;
}

/** The statement's tokens without comments. */
export function statementTokens(statement: Statement): readonly Token[] {
  const known = read(statement);
  return (known.tokens ??= grammarTokens(statement.text));
}

/** Index of the token that begins at or after an AST location. */
export function tokenIndexAt(statement: Statement, location: number): number {
  const at = offset(statement, location);
  const all = statementTokens(statement);
  const index = all.findIndex((token) => token.start >= at);
  return index < 0 ? all.length : index;
}

/** The token at an AST location as a span; the whole statement when the parser gave none. */
export function spanAt(statement: Statement, location: unknown): Span {
  const token = typeof location === 'number' ? statementTokens(statement)[tokenIndexAt(statement, location)] : undefined;
  return token === undefined ? { start: 0, end: statement.text.length } : { start: token.start, end: token.end };
}

/** A dotted name that begins at an AST location: `public."Orders"`. */
export function nameSpanAt(statement: Statement, location: number): Span {
  const all = statementTokens(statement);
  let index = tokenIndexAt(statement, location);
  const start = all[index]?.start ?? 0;
  while (all[index + 1]?.text === '.' && all[index + 2] !== undefined) index += 2;
  return { start, end: all[index]?.end ?? statement.text.length };
}

/** The statement's first line: where a finding about the whole of it is drawn. */
export function headSpan(statement: Statement): Span {
  const end = statement.text.search(/\r?\n/);
  return { start: 0, end: end < 0 ? statement.text.length : end };
}

/** Comments inside a text, with their offsets. */
export function commentTokens(text: string): readonly Token[] {
  return tokens(text).filter((token) => token.kind === 'comment');
}

function read(statement: Statement): NonNullable<typeof latest> {
  if (latest?.statement !== statement) latest = { statement, isAscii: /^[\u0000-\u007f]*$/.test(statement.text), tokens: null };
  return latest;
}
