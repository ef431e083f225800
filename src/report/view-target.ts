import type { Span } from '../model/span.ts';

/** Where a row of the page leads: a span of a file, and its line as the page prints it. */
export interface Target {
  readonly path: string;
  readonly span: Span;
  readonly line: number;
}

/** How a span of a script becomes a place that the page can lead to. */
export type ToTarget = (path: string, span: Span) => Target;
