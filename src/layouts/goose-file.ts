import type { Side } from '../model/migration.ts';
import type { Span } from '../model/span.ts';
import { pieceAt, type SplitOptions } from '../sql/split.ts';
import type { ReadingProblem } from './layout.ts';
import { linesOf, type Line } from './sections.ts';

/** A file as goose's own reader sees it, line by line (its `internal/sqlparser`, 3.28). */
export interface GooseFile {
  readonly lines: readonly Line[];
  /** Where each side begins, with the line that says so, and ends. */
  readonly up: GooseSection | null;
  readonly down: GooseSection | null;
  readonly annotations: readonly Annotated[];
  readonly runs: 'in a transaction' | 'one by one';
  /** Lines in which goose puts values of the environment. */
  readonly substituted: readonly Line[];
}

export interface GooseSection {
  readonly directive: Line;
  readonly span: Span;
  readonly problems: readonly ReadingProblem[];
}

export interface Annotated {
  readonly line: Line;
  readonly kind: Annotation;
}

export type Annotation = 'up' | 'down' | 'statementbegin' | 'statementend' | 'no transaction' | 'envsub on' | 'envsub off';

const known: readonly Annotation[] = ['up', 'down', 'statementbegin', 'statementend', 'no transaction', 'envsub on', 'envsub off'];

/** What goose sends as one message. */
interface Sent extends Span {
  readonly side: Side;
}

/** Every comment that holds the word is an annotation to goose; null: it refuses the file for it. */
export function annotationOf(line: string): Annotation | 'unknown' | null {
  if (!line.trimStart().startsWith('--') || !line.includes('+goose')) return null;
  if (/^[ \t]/.test(line)) return 'unknown';
  const words = line.replaceAll('--', '').replace('+goose', '').trim().toLowerCase();
  return known.find((each) => each === words) ?? 'unknown';
}

/** Whether goose takes this line for the last one of a statement: its last word before a comment ends in a semicolon. */
export function endsStatement(line: string): boolean {
  let last = '';
  for (const word of line.trim().split(/\s+/)) {
    if (word.startsWith('--')) break;
    last = word;
  }
  return last.endsWith(';');
}

export function readGoose(text: string): GooseFile {
  const reader = new Reader(linesOf(text));
  reader.read();
  const section = (side: Side): GooseSection | null => {
    const directive = reader.begins[side];
    if (directive === null) return null;
    const next = reader.begins[side === 'up' ? 'down' : 'up'];
    const span = { start: directive.start, end: next !== null && next.start > directive.start ? next.start : text.length };
    const sent = reader.sent.filter((each) => each.side === side);
    const problems = [...reader.problems.filter((each) => each.side === side), ...splitWrongly(text, span, sent), ...(reader.runs === 'one by one' ? sentTogether(text, sent) : [])];
    return { directive, span, problems: problems.sort((a, b) => a.span.start - b.span.start) };
  };
  return { lines: reader.lines, up: section('up'), down: section('down'), annotations: reader.annotations, runs: reader.runs, substituted: reader.substituted };
}

const trusting: SplitOptions = { separator: null, quotes: 'trusting' };

/** Where goose ends a statement that goes on: at a semicolon inside a function's body, most often. */
function splitWrongly(text: string, { end }: Span, sent: readonly Sent[]): readonly ReadingProblem[] {
  const problems: ReadingProblem[] = [];
  let from = 0;
  for (const each of sent) {
    for (let at = Math.max(each.start, from); at < each.end; ) {
      const piece = pieceAt(text, at, end, trusting);
      at = piece.close;
      if (piece.start >= Math.min(piece.end, each.end) || piece.end <= each.end) continue;
      from = piece.close;
      if (piece.unclosed === null) problems.push({
        span: lastLine(text, each),
        message: 'goose ends the statement at this semicolon, which stands inside of it, and sends the two halves apart.',
        next: 'Put `-- +goose StatementBegin` on the line above the statement and `-- +goose StatementEnd` on the line below it.',
      });
    }
  }
  return problems;
}

/** Several statements in one message are one transaction to PostgreSQL (manual 54.2.2.1), which is not what NO TRANSACTION asks for. */
function sentTogether(text: string, sent: readonly Sent[]): readonly ReadingProblem[] {
  return sent.flatMap((each) => {
    const first = pieceAt(text, each.start, each.end, trusting);
    const second = pieceAt(text, first.close, each.end, trusting);
    return second.start >= second.end ? [] : [{
      span: { start: second.start, end: Math.min(second.end, endOfLine(text, second.start)) },
      message: 'goose sends this statement together with the one before it, and PostgreSQL runs both in one transaction in spite of NO TRANSACTION.',
      next: 'Put each statement on lines of its own, and each between a StatementBegin and a StatementEnd of its own where it needs them.',
    }];
  });
}

function lastLine(text: string, { start, end }: Span): Span {
  const lastEnd = text.slice(start, end).trimEnd().length + start;
  const begin = text.lastIndexOf('\n', lastEnd - 1) + 1;
  return { start: begin + (/^[ \t]*/.exec(text.slice(begin, lastEnd))?.[0].length ?? 0), end: lastEnd };
}

function endOfLine(text: string, from: number): number {
  const end = text.slice(from).search(/\r?\n/);
  return end < 0 ? text.length : from + end;
}

interface Buffered {
  readonly start: number;
  end: number;
  hasText: boolean;
}

/** Goose's own state machine, which goes on after what makes goose stop, so that the editor keeps its place. */
class Reader {
  readonly lines: readonly Line[];
  readonly begins: Record<Side, Line | null> = { up: null, down: null };
  readonly annotations: Annotated[] = [];
  readonly sent: Sent[] = [];
  readonly problems: (ReadingProblem & { readonly side: Side })[] = [];
  readonly substituted: Line[] = [];
  runs: GooseFile['runs'] = 'in a transaction';
  private side: Side | null = null;
  private block: Line | null = null;
  private buffer: Buffered | null = null;
  private substitutes: 'on' | 'off' = 'off';

  constructor(lines: readonly Line[]) {
    this.lines = lines;
  }

  read(): void {
    for (const line of this.lines) {
      const kind = annotationOf(line.text);
      if (kind === 'unknown') this.refuse(line, 'goose refuses this file: it takes every comment with “+goose” for an annotation, and this is none that it knows.', `Write one of ${known.map((each) => `\`-- +goose ${each}\``).join(', ')} at the beginning of the line, or leave the word out.`);
      else if (kind === null) this.text(line);
      else this.annotation({ line, kind });
    }
    if (this.block !== null) this.refuse(this.block, 'goose refuses this file: this StatementBegin has no StatementEnd.', 'Put `-- +goose StatementEnd` on the line below the statement.');
    else this.unfinished();
  }

  private annotation(annotated: Annotated): void {
    this.annotations.push(annotated);
    const { line, kind } = annotated;
    if (kind === 'up' || kind === 'down') this.section(line, kind);
    else if (kind === 'statementbegin') this.begin(line);
    else if (kind === 'statementend') this.end(line);
    else if (kind === 'no transaction') this.runs = 'one by one';
    else this.substitutes = kind === 'envsub on' ? 'on' : 'off';
  }

  private section(line: Line, side: Side): void {
    if (this.block !== null) this.refuse(this.block, 'goose refuses this file: this StatementBegin has no StatementEnd.', 'Put `-- +goose StatementEnd` on the line below the statement.');
    else this.unfinished();
    const wanted = side === 'up' ? this.side === null : this.side === 'up';
    if (!wanted) this.refuse(line, side === 'down' && this.side === null ? 'goose refuses this file: `-- +goose Down` stands before `-- +goose Up`.' : `goose refuses this file: \`-- +goose ${side === 'up' ? 'Up' : 'Down'}\` stands here a second time.`, 'Keep one Up and one Down, in this order.');
    this.block = null;
    this.buffer = null;
    this.begins[side] ??= line;
    this.side = side;
  }

  private begin(line: Line): void {
    if (this.side === null) this.refuse(line, 'goose refuses this file: StatementBegin stands before `-- +goose Up`.', 'Move it below.');
    else if (this.block !== null) this.refuse(line, 'goose refuses this file: a StatementBegin stands inside another one.', 'Put `-- +goose StatementEnd` below the first statement.');
    else this.unfinished();
    this.block = line;
  }

  private end(line: Line): void {
    if (this.block === null) this.refuse(line, 'goose refuses this file: this StatementEnd has no StatementBegin.', 'Put `-- +goose StatementBegin` on the line above the statement.');
    this.send(line.start);
    this.block = null;
  }

  private text(line: Line): void {
    const trimmed = line.text.trim();
    // Comments and empty lines between statements are left out; inside of one they are sent along.
    if (this.buffer === null && (trimmed.startsWith('--') || line.text === '' || (this.side === null && trimmed === ''))) return;
    if (this.side === null) {
      if (this.problems.length === 0) this.refuse(line, 'goose refuses this file: something other than comments with -- stands before `-- +goose Up`.', 'Put `-- +goose Up` above the statements.');
      return;
    }
    this.buffer ??= { start: line.start, end: line.end, hasText: false };
    this.buffer.end = line.end;
    if (trimmed !== '') this.buffer.hasText = true;
    if (this.substitutes === 'on' && line.text.includes('$')) this.substituted.push(line);
    if (this.block === null && endsStatement(line.text)) this.send(line.next);
  }

  private send(end: number): void {
    if (this.buffer !== null && this.side !== null) this.sent.push({ start: this.buffer.start, end, side: this.side });
    this.buffer = null;
  }

  private unfinished(): void {
    if (this.buffer?.hasText === true) this.refuse(this.buffer, 'goose refuses this file: no line of this statement ends in a semicolon.', 'End the statement with a semicolon at the end of a line.');
    this.buffer = null;
  }

  private refuse({ start, end }: Span, message: string, next: string): void {
    this.problems.push({ side: this.side ?? 'up', span: { start, end }, message, next });
  }
}
