import type { Span } from './span.ts';

/** Replace `span` of the text by `text`; an empty span inserts. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** A quick fix: edits that belong together, named as the user sees them in the light bulb. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** Applies edits that do not overlap; their order does not matter. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((a, b) => b.span.start - a.span.start || b.span.end - a.span.end);
  return ordered.reduce((result, edit) => result.slice(0, edit.span.start) + edit.text + result.slice(edit.span.end), text);
}
