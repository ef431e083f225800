import type { Trifle } from '../model/migration.ts';
import type { Span } from '../model/span.ts';
import type { PlacedStatement } from '../model/statement.ts';
import type { SqlScript } from '../sql/script.ts';
import { grammarTokens } from '../sql/tokens.ts';

/** The first place where a script is no longer what it was, as far as it matters: other statements matter most. */
export interface Difference {
  readonly kind: 'statements' | Trifle;
  /** In the script as it is now. */
  readonly span: Span;
}

/** Null when both are the same, to the character. Statements are compared as PostgreSQL reads them. */
export function differenceOf(now: SqlScript, was: SqlScript): Difference | null {
  const at = now.statements.findIndex((each, index) => !isSame(each, was.statements[index]));
  const changed = at < 0 ? null : now.statements[at];
  if (changed != null) return { kind: 'statements', span: spanOf(changed) };
  // What is missing at the end was below the last one.
  if (now.statements.length < was.statements.length) return { kind: 'statements', span: lastOf(now) };
  if (now.text === was.text) return null;
  const [text, former] = [now.text, was.text].map(withPlainEnds);
  if (text === former) return { kind: 'line ends', span: lineAround(now.text, 0) };
  const kind = withoutSpace(now.text) === withoutSpace(was.text) ? 'white space' : 'comments';
  return { kind, span: lineAround(now.text, firstDifference(now.text, was.text)) };
}

/** Statements of a script that another one does not have, however often they stand there. */
export function statementsOnlyIn(script: SqlScript, other: SqlScript): readonly PlacedStatement[] {
  const known = new Set(other.statements.map(wordsOf));
  return script.statements.filter((each) => !known.has(wordsOf(each)));
}

function isSame(a: PlacedStatement, b: PlacedStatement | undefined): boolean {
  return b !== undefined && (a.statement === b.statement || wordsOf(a) === wordsOf(b));
}

/** Equal for statements that PostgreSQL reads alike: white space, comments and the case of unquoted words do not count. */
function wordsOf({ statement }: PlacedStatement): string {
  return grammarTokens(statement.text).map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : text)).join('\0');
}

function spanOf({ start, statement }: PlacedStatement): Span {
  const feed = statement.text.search(/\r?\n/);
  return { start, end: start + (feed < 0 ? statement.text.length : feed) };
}

function lastOf(script: SqlScript): Span {
  const last = script.statements.at(-1);
  return last === undefined ? lineAround(script.text, 0) : spanOf(last);
}

function withPlainEnds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function withoutSpace(text: string): string {
  return text.replaceAll(/\s+/g, '');
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return Math.min(at, Math.max(0, a.length - 1));
}

/** The line of an offset without its white space; where that is empty, the nearest one with words in it. */
function lineAround(text: string, at: number): Span {
  const start = text.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
  const words = /\S[^\r\n]*/.exec(text.slice(start)) ?? /\S[^\r\n]*/.exec(text);
  if (words === null) return { start: 0, end: text.length };
  const from = text.startsWith(words[0], start + words.index) ? start + words.index : words.index;
  return { start: from, end: from + words[0].trimEnd().length };
}
