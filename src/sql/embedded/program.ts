import type * as Babel from '@babel/parser';
import type { ParseResult } from '@babel/parser';
import type { File, Program } from '@babel/types';
import type { Span } from '../../model/span.ts';
import { loadParser } from '../parse.ts';
import { spanOf } from './pieces.ts';

/** A TypeScript or JavaScript file as a syntax tree; `program` is null where nothing of it can be read. */
export interface ParsedProgram {
  readonly program: Program | null;
  readonly problem: ProgramProblem | null;
  /** With their marks. */
  readonly comments: readonly Span[];
}

export interface ProgramProblem {
  /** Babel's words, without the position. */
  readonly message: string;
  readonly span: Span;
  /** Whether the language of the file has it, or the SQL of one call. */
  readonly of: 'program' | 'sql';
}

type Library = Pick<typeof Babel, 'parse'>;

let library: Library | null = null;

/** Loads the parser of TypeScript and JavaScript, and that of SQL; afterwards `readEmbedded` works synchronously. */
export async function loadScriptParser(): Promise<void> {
  await loadParser();
  library ??= await import('@babel/parser');
}

/** Both sides of a file are read after each keystroke. */
let last: { readonly text: string; readonly path: string; readonly parsed: ParsedProgram } | null = null;

/** Parses a file by its name's ending. Never throws for what stands in it. */
export function parseProgram(text: string, path: string): ParsedProgram {
  if (last?.text !== text || last.path !== path) last = { text, path, parsed: parsedAnew(text, path) };
  return last.parsed;
}

function parsedAnew(text: string, path: string): ParsedProgram {
  const first = attempt(text, path);
  if (first.program !== null) return first;
  return { ...mended(text, path, first.problem), problem: first.problem };
}

/** What is left when the places that the parser cannot get past are taken for missing brackets, or for blanks; offsets stay. */
function mended(text: string, path: string, first: ProgramProblem | null): Omit<ParsedProgram, 'problem'> {
  let [current, problem] = [text, first];
  for (let round = 0; round < 6 && problem !== null; round += 1) {
    const at = problem.span.start;
    const tries = [')', '}', '`'].map((bracket) => closedBefore(current, at, bracket)).concat(withoutLine(current, at));
    const results = tries.filter((each) => each !== current).map((each) => ({ text: each, ...attempt(each, path) }));
    const whole = results.find((each) => each.program !== null);
    if (whole !== undefined) return whole;
    const furthest = results.reduce<(typeof results)[number] | null>((best, each) => (best === null || reach(each) > reach(best) ? each : best), null);
    if (furthest === null) break;
    [current, problem] = [furthest.text, furthest.problem];
  }
  return { program: null, comments: [] };
}

function reach({ problem }: ParsedProgram): number {
  return problem?.span.start ?? -1;
}

/** A bracket in place of the blank before an offset. */
function closedBefore(text: string, at: number, bracket: string): string {
  const blank = Math.min(at, text.length) - 1;
  return /\s/.test(text[blank] ?? '') ? text.slice(0, blank) + bracket + text.slice(blank + 1) : text;
}

function withoutLine(text: string, at: number): string {
  const start = text.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
  const stop = text.indexOf('\n', at);
  const end = stop < 0 ? text.length : stop;
  return text.slice(0, start) + ' '.repeat(Math.max(0, end - start)) + text.slice(Math.max(start, end));
}

function attempt(text: string, path: string): ParsedProgram {
  if (library === null) throw new Error('loadScriptParser() has to finish before the first file is read');
  try {
    const file = library.parse(text, optionsFor(path));
    return { program: file.program, problem: firstError(text, file), comments: (file.comments ?? []).map(spanOf) };
  } catch (error) {
    // The parser refuses with a SyntaxError; a RangeError is its stack, spent on brackets thousands deep.
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return { program: null, problem: problemOf(text, error), comments: [] };
  }
}

function optionsFor(path: string): Parameters<Library['parse']>[1] {
  const extension = /\.([cm]?[jt]sx?)$/i.exec(path)?.[1]?.toLowerCase() ?? 'ts';
  const isTypeScript = extension.includes('t');
  return {
    // A .js may be a module or not; what it holds decides.
    sourceType: isTypeScript || extension === 'mjs' ? 'module' : 'unambiguous',
    errorRecovery: true,
    attachComment: false,
    allowAwaitOutsideFunction: true,
    allowReturnOutsideFunction: true,
    allowImportExportEverywhere: true,
    allowSuperOutsideMethod: true,
    allowUndeclaredExports: true,
    plugins: isTypeScript
      ? ['typescript', 'decorators-legacy', 'explicitResourceManagement', ...(extension === 'tsx' ? (['jsx'] as const) : [])]
      : ['flow', 'jsx', 'decorators-legacy', 'explicitResourceManagement'],
  };
}

function firstError(text: string, file: ParseResult<File>): ProgramProblem | null {
  const error = file.errors?.[0];
  return error === undefined || error === null ? null : problemOf(text, error);
}

function problemOf(text: string, error: object): ProgramProblem {
  // Babel's errors carry the offset as `pos`; other errors do not.
  const { message = 'this cannot be read', pos = 0 } = error as { message?: string; pos?: number };
  if (error instanceof RangeError) return { of: 'program', message: 'this is nested too deeply to be read', span: { start: 0, end: Math.min(1, text.length) } };
  const start = Math.min(pos, text.length);
  return { of: 'program', message: message.replace(/\s*\(\d+:\d+\)$/, ''), span: { start, end: Math.min(text.length, start + 1) } };
}
