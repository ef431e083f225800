import type { AstNode, Statement, SyntaxProblem } from '../model/statement.ts';
import { tokens } from './tokens.ts';

type Parser = (text: string) => { readonly stmts?: readonly { readonly stmt?: AstNode }[] };

let parser: Parser | null = null;
let blockParser: ((text: string) => unknown) | null = null;
const known = new Map<string, Statement>();
const mostKnown = 20_000;
const longestKnown = 20_000;

/** Loads PostgreSQL's own grammar (about 30 ms); afterwards `parseStatement` works synchronously. */
export async function loadParser(): Promise<void> {
  if (parser !== null) return;
  const library = await import('libpg-query');
  await library.loadModule();
  parser = library.parseSync;
  blockParser = library.parsePlPgSQLSync;
}

/** Whether PL/pgSQL refuses the body of this DO block, or the SQL in it. */
export function refusesBlock(text: string): boolean {
  try {
    blockParser?.(text);
    return false;
  } catch {
    return true;
  }
}

/** Parses one statement. Never throws for SQL: what PostgreSQL refuses becomes `kind: 'SyntaxError'`. */
export function parseStatement(text: string): Statement {
  const kept = known.get(text);
  if (kept !== undefined) return kept;
  const statement = parse(ownCopy(text));
  if (text.length <= longestKnown) {
    if (known.size >= mostKnown) known.clear();
    known.set(statement.text, statement);
  }
  return statement;
}

/** A part of a text keeps the whole text in memory (V8's sliced strings), and with it every version of a file that was ever typed. */
function ownCopy(part: string): string {
  return ` ${part}`.slice(1);
}

function parse(text: string): Statement {
  if (parser === null) throw new Error('loadParser() has to finish before the first statement is parsed');
  try {
    const node = parser(text).stmts?.[0]?.stmt;
    const kind = node === undefined ? undefined : Object.keys(node)[0];
    if (node === undefined || kind === undefined) return failed(text, { message: 'there is no statement here', span: { start: 0, end: text.length } });
    // A parse tree node has one key, its type, over an object of fields.
    return { text, kind, node: node[kind] as AstNode, problem: null, memory: { effects: null, notes: null } };
  } catch (error) {
    return failed(text, problemOf(text, error));
  }
}

function failed(text: string, problem: SyntaxProblem): Statement {
  return { text, kind: 'SyntaxError', node: {}, problem, memory: { effects: null, notes: null } };
}

function problemOf(text: string, error: unknown): SyntaxProblem {
  const message = error instanceof Error ? error.message : String(error);
  // The driver's SqlError carries the cursor position in characters from 0.
  const position = (error as { sqlDetails?: { cursorPosition?: number } }).sqlDetails?.cursorPosition ?? 0;
  const start = Math.min(utf16Offset(text, position), text.length);
  const atEnd = message.endsWith('at end of input');
  const token = tokens(text.slice(start))[0];
  if (atEnd || token === undefined) {
    const last = tokens(text).at(-1);
    return { message, span: { start: last?.start ?? 0, end: last?.end ?? text.length } };
  }
  const stop = message.startsWith('unterminated') ? endOfLine(text, start) : start + token.end;
  return { message, span: { start: start + token.start, end: stop } };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Characters (code points) counted from the text's start, as UTF-16 units. */
export function utf16Offset(text: string, characters: number): number {
  let offset = 0;
  for (let left = characters; left > 0 && offset < text.length; left -= 1) {
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}
