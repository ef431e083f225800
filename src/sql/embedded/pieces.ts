import type { Span } from '../../model/span.ts';
import type { Placeholder, Quote } from '../../model/source.ts';

/** What the text of one call is made of, in order. Spans are the file's. */
export type Piece = Chunk | Hole | Fixed;

/** A stretch of a literal without interpolations. */
export interface Chunk {
  readonly kind: 'chunk';
  readonly span: Span;
  readonly literal: Span;
  readonly quote: Quote;
}

/** What is not known before the program runs. */
export interface Hole {
  readonly kind: 'hole';
  readonly span: Span;
  readonly code: string;
  readonly written: Placeholder['written'];
  /** `value`: sent as a bind parameter; `text`: becomes part of the SQL; `name`: becomes an identifier. */
  readonly as: 'value' | 'text' | 'name';
}

/** Known text that is not written as a literal of SQL: a number, a separator, quotes that a library adds. */
export interface Fixed {
  readonly kind: 'fixed';
  readonly text: string;
  readonly span: Span;
}

/** The text of a call; `flavour` tells SQL of a tag from any other string. */
export interface SqlText {
  readonly pieces: readonly Piece[];
  readonly flavour: 'sql' | 'string';
}

export function spanOf(node: { readonly start?: number | null | undefined; readonly end?: number | null | undefined }): Span {
  // The parser places every node; only trees made by hand have none.
  return { start: node.start ?? 0, end: node.end ?? 0 };
}
