import type { Severity } from '../model/finding.ts';
import { overlaps, type Span } from '../model/span.ts';
import { lineStarts, lineText } from './build.ts';
import { visible } from './display.ts';

/** Something to underline in a script. */
export interface Mark {
  readonly span: Span;
  readonly tone: Severity | 'withdrawn';
  readonly note: string;
}

export interface CodeSegment {
  readonly text: string;
  readonly mark: Mark['tone'] | null;
}

/** One line of a script: what to print, what to underline, and where its number leads. */
export interface CodeLine {
  readonly number: number;
  readonly segments: readonly CodeSegment[];
  /** One entry for each mark that begins in this line. */
  readonly notes: readonly { readonly tone: Mark['tone']; readonly text: string }[];
  /** The statement that begins in this line, or null: the line number of such a line leads to the editor. */
  readonly statement: Span | null;
}

/** Lays out a script with its marks. A mark over many lines is drawn in its first only: it names a place, it does not paint a page. */
export function codeLines(text: string, statements: readonly Span[], marks: readonly Mark[]): readonly CodeLine[] {
  const starts = lineStarts(text);
  const last = text.endsWith('\n') ? starts.length - 1 : starts.length;
  return starts.slice(0, Math.max(1, last)).map((start, index): CodeLine => {
    const content = lineText(text, starts, index + 1);
    const line = { start, end: start + content.length };
    const whole = { start, end: (starts[index + 1] ?? text.length + 1) };
    const here = marks.filter((mark) => mark.span.start >= whole.start && mark.span.start < whole.end);
    return {
      number: index + 1,
      segments: segments(content, line, here),
      notes: here.map((mark) => ({ tone: mark.tone, text: mark.note })),
      statement: statements.find((span) => span.start >= whole.start && span.start < whole.end) ?? null,
    };
  });
}

/** Cuts a line at the edges of its marks; where marks overlap, the worst one shows. */
function segments(content: string, line: Span, marks: readonly Mark[]): readonly CodeSegment[] {
  const edges = new Set([line.start, line.end]);
  for (const { span } of marks) for (const edge of [span.start, span.end]) if (edge > line.start && edge < line.end) edges.add(edge);
  const cuts = [...edges].sort((a, b) => a - b);
  return cuts.slice(0, -1).map((from, index) => {
    const part = { start: from, end: cuts[index + 1] ?? line.end };
    const tones = marks.filter((mark) => overlaps(mark.span, part)).map((mark) => mark.tone);
    return { text: visibleCode(content.slice(part.start - line.start, part.end - line.start)), mark: worstFirst.find((tone) => tones.includes(tone)) ?? null };
  });
}

/** Tabs lay out code, so they alone of the control characters stay what they are. */
function visibleCode(text: string): string {
  return text.split('\t').map(visible).join('\t');
}

const worstFirst: readonly Mark['tone'][] = ['error', 'warning', 'information', 'withdrawn'];
