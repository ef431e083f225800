import type { Span } from '../model/span.ts';
import { squawkNames } from '../rules/support/squawk-names.ts';
import type { SqlScript } from '../sql/script.ts';

/** A comment that silences rules. */
export interface Suppression {
  /** The ids it names; empty: all rules. */
  readonly rules: readonly string[];
  readonly reason: string | null;
  /** The day from which it no longer holds. */
  readonly until: string | null;
  /** True when it should end on a day but names none that exists: it silences nothing. */
  readonly hasNoDay: boolean;
  /** The line that it silences, or the whole file. */
  readonly reach: Span | 'file';
  readonly span: Span;
}

const kept = new WeakMap<SqlScript, readonly Suppression[]>();

/** The suppressions of a script in order; computed once for each script. */
export function suppressions(script: SqlScript): readonly Suppression[] {
  const known = kept.get(script);
  if (known !== undefined) return known;
  // One search of the whole text is what a file without suppressions pays.
  const made = script.text.includes('-ignore') ? script.comments.flatMap((comment, index) => readComment(script, comment, index) ?? []) : [];
  kept.set(script, made);
  return made;
}

/** `-- lockstep-ignore a, b: reason`, `-- lockstep-ignore-file …`, `-- lockstep-ignore-until 2027-01-01 …`, and squawk's own form. */
const grammar = /^(?:--+|\/\*+)\s*(?:lockstep-ignore(?<form>-file|-until)?|(?<squawk>squawk-ignore)(?<squawkFile>-file)?)(?![\w-])\s*(?<rest>[^]*?)\s*(?:\*\/)?$/;

function readComment({ text, comments }: SqlScript, span: Span, index: number): Suppression | null {
  const groups = grammar.exec(text.slice(span.start, span.end))?.groups;
  if (groups === undefined) return null;
  const isFile = groups['form'] === '-file' || groups['squawkFile'] !== undefined;
  const dated = groups['form'] === '-until' ? /^(\d{4}-\d{2}-\d{2})\s*([^]*)$/.exec(groups['rest'] ?? '') : null;
  const rest = dated?.[2] ?? groups['rest'] ?? '';
  const colon = rest.indexOf(':');
  const reason = colon < 0 ? '' : rest.slice(colon + 1).trim();
  const named = (colon < 0 ? rest : rest.slice(0, colon)).split(/[,\s]+/).filter((word) => word !== '');
  const squawk = groups['squawk'] !== undefined;
  return {
    rules: squawk ? named.flatMap((name) => squawkNames[name] ?? []) : named,
    // Squawk has no reasons: a history that was written for it is taken as it is.
    reason: squawk ? 'squawk-ignore' : reason === '' ? null : reason,
    until: dated?.[1] ?? null,
    hasNoDay: groups['form'] === '-until' && !isDay(dated?.[1] ?? ''),
    reach: isFile ? 'file' : silencedLine(text, comments, index),
    span: { start: span.start, end: span.end },
  };
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  // Some engines roll 2027-02-30 over into March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The comment's own line when SQL stands before it, else the line of the SQL that comes next, over blank lines and other comments. */
function silencedLine(text: string, comments: readonly Span[], index: number): Span {
  const comment = comments[index] ?? { start: 0, end: 0 };
  const lineStart = text.lastIndexOf('\n', comment.start - 1) + 1;
  if (text.slice(lineStart, comment.start).trim() !== '') return { start: lineStart, end: endOfLine(text, comment.start) };
  let start = comment.end;
  for (let at = index + 1, next = comments[at]; next !== undefined && text.slice(start, next.start).trim() === ''; at += 1, next = comments[at]) start = next.end;
  start += text.slice(start).search(/\S|$/);
  return { start, end: endOfLine(text, start) };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}
