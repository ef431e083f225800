import type { Span } from '../../model/span.ts';

/** The first line of a statement, where a rule about the whole migration is shown. */
export function firstLine(text: string, statement: Span): Span {
  const end = text.indexOf('\n', statement.start);
  return { start: statement.start, end: end < 0 ? statement.end : Math.min(statement.end, end) };
}
