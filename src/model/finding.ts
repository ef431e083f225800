import type { Fix } from './edit.ts';
import type { Span } from './span.ts';

/** `error`: it fails, or loses data or access. `warning`: it blocks traffic or breaks running code. `information`: policy or hygiene. */
export type Severity = 'error' | 'warning' | 'information';

export const severities: readonly Severity[] = ['error', 'warning', 'information'];

/** A second place that explains the first, in the same file unless `file` names another. */
export interface RelatedPlace {
  readonly file?: string;
  readonly span: Span;
  readonly message: string;
}

/** `unnecessary` and `deprecated` are the editor's own tags: faded text, struck-through text. */
export type FindingTag = 'unnecessary' | 'deprecated';

/** What a rule says of one place. Spans count UTF-16 units from the start of the file. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  /** Index of the statement in its script, or null when the finding is about the whole file. */
  readonly statement: number | null;
  readonly related: readonly RelatedPlace[];
  readonly tags: readonly FindingTag[];
  readonly fixes: readonly Fix[];
  /** The relation it is about, unquoted, so that a dry run can look for it; `schema` is null when the SQL names none. */
  readonly relation?: { readonly schema: string | null; readonly name: string };
}

/** What is said of SQL that may stand inside another file: `place` is the span there, where the SQL's own does not tell it. */
export interface SqlFinding extends Finding {
  readonly place?: Span;
}
