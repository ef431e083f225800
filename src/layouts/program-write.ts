import { applyEdits, type Edit } from '../model/edit.ts';
import { UserError } from '../model/errors.ts';
import { encodeTemplate } from '../model/source.ts';
import { lineAt, type Span } from '../model/span.ts';
import { readEmbedded, type EmbeddedScript } from '../sql/embedded/read.ts';
import type { WriteRequest } from './layout.ts';
import { withFunction, type Shape } from './program-function.ts';
import { indentAt, indentUnit, reindented } from './program-text.ts';
import { lineBreakOf, linesOf } from './sections.ts';
import { pieceAt } from '../sql/split.ts';

/** How a tool sends a statement, and asks for no transaction. */
export interface Sends {
  /** Of a first migration. */
  readonly extension: 'ts' | 'js';
  /** One call, without its semicolon: `knex.raw(`…`)`. `connection` is what the function calls it. */
  call(template: string, connection: string): string;
  /** What the tool calls the connection, where a function takes none. */
  readonly connection: string;
  readonly waits: 'await' | 'nothing';
  /** What its own generator puts behind a statement; left out: nothing. */
  readonly ends?: ';';
  /** What a call takes from a package, so that the file has to import it. */
  readonly needs?: { readonly name: string; readonly from: string };
  /** What the tool's own marks are written as, so that they stay what they are in SQL. */
  readonly escape?: (sql: string) => string;
  /** The file, asking for no transaction; left out: the tool has no words for that. */
  readonly outside?: (text: string, script: EmbeddedScript) => string;
}

export interface Writer {
  readonly title: string;
  readonly sends: Sends;
  skeleton(wish: { readonly id: string; readonly name: string; readonly extension: string | null; readonly newest: string | null }): string;
}

type Request = Omit<WriteRequest, 'side'> & { readonly side: WriteRequest['side'] };

/** The file with the SQL in the function of the side: a call for each statement, in place of the calls that were there. Throws `script-unreadable` where that cannot be done. */
export function writeProgram(text: string | null, request: Request, writer: Writer): string {
  const { path, side } = request;
  const given = text === null || text.trim() === '' ? writer.skeleton({ id: request.id, name: request.id, extension: /\.([cm]?[jt]s)$/.exec(path)?.[1] ?? null, newest: null }) : text;
  const whole = withFunction(given, { path, side, refuse: (why) => refuse(request, why) });
  const script = readEmbedded(whole, { path, side });
  if (script.problems.some(({ of }) => of === 'program')) return refuse(request, 'cannot be parsed');
  const shape = script.entry;
  if (shape === null) return refuse(request, `has its function \`${side}\` elsewhere`);
  const written = withImport(applyEdits(whole, editsFor(whole, { script, shape, request, writer })), writer.sends, path);
  if (request.transaction !== 'none' || writer.sends.outside === undefined) return written;
  return writer.sends.outside(written, readEmbedded(written, { path, side }));
}

/** Where typing starts in the function of a side; the end of a file that has none. */
export function bodyStart(text: string, { path, side }: Pick<WriteRequest, 'path' | 'side'>): number {
  const body = readEmbedded(text, { path, side }).entry?.body;
  if (body === undefined || body === null) return text.length;
  const first = /^[ \t]*\r?\n/.exec(text.slice(body.start, body.end))?.[0].length ?? 0;
  const at = body.start + first;
  return at + (/^[ \t]*/.exec(text.slice(at, body.end))?.[0].length ?? 0);
}

/** A file that uses a name of the tool's package imports it. */
function withImport(text: string, { needs }: Sends, path: string): string {
  if (needs === undefined || !new RegExp(`\\b${needs.name}\``).test(text) || new RegExp(`\\b(?:import|const|require)\\b[^;\\n]*\\b${needs.name}\\b`).test(text)) return text;
  const newline = lineBreakOf(text);
  const isCommon = /\.cjs$/.test(path) || (/\.js$/.test(path) && !/^(?:import|export)\b/m.test(text));
  const semicolon = /^import[^\n]*[^;\s]\s*$/m.test(text) ? '' : ';';
  const line = isCommon ? `const { ${needs.name} } = require('${needs.from}')${semicolon}` : `import { ${needs.name} } from '${needs.from}'${semicolon}`;
  return `${line}${newline}${text}`;
}

function refuse({ path, side }: Pick<WriteRequest, 'path' | 'side'>, why: string): never {
  throw new UserError('script-unreadable', `${path} ${why}, so its ${side} cannot be written.`, `Give it a function \`${side}\` of its own that can be read, and try again.`);
}

interface Writing {
  readonly script: EmbeddedScript;
  readonly shape: Shape;
  readonly request: Request;
  readonly writer: Writer;
}

function editsFor(text: string, writing: Writing): readonly Edit[] {
  const { script, shape, request, writer } = writing;
  const { body, expression } = shape;
  const indent = indentAt(text, shape.place.span.start) + indentUnit(text);
  const calls = callsOf(text, { ...writing, indent });
  const waits: readonly Edit[] = calls.length > 0 && writer.sends.waits === 'await' && shape.runs === 'sync' ? [{ span: { start: shape.start, end: shape.start }, text: 'async ' }] : [];
  const newline = lineBreakOf(text);
  const lines = calls.map((call) => `${indent}${call}${newline}`).join('');
  const outer = indentAt(text, shape.place.span.start);
  if (body === null) {
    if (expression === null) return [];
    if (script.unchecked.some(({ kind }) => kind === 'builder' || kind === 'unread')) refuse(request, 'is written with calls that make their own SQL');
    return [...waits, { span: expression, text: `{${newline}${lines}${outer}}` }];
  }
  const steps = stepsOf(text, writing);
  const [first] = steps;
  if (first !== undefined) {
    const isShort = calls.length < 2 && !/\n|^\/\//.test(calls[0] ?? '');
    const instead = isWholeLines(text, first) ? lines : isShort ? lines.trim() : `${newline}${lines}${outer}`;
    return [...waits, ...steps.map((step) => ({ span: step, text: step === first ? instead : '' }))];
  }
  if (calls.length === 0) return [];
  return [...waits, insertion(text, { body, returns: shape.returns, lines, newline, outer })];
}

interface Insertion {
  readonly body: Span;
  readonly returns: number | null;
  readonly lines: string;
  readonly newline: string;
  readonly outer: string;
}

/** Behind what stands in the function, but before it returns. */
function insertion(text: string, { body, returns, lines, newline, outer }: Insertion): Edit {
  const inside = text.slice(body.start, body.end);
  if (inside.trim() === '') return { span: body, text: `${newline}${lines}${outer}` };
  if (returns !== null) {
    const line = text.lastIndexOf('\n', returns - 1) + 1;
    const start = text.slice(line, returns).trim() === '' && line > body.start ? line : returns;
    return { span: { start, end: start }, text: start === line ? lines : `${lines.trim()}${newline}` };
  }
  const end = body.start + inside.trimEnd().length;
  return { span: { start: end, end: body.end }, text: `${newline}${lines}${outer}` };
}

/** The statements of the function that send SQL, as whole lines where they fill them. */
function stepsOf(text: string, { script, request }: Writing): readonly Span[] {
  const steps = new Map<number, Span>();
  for (const { step } of script.calls) {
    if (step === null || step.kind === 'declaration') continue;
    const beside = script.unchecked.find(({ kind, span }) => (kind === 'builder' || kind === 'unread') && step.start <= span.start && span.end <= step.end);
    if (beside !== undefined) refuse(request, `mixes SQL with other work in one statement (line ${String(lineAt(text, step.start))})`);
    steps.set(step.start, wholeLines(text, step));
  }
  return [...steps.values()].sort((a, b) => a.start - b.start);
}

function wholeLines(text: string, { start, end }: Span): Span {
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const rest = /^[ \t]*(?:\r?\n)/.exec(text.slice(end))?.[0];
  return rest === undefined || text.slice(line, start).trim() !== '' ? { start, end } : { start: line, end: end + rest.length };
}

function isWholeLines(text: string, { start, end }: Span): boolean {
  return (start === 0 || text[start - 1] === '\n') && text[end - 1] === '\n';
}

/** One call for each statement, its comments with it; comments behind the last statement become comments of the file. */
function callsOf(text: string, { script, shape, request, writer: { sends }, indent }: Writing & { readonly indent: string }): readonly string[] {
  const newline = lineBreakOf(text);
  const unit = indentUnit(text);
  return statementsOf(request.sql.replaceAll('\r\n', '\n')).flatMap(({ sql, isComment }) => {
    if (isComment) return linesOf(sql).map((line) => line.text.trim().replace(/^--/, '//')).filter((line) => line !== '');
    const ended = `${sql}${sends.ends ?? ''}`;
    const laid = sql.includes('\n') ? `\n${reindented(ended, indent + unit)}\n${indent}` : ended;
    const encoded = encodeTemplate(script, sends.escape?.(laid) ?? laid, newline);
    if (encoded === null) return refuse(request, 'holds SQL with values that only its old place knows');
    const call = sends.call(`\`${encoded}\``, shape.parameter ?? sends.connection);
    return [`${sends.waits === 'await' ? 'await ' : ''}${call};`];
  });
}

function statementsOf(sql: string): readonly { readonly sql: string; readonly isComment: boolean }[] {
  const found: { sql: string; isComment: boolean }[] = [];
  for (let from = 0; from < sql.length; ) {
    const piece = pieceAt(sql, from, sql.length, { separator: null, quotes: 'trusting' });
    const isComment = piece.start >= piece.end;
    const beside = isComment ? '' : (/^[ \t]*--[^\n]*/.exec(sql.slice(piece.close))?.[0] ?? '');
    const statement = `${sql.slice(piece.from, piece.end).trim()}${beside === '' ? '' : ` ${beside.trim()}`}`;
    if (statement !== '') found.push({ sql: isComment ? sql.slice(piece.from, piece.close).replace(/;\s*$/, '').trim() : statement, isComment });
    from = Math.max(piece.close + beside.length, from + 1);
  }
  return found.filter((each) => each.sql !== '');
}
