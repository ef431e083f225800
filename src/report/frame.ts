import type { Severity } from '../model/finding.ts';
import type { Span } from '../model/span.ts';
import { lineText, placeOf } from './build.ts';
import { displayWidth, visible } from './display.ts';
import { paintSeverity, shortPath, type Terminal } from './terminal.ts';
import { count } from './wording.ts';

export interface Framed {
  readonly path: string;
  readonly text: string;
  /** `lineStarts(text)`: asked for once for all frames of a file. */
  readonly starts: readonly number[];
  readonly span: Span;
  readonly severity: Severity;
}

/** The line that a span stands in, with carets under it, as compilers show it. */
export function frame(framed: Framed, terminal: Terminal): readonly string[] {
  const { text, starts, span } = framed;
  const { dim, blue } = terminal.colors;
  const place = placeOf(starts, span.start);
  const end = placeOf(starts, Math.max(span.start, span.end - 1));
  const number = String(place.line);
  const margin = ' '.repeat(number.length);
  const cut = cutLine(lineText(text, starts, place.line), place.column - 1, end.line === place.line ? span.end - span.start : Infinity, terminal.width - number.length - 4);
  const more = end.line > place.line ? ` … and ${count(end.line - place.line, 'line')} more` : '';
  const carets = paintSeverity(framed.severity, terminal)('^'.repeat(cut.caretWidth));
  return [
    `${margin}${blue('-->')} ${visible(shortPath(framed.path, terminal))}:${place.line}:${place.column}`,
    `${margin} ${dim('|')}`,
    `${dim(`${number} |`)} ${cut.line}`,
    `${margin} ${dim('|')} ${' '.repeat(cut.before)}${carets}${dim(more)}`,
  ];
}

interface CutLine {
  readonly line: string;
  /** Columns before the carets. */
  readonly before: number;
  readonly caretWidth: number;
}

/** A window on the line that holds the span's start: lines of machine-made SQL can have megabytes. */
function cutLine(line: string, at: number, length: number, width: number): CutLine {
  const room = Math.max(20, width);
  const whole = line.length <= room * 4 && displayWidth(shown(line)) <= room;
  const from = whole || at < room / 2 ? 0 : backToBoundary(line, at - Math.floor(room / 4));
  const head = from > 0 ? '…' : '';
  const tail = whole ? line.slice(from) : fitting(line.slice(from, from + room * 2), room - 2);
  const foot = from + tail.length < line.length ? '…' : '';
  const before = head + shown(line.slice(from, at));
  const marked = shown(line.slice(at, Math.min(at + length, from + tail.length)));
  return { line: head + shown(tail) + foot, before: displayWidth(before), caretWidth: Math.max(1, displayWidth(marked)) };
}

/** The longest beginning that fits; at most a binary search, because the width of a beginning only grows. */
function fitting(text: string, width: number): string {
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (displayWidth(shown(text.slice(0, middle))) <= width) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, backToBoundary(text, low));
}

/** Never between the halves of a surrogate pair. */
function backToBoundary(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text.charAt(at)) ? at - 1 : at;
}

function shown(text: string): string {
  return visible(text.replaceAll('\t', '    '));
}
