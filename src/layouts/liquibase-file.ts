import type { Span } from '../model/span.ts';
import type { ReadingProblem } from './layout.ts';

/** One changeset of a formatted SQL file, as Liquibase reads it: line by line, whatever SQL says of comments and quotes. */
export interface Changeset {
  readonly author: string;
  readonly id: string;
  /** What follows the id on the changeset's line. */
  readonly attributes: string;
  /** From the start of its line to the start of the next changeset's. */
  readonly span: Span;
  /** Its own line, with the line's end. */
  readonly header: Span;
  /** The lines that are the up, each with its end. */
  readonly up: readonly Span[];
  readonly rollback: Rollback;
  readonly problems: readonly ReadingProblem[];
}

/**
 * `missing`: rolling it back is an error. `nothing`: `empty` or `not required`. `reference`: another changeset runs once more.
 * `sql`: the parts of the file that are its SQL; `lines` are all the lines it takes up, the `--rollback` in front of them included.
 */
export type Rollback =
  | { readonly kind: 'missing' }
  | { readonly kind: 'nothing'; readonly lines: readonly Span[] }
  | { readonly kind: 'reference'; readonly author: string; readonly id: string; readonly lines: readonly Span[] }
  | { readonly kind: 'sql'; readonly sql: readonly Span[]; readonly lines: readonly Span[]; readonly mark: string | null };

export interface LiquibaseFile {
  readonly changesets: readonly Changeset[];
  /** Lines that Liquibase takes for a changeset that it cannot read: it refuses the whole file. */
  readonly malformed: readonly Span[];
}

const firstLine = /^\s*--\s*liquibase\s*formatted.*/i;
const changesetLine = /^\s*--\s*changeset\s+("[^"]+"|[^:]+):("[^"]+"|[^\s"]+)(.*)$/i;
const brokenChangeset = /^\s*--\s*changeset/i;
const rollbackLine = /^(\s*--\s*rollback )(.*)$/i;
const rollbackOpens = /^\s*\/\*\s*liquibase\s*rollback\s*$/i;
const rollbackCloses = /\*\/\s*$/;
const ignoreLines = /^\s*--\s*ignoreLines:(\w+)/i;

/** True when the text is a changelog of changesets; without this line Liquibase takes the whole file for one piece of raw SQL. */
export function isFormatted(text: string): boolean {
  return firstLine.test(/\S.*/.exec(text)?.[0] ?? '');
}

let last: { readonly text: string; readonly file: LiquibaseFile } | null = null;

/** Reads the whole file once, however many of its changesets are asked for one after the other. */
export function readLiquibase(text: string): LiquibaseFile {
  if (last?.text !== text) last = { text, file: readFile(text) };
  return last.file;
}

function readFile(text: string): LiquibaseFile {
  const changesets: Changeset[] = [];
  const malformed: Span[] = [];
  if (!isFormatted(text)) return { changesets, malformed };
  let open: Reader | null = null;
  for (const line of linesOf(text)) {
    const content = contentOf(text, line);
    const match = changesetLine.exec(content);
    if (match !== null) {
      if (open !== null) changesets.push(open.close(line.start));
      open = new Reader(text, line, match);
    } else if (brokenChangeset.test(content)) malformed.push(line);
    else open?.take(line, content);
  }
  if (open !== null) changesets.push(open.close(text.length));
  return { changesets, malformed };
}

/** Collects the lines of one changeset. */
class Reader {
  private readonly text: string;
  private readonly header: Span;
  private readonly match: RegExpExecArray;
  private readonly up: Span[] = [];
  private readonly sql: Span[] = [];
  private readonly lines: Span[] = [];
  private readonly problems: ReadingProblem[] = [];
  private mark: string | null = null;
  private isInBlock = false;
  /** How many lines are still passed over. */
  private ignored = 0;

  constructor(text: string, header: Span, match: RegExpExecArray) {
    this.text = text;
    this.header = header;
    this.match = match;
  }

  take(line: Span, content: string): void {
    const ignoring = ignoreLines.exec(content)?.[1]?.toLowerCase();
    if (this.isInBlock) this.takeBlock(line, content);
    else if (ignoring !== undefined) this.ignored = ignoring === 'start' ? Infinity : ignoring === 'end' ? 0 : Number.parseInt(ignoring, 10) || 0;
    else if (this.ignored > 0) this.ignored -= 1;
    else if (rollbackOpens.test(content)) {
      this.isInBlock = true;
      this.lines.push(line);
    } else this.takeLine(line, content);
  }

  close(end: number): Changeset {
    const [, author = '', id = '', attributes = ''] = this.match;
    return {
      author: unquoted(author), id: unquoted(id), attributes, header: this.header, up: this.up,
      span: { start: this.header.start, end }, rollback: this.rollback(), problems: this.problems,
    };
  }

  private takeLine(line: Span, content: string): void {
    const [, front = '', sql = ''] = rollbackLine.exec(content) ?? [];
    if (front === '') {
      this.up.push(line);
      return;
    }
    this.lines.push(line);
    this.mark ??= front;
    if (sql.trim() !== '') this.sql.push({ start: line.start + front.length, end: line.start + content.length });
  }

  private takeBlock(line: Span, content: string): void {
    this.lines.push(line);
    const end = rollbackCloses.exec(content)?.index;
    const sql = { start: line.start, end: line.start + (end ?? content.length) };
    this.glued(sql);
    if (sql.end > sql.start) this.sql.push(sql);
    if (end === undefined) return;
    this.isInBlock = false;
    if (!content.slice(0, end).includes('/*')) return;
    this.problems.push({
      span: { start: line.start, end: line.start + content.length },
      message: 'Liquibase takes the end of this comment for the end of the rollback block: the lines below become part of the changeset itself.',
      next: 'Take the comment out, or begin it with two minus signs on a line of its own.',
    });
  }

  /** Observed with 4.28 on a server: the lines of a block arrive without their line breaks, so `DROP VIEW`, `x;` becomes `DROP VIEWx;`. */
  private glued(sql: Span): void {
    const before = this.sql.at(-1);
    if (this.mark !== null || before === undefined) return;
    const above = this.text.slice(before.start, before.end);
    const here = this.text.slice(sql.start, sql.end);
    const isComment = /(^|[^'])--[^']*$/.test(above) && here.trim() !== '';
    if (!isComment && !(/[\w"']$/.test(above) && /^[\w"']/.test(here))) return;
    this.problems.push({
      span: isComment ? before : { start: sql.start, end: sql.start + (/^\S+/.exec(here)?.[0].length ?? 1) },
      message: isComment
        ? 'Liquibase joins the lines of a rollback block, so this comment swallows the line below it.'
        : `Liquibase joins the lines of a rollback block without a blank, so PostgreSQL gets “${/\S+$/.exec(above)?.[0] ?? ''}${/^\S+/.exec(here)?.[0] ?? ''}” here.`,
      next: isComment ? 'Take the comment out of the block, or write the rollback as --rollback lines.' : 'Begin the line with a blank, or write the rollback as --rollback lines.',
    });
  }

  private rollback(): Rollback {
    const { lines, sql, mark } = this;
    const words = sql.map((span) => this.text.slice(span.start, span.end)).join('\n').trim();
    if (words === '') return { kind: 'missing' };
    if (/^(not required\b|empty;?$)/i.test(words)) return { kind: 'nothing', lines };
    const id = /\bchangesetId:(\S+)/i.exec(words)?.[1];
    const author = /\bchangesetAuthor:(\S+)/i.exec(words)?.[1];
    if (id !== undefined && author !== undefined) return { kind: 'reference', id, author, lines };
    return { kind: 'sql', sql, lines, mark };
  }
}

function unquoted(word: string): string {
  return word.replace(/^"(.*)"$/, '$1').trim();
}

function contentOf(text: string, line: Span): string {
  return text.slice(line.start, line.end).replace(/\r?\n$/, '');
}

/** Each line with its end. */
function linesOf(text: string): readonly Span[] {
  const lines: Span[] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start) + 1 || text.length;
    lines.push({ start, end });
    start = end;
  }
  return lines;
}

/** Whether Liquibase runs the changeset on PostgreSQL at all. */
export function runsOnPostgres({ attributes }: Changeset): boolean {
  if (attribute(attributes, 'ignore') === 'true') return false;
  const names = (attribute(attributes, 'dbms') ?? '').toLowerCase().split(',').filter((name) => name !== '');
  const wanted = names.filter((name) => !name.startsWith('!'));
  return !names.includes('!postgresql') && (wanted.length === 0 || wanted.includes('postgresql') || wanted.includes('all'));
}

/** The value of an attribute of a changeset's line, or null; quotes are taken off. */
export function attribute(attributes: string, name: string): string | null {
  const value = new RegExp(`\\b(?<![A-Za-z])${name}:("[^"]*"|\\S*)`, 'i').exec(attributes)?.[1];
  return value === undefined ? null : value.replace(/^"(.*)"$/, '$1');
}
