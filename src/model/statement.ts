import type { Span } from './span.ts';

/** A node of PostgreSQL's parse tree as `libpg-query` gives it: one key naming the node's type. */
export type AstNode = Readonly<Record<string, unknown>>;

export interface SyntaxProblem {
  /** PostgreSQL's own words. */
  readonly message: string;
  /** Where, in UTF-16 units from the statement's first character. */
  readonly span: Span;
}

/**
 * One statement, independent of where it stands: equal texts share one object, so that
 * whatever is computed from it can be kept from one keystroke to the next.
 */
export interface Statement {
  /** From the first token to the last, without the semicolon. */
  readonly text: string;
  /** The node's type (`CreateStmt`, `IndexStmt`, …), or `SyntaxError`. */
  readonly kind: string;
  /** The node's content, empty for a syntax error. */
  readonly node: AstNode;
  readonly problem: SyntaxProblem | null;
  readonly memory: StatementMemory;
}

/**
 * What other folders computed from the statement; each slot has one owner, which alone knows what is in it. A slot and not a
 * weak map: with ten thousand statements the map's look-ups and the collector's visits to its entries were half of a keystroke.
 */
export interface StatementMemory {
  /** Of `sql/effects.ts`. */
  effects: unknown;
  /** Of `analysis/notes.ts`. */
  notes: unknown;
}

/** A statement where it stands in its file. */
export interface PlacedStatement {
  readonly index: number;
  /** UTF-16 offset of the statement's first character in the file. */
  readonly start: number;
  readonly statement: Statement;
  /** Set where it stands in the body of a DO block, which is one transaction. */
  readonly block?: 'do';
}
