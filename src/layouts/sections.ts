import { blank, stretchesOf, type ScriptSource } from '../model/source.ts';
import type { Span } from '../model/span.ts';

/** One line of a file; `end` stands before its line break, `next` behind it. */
export interface Line extends Span {
  readonly text: string;
  readonly next: number;
}

export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const next = feed < 0 ? text.length : feed + 1;
    const end = feed < 0 ? text.length : feed > start && text[feed - 1] === '\r' ? feed - 1 : feed;
    lines.push({ text: text.slice(start, end), start, end, next });
    start = next;
  }
  return lines;
}

/** Lines that hold nothing but a comment: the head of a file, which every section of it is read with, so that its `lockstep-ignore-file` counts. */
export function commentsBefore(lines: readonly Line[], end: number): readonly Span[] {
  return lines.filter((line) => line.end <= end && /^\s*--/.test(line.text)).map(({ start, next }) => ({ start, end: next }));
}

/** A section's SQL with the comments at the head of its file; lines that the tool takes for itself become blank. */
export function sectionSource(text: string, { head, body, taken }: { readonly head: readonly Span[]; readonly body: Span; readonly taken: readonly Span[] }): ScriptSource {
  const inside = taken.filter(({ start, end }) => body.start <= start && end <= body.end);
  const edges = [body.start, ...inside.flatMap(({ start, end }) => [start, end]), body.end];
  const stretches = edges.flatMap((start, index) => (index % 2 === 0 ? [{ start, end: edges[index + 1] ?? body.end }] : []));
  return stretchesOf(text, [...head.filter(({ end }) => end <= body.start), ...stretches]);
}

/** A file of which nothing is this side's SQL. */
export function nothingOf(text: string): ScriptSource {
  return stretchesOf(blank(text), []);
}

/** How the file ends its lines, by its first one. */
export function lineBreakOf(text: string): '\n' | '\r\n' {
  return text[text.indexOf('\n') - 1] === '\r' ? '\r\n' : '\n';
}

/** A part of a file replaced by lines, which end as the file's do; the last line of the file keeps lacking its line break. */
export function replaced(text: string, part: Span, lines: string): string {
  const written = lines.replaceAll(/\r?\n/g, lineBreakOf(text));
  const isOpenEnd = part.end === text.length && part.start < part.end && !text.endsWith('\n');
  return text.slice(0, part.start) + (isOpenEnd ? written.replace(/\r?\n$/, '') : written) + text.slice(part.end);
}

/** SQL as the body of a section: one line break at its end, and none when there is nothing. */
export function bodyOf(sql: string): string {
  const trimmed = sql.replace(/^(?:[ \t]*\r?\n)+/, '').trimEnd();
  return trimmed === '' ? '' : `${trimmed}\n`;
}
