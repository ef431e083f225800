import { pieceAt } from '../../sql/split.ts';

/** One statement of a section, as its author wrote it, placeholders and all. */
export interface TeamStatement {
  /** With the comments above it, and its semicolon. */
  readonly sql: string;
  /** Where `sql` begins, from 1. */
  readonly line: number;
  /** `-- only if drop` above it: the question that decides. */
  readonly only: string | null;
}

const condition = /^[ \t]*--[ \t]*only if[ \t]+(\S+)[ \t]*\n?/m;

/** Cuts a section at its semicolons. `firstLine` is the line of the file that it begins with. */
export function teamStatements(section: string, firstLine: number): readonly TeamStatement[] {
  const statements: TeamStatement[] = [];
  let at = 0;
  while (at < section.length) {
    // Braces are no quotes: where statements end does not depend on what the placeholders become.
    const piece = pieceAt(section, at, section.length, { separator: null, quotes: 'trusting' });
    if (piece.end > piece.start) statements.push(statement(section.slice(at, piece.end), section.slice(0, at), firstLine));
    at = piece.close;
  }
  return statements;
}

function statement(text: string, before: string, firstLine: number): TeamStatement {
  const lead = text.length - text.trimStart().length;
  const sql = text.slice(lead);
  const line = firstLine + before.split('\n').length - 1 + text.slice(0, lead).split('\n').length - 1;
  const only = condition.exec(sql);
  return { sql: `${only === null ? sql : sql.replace(condition, '')};`, line, only: only?.[1] ?? null };
}
