import type { Span } from '../../model/span.ts';
import type { Quote } from '../../model/source.ts';

/** Characters of a literal's value and where they are written. */
export interface Run {
  readonly text: string;
  readonly file: Span;
}

/**
 * The value of a part of a literal as runs: plain text stands one to one, each escape is a run of its own
 * (ECMAScript, 12.9.4 and 12.9.6). `span` lies inside the delimiters and holds no interpolation.
 */
export function literalRuns(file: string, span: Span, quote: Quote): readonly Run[] {
  const runs: Run[] = [];
  let plain = span.start;
  let at = span.start;
  const until = (end: number): void => {
    if (end > plain) runs.push({ text: file.slice(plain, end), file: { start: plain, end } });
  };
  while (at < span.end) {
    const found = special(file, at, quote);
    if (found === null) {
      at += 1;
      continue;
    }
    until(at);
    const end = Math.min(at + found.length, span.end);
    runs.push({ text: found.text, file: { start: at, end } });
    at = plain = end;
  }
  until(span.end);
  return runs;
}

interface Escape {
  readonly text: string;
  readonly length: number;
}

/** The whole value of a part of a literal. */
export function literalValue(file: string, { span, quote }: { readonly span: Span; readonly quote: Quote }): string {
  return literalRuns(file, span, quote).map((run) => run.text).join('');
}

/** What is written otherwise than it reads, at an offset; null for a character that stands for itself. */
function special(file: string, at: number, quote: Quote): Escape | null {
  const char = file[at];
  const isTemplate = quote === 'template' || quote === 'raw';
  // A template's line breaks are LF, however the file ends its lines.
  if (char === '\r' && isTemplate) return { text: '\n', length: file[at + 1] === '\n' ? 2 : 1 };
  if (char !== '\\' || quote === 'raw') return null;
  return escapeAt(file, at);
}

const single: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v' };

function escapeAt(file: string, at: number): Escape {
  const next = file[at + 1] ?? '';
  const known = single[next];
  if (known !== undefined) return { text: known, length: 2 };
  if (next === '\r' && file[at + 2] === '\n') return { text: '', length: 3 };
  if (/^[\n\r\u2028\u2029]$/.test(next)) return { text: '', length: 2 };
  const numeric = numericAt(file, at);
  if (numeric !== null) return numeric;
  return { text: next, length: 2 };
}

function numericAt(file: string, at: number): Escape | null {
  const escape = /\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]{1,8})\}|([0-3][0-7]{0,2}|[4-7][0-7]?))/iy;
  escape.lastIndex = at;
  const match = escape.exec(file);
  if (match === null) return null;
  const [all, byte, unit, point, octal] = match;
  const value = octal === undefined ? Number.parseInt(byte ?? unit ?? point ?? '0', 16) : Number.parseInt(octal, 8);
  return { text: value > 0x10ffff ? '\ufffd' : String.fromCodePoint(value), length: all.length };
}
