import type { Span } from '../../model/span.ts';
import type { Placeholder, ScriptSource, Shift, SqlPart, Unchecked } from '../../model/source.ts';
import type { Run } from './literals.ts';

/** The SQL as it grows, and where each stretch of it stands in the file. */
export class Output {
  private readonly file: string;
  private readonly newline: SqlPart['newline'];
  private readonly chunks: string[] = [];
  private readonly shifts: Shift[] = [];
  private readonly parts: SqlPart[] = [];
  private readonly placeholders: Placeholder[] = [];
  private delta = 0;
  length = 0;

  constructor(file: string) {
    this.file = file;
    this.newline = file.includes('\r\n') ? '\r\n' : '\n';
  }

  /** Makes room up to an offset of the file, so that what follows stands where it stands there, if it is not too late for that. */
  begin(file: number): void {
    if (this.length <= file) this.push(blank(this.file.slice(this.length, file)));
    else if (this.length > 0) this.push('\n');
  }

  /** Text that begins at an offset of the file. */
  text(text: string, file: number): void {
    this.place(file);
    this.push(text);
  }

  /** A stretch of a literal. */
  part(runs: readonly Run[], part: Pick<SqlPart, 'file' | 'literal' | 'quote'>): void {
    this.place(runs[0]?.file.start ?? part.file.start);
    const start = this.length;
    for (const run of runs) this.text(run.text, run.file.start);
    this.parts.push({ ...part, sql: { start, end: this.length }, newline: this.newline });
  }

  placeholder(text: string, of: Omit<Placeholder, 'text' | 'sql'>): void {
    const start = this.length;
    this.text(text, of.file.start);
    if (text.trim() !== '') this.placeholders.push({ ...of, text, sql: { start, end: this.length } });
  }

  source(unchecked: readonly Unchecked[]): ScriptSource {
    if (this.length < this.file.length) {
      if (this.delta !== 0) this.place(this.length);
      this.push(blank(this.file.slice(this.length)));
    }
    return { sql: this.chunks.join(''), shifts: this.shifts, parts: this.parts, placeholders: this.placeholders, unchecked };
  }

  private push(text: string): void {
    this.chunks.push(text);
    this.length += text.length;
  }

  /** From here on, the SQL stands at this offset of the file. */
  private place(file: number): void {
    const delta = file - this.length;
    if (delta === this.delta) return;
    this.delta = delta;
    if (this.shifts.at(-1)?.sql === this.length) this.shifts.pop();
    this.shifts.push({ sql: this.length, file });
  }
}

/** Blanks of the same length; line breaks stay. */
export function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

/** A span of several characters as one; empty where there are none. */
export function hull(spans: readonly Span[]): Span {
  return { start: Math.min(...spans.map((each) => each.start)), end: Math.max(...spans.map((each) => each.end)) };
}
