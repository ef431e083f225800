import type { Span } from '../model/span.ts';
import type { PlacedStatement } from '../model/statement.ts';
import type { SqlError } from '../model/trace.ts';
import { utf16Offset } from '../sql/parse.ts';
import { tokens } from '../sql/tokens.ts';
import { DatabaseError } from './targets/target.ts';

/** PostgreSQL's refusal of one statement, with the place in the file where it happened. Anything that is no refusal is thrown on. */
export function sqlError(error: unknown, placed: PlacedStatement): SqlError {
  if (!(error instanceof DatabaseError)) throw error;
  const { message, sqlstate, detail, hint, position } = error;
  return { message, sqlstate, detail, hint, span: position === null ? null : spanOf(placed, position) };
}

/** The token at PostgreSQL's position, which counts characters from 1; where there is none, the statement's end. */
function spanOf({ start, statement }: PlacedStatement, position: number): Span {
  const at = utf16Offset(statement.text, position - 1);
  const token = tokens(statement.text.slice(at))[0];
  if (token !== undefined) return { start: start + at + token.start, end: start + at + token.end };
  const end = start + statement.text.length;
  return { start: Math.max(start, end - 1), end };
}

