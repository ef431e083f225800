import type { Edit } from './edit.ts';
import type { Span } from './span.ts';

/**
 * SQL as PostgreSQL gets it, taken out of a file that holds something else as well. Plain data; the functions below work on it.
 * Offsets of the SQL and of the file are both UTF-16 units.
 */
export interface ScriptSource {
  /**
   * Every character that is not SQL is a blank (line breaks stay), so offsets are the file's own wherever that can be: they differ behind an
   * escape, up to the end of its literal, and where the program runs in another order than the file reads.
   */
  readonly sql: string;
  /** Ascending by `sql`. Empty: the offsets are equal. */
  readonly shifts: readonly Shift[];
  /** The stretches of the file that are SQL, ascending by `sql`. A constant that is used twice is two of them. */
  readonly parts: readonly SqlPart[];
  /** Stand-ins for what is not known before the program runs. */
  readonly placeholders: readonly Placeholder[];
  /** What the file does to the database and cannot be read as SQL. */
  readonly unchecked: readonly Unchecked[];
}

/** From `sql` on, up to the next shift, an offset of the SQL stands `file - sql` further on in the file. The difference may be negative. */
export interface Shift {
  readonly sql: number;
  readonly file: number;
}

/** How the literal is written: `'…'`, `"…"`, a template whose escapes count, a template that is taken as it is written (`String.raw`). */
export type Quote = 'single' | 'double' | 'template' | 'raw';

/** SQL that stands in one piece in one literal. */
export interface SqlPart {
  readonly sql: Span;
  /** Without delimiters and interpolations. */
  readonly file: Span;
  /** The whole literal with its delimiters: parts of one template share it. */
  readonly literal: Span;
  readonly quote: Quote;
  /** How the file ends its lines: a line break inside a template is written so. */
  readonly newline: '\n' | '\r\n';
}

export interface Placeholder {
  /** What stands in the SQL; equal texts stand for equal code. */
  readonly text: string;
  /** What stands in the file: `${tenant}`, `?`, `name`. */
  readonly code: string;
  /** `interpolation`: `${…}` of a template; `binding`: `?` or `:name` inside the SQL itself; `expression`: code between two literals. */
  readonly written: 'interpolation' | 'binding' | 'expression';
  readonly sql: Span;
  readonly file: Span;
}

/**
 * `interpolation`: a value inside SQL that was read; `builder`: a call that makes its own SQL; `dynamic`: SQL that was read and runs any number
 * of times, or not at all; `unread`: SQL that stands elsewhere, or is known only when the program runs.
 */
export interface Unchecked {
  /** In the file. */
  readonly span: Span;
  /** A sentence for the user. */
  readonly reason: string;
  readonly kind: 'interpolation' | 'builder' | 'dynamic' | 'unread';
}

/** A file that is SQL from its first character to its last. */
export function wholeSource(text: string): ScriptSource {
  return { ...asWritten, sql: text };
}

/** The stretches of a file that are SQL as it is written there, in order and apart; the rest becomes blank. */
export function stretchesOf(text: string, stretches: readonly Span[]): ScriptSource {
  let sql = '';
  let from = 0;
  for (const { start, end } of stretches) {
    sql += blank(text.slice(from, start)) + text.slice(start, end);
    from = end;
  }
  return { ...asWritten, sql: sql + blank(text.slice(from)) };
}

/** SQL at the file's own offsets, letter for letter. */
const asWritten: Omit<ScriptSource, 'sql'> = { shifts: [], parts: [], placeholders: [], unchecked: [] };

/** True when the SQL stands in the file at its own offsets, letter for letter but for placeholders. */
export function isAsWritten({ parts, shifts }: ScriptSource): boolean {
  return parts.length === 0 && shifts.length === 0;
}

/** As many blanks, and the same lines. */
export function blank(text: string): string {
  return text.replaceAll(/[^\r\n]/g, ' ');
}

/** Where an offset of the SQL stands in the file. */
export function toFile({ shifts }: ScriptSource, sqlOffset: number): number {
  let low = 0;
  let high = shifts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shifts[middle]?.sql ?? 0) <= sqlOffset) low = middle + 1;
    else high = middle;
  }
  const shift = shifts[low - 1];
  return shift === undefined ? sqlOffset : sqlOffset + shift.file - shift.sql;
}

/** Where an offset of the file stands in the SQL: the first place, if a constant is used twice; null outside SQL. Inside an escape it is the character that it writes. */
export function toSql(source: ScriptSource, fileOffset: number): number | null {
  if (isAsWritten(source)) return fileOffset;
  const part =
    source.parts.find(({ file }) => file.start <= fileOffset && fileOffset < file.end) ?? source.parts.find(({ file }) => file.end === fileOffset);
  if (part === undefined) return null;
  if (fileOffset === part.file.end) return part.sql.end;
  let [low, high] = [part.sql.start, part.sql.end];
  // The last character of the part that begins at or before the offset.
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (toFile(source, middle) <= fileOffset) low = middle;
    else high = middle;
  }
  return low;
}

/** The file's span of a span of the SQL. What reaches from one literal into another that does not follow it ends where the first one does. */
export function spanToFile(source: ScriptSource, span: Span): Span {
  if (isAsWritten(source)) return span;
  const start = toFile(source, span.start);
  if (span.end <= span.start) return { start, end: start };
  const last = partAt(source, span.end, 'end');
  const end = last === null ? toFile(source, span.end) : endInFile(source, last, span.end);
  const first = partAt(source, span.start, 'start');
  if (last === null || first === null || first.file.start <= last.file.start) return { start, end: Math.max(start, end) };
  return { start, end: first.file.end };
}

/** The SQL's span of a span of the file; what is no SQL stands where the file has it, as far as the SQL goes. */
export function spanToSql(source: ScriptSource, { start, end }: Span): Span {
  if (isAsWritten(source)) return { start, end };
  const place = (at: number): number => Math.min(toSql(source, at) ?? at, source.sql.length);
  const from = place(start);
  return { start: from, end: Math.max(from, place(end)) };
}

/** An edit of the SQL as an edit of the file: escaped for its literal, interpolations put back. Null where the file cannot be edited so. */
export function editToFile(source: ScriptSource, edit: Edit): Edit | null {
  if (isAsWritten(source)) return source.placeholders.length === 0 ? edit : { ...edit, text: asInFile(source, edit.text) };
  const isInsertion = edit.span.start === edit.span.end;
  const first = partAt(source, edit.span.start, 'start') ?? (isInsertion ? partAt(source, edit.span.start, 'end') : null);
  const last = isInsertion ? first : partAt(source, edit.span.end, 'end');
  if (first === null || last === null || first.literal.start !== last.literal.start) return null;
  const text = encodeFor(source, first, edit.text);
  const start = edit.span.start === first.sql.end ? first.file.end : toFile(source, edit.span.start);
  const end = isInsertion ? start : endInFile(source, last, edit.span.end);
  return text === null || end < start ? null : { span: { start, end }, text };
}

/** What somebody is told of the SQL, in the words of the file: each stand-in is the code that it stands for. */
export function asInFile(source: ScriptSource, text: string): string {
  const { placeholders } = source;
  if (isAsWritten(source)) return placeholders.reduce((told, each) => told.replaceAll(each.text, each.code), text);
  // Stand-ins of a program's SQL are ordinary words and numbers.
  return placeholders.reduce((told, each) => {
    const name = each.text.replace(/^'|'$/g, '').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    // One for `${tenant}` can be a part of a longer name; `_1_` and `$1` cannot.
    const whole = each.written === 'interpolation' && /^\w*[a-z]\w*$/i.test(name) ? name : `(?<![\\w$])${name}(?!\\w)`;
    return told.replaceAll(new RegExp(whole, 'gi'), () => each.code);
  }, text);
}

/** How SQL has to be written at an offset of the file; null outside SQL, and for what its literal cannot hold. */
export function encodeAt(source: ScriptSource, text: string, at: number): string | null {
  const part = source.parts.find(({ file }) => file.start <= at && at <= file.end);
  return part === undefined ? null : encodeFor(source, part, text);
}

/** The part in which a span begins or ends. */
function partAt({ parts }: ScriptSource, at: number, edge: 'start' | 'end'): SqlPart | null {
  return parts.find(({ sql }) => (edge === 'start' ? sql.start <= at && at < sql.end : sql.start < at && at <= sql.end)) ?? null;
}

/** An end stands behind its last character, which is not always before the next one. */
function endInFile(source: ScriptSource, part: SqlPart, sqlEnd: number): number {
  return sqlEnd === part.sql.end ? part.file.end : toFile(source, sqlEnd);
}

/** SQL as the inside of a template that is yet to be written; null where it holds a stand-in for what only its old place has. */
export function encodeTemplate({ placeholders }: Pick<ScriptSource, 'placeholders'>, text: string, newline: SqlPart['newline']): string | null {
  if (placeholders.some((each) => each.written === 'binding' && text.includes(each.text))) return null;
  return encodeFor({ placeholders }, { quote: 'template', newline }, text);
}

function encodeFor({ placeholders }: Pick<ScriptSource, 'placeholders'>, part: Pick<SqlPart, 'quote' | 'newline'>, text: string): string | null {
  const held = longestOf(placeholders.filter((each) => text.includes(each.text)));
  if (held === undefined) return quoteEncoders[part.quote](text, part.newline);
  const isTemplate = part.quote === 'template' || part.quote === 'raw';
  // Outside the literal that it belongs to, code would be taken for text.
  if (held.written === 'expression' || (held.written === 'interpolation' && !isTemplate)) return null;
  const others = { placeholders: placeholders.filter((each) => each.text !== held.text) };
  const pieces = text.split(held.text).map((piece) => encodeFor(others, part, piece));
  return pieces.includes(null) ? null : pieces.join(held.code);
}

/** A stand-in may be the beginning of another: `$1` of `$10`. */
function longestOf(placeholders: readonly Placeholder[]): Placeholder | undefined {
  return placeholders.reduce<Placeholder | undefined>((best, each) => (best !== undefined && best.text.length >= each.text.length ? best : each), undefined);
}

const quoteEncoders: Record<Quote, (text: string, newline: string) => string | null> = {
  single: (text) => withEscapes(text, "'"),
  double: (text) => withEscapes(text, '"'),
  // A dollar sign at the end could meet a brace of the file, a brace at the start a dollar sign.
  template: (text, newline) => text.replace(/[\\`]|\$(?=\{|$)|^\{/g, '\\$&').replace(/\r/g, '\\r').replaceAll('\n', newline),
  // Nothing can be escaped there.
  raw: (text, newline) => (/[`\r]|\$(?=\{|$)|^\{|\\$/.test(text) ? null : text.replaceAll('\n', newline)),
};

function withEscapes(text: string, quote: string): string {
  return text.replace(/[\\'"\n\r]/g, (char) => (char === '\n' ? '\\n' : char === '\r' ? '\\r' : char === '\\' || char === quote ? `\\${char}` : char));
}
