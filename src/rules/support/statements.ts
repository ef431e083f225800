import type { Span } from '../../model/span.ts';
import type { PlacedStatement } from '../../model/statement.ts';

/** A statement with its semicolon and, where nothing else stands in its lines, its line break: what is taken out with it. */
export function withSemicolon({ start, statement }: PlacedStatement, file: string): Span {
  const end = semicolonAfter({ start, statement }, file) ?? start + statement.text.length;
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(file.slice(end));
  const isFirst = /(?:^|\n)[ \t]*$/.test(file.slice(0, start));
  return { start, end: rest !== null && isFirst ? end + rest[0].length : end };
}

/** Where its semicolon ends; null when it has none. */
export function semicolonAfter({ start, statement }: Pick<PlacedStatement, 'start' | 'statement'>, file: string): number | null {
  const after = /^\s*;/.exec(file.slice(start + statement.text.length));
  return after === null ? null : start + statement.text.length + after[0].length;
}
