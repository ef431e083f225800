import type { Function as AnyFunction, Program } from '@babel/types';
import type { Span } from '../../model/span.ts';
import type { ScriptSource, Unchecked } from '../../model/source.ts';
import type { SqlCall } from './emit.ts';
import { findEntry, findExport, type Entry, type ScopedProgram } from './entry.ts';
import { bare } from './chains.ts';
import { memberOf, newReading, type Reading } from './follow.ts';
import { Output } from './output.ts';
import { spanOf } from './pieces.ts';
import { parseProgram, type ProgramProblem } from './program.ts';
import { shapeOf, type EntryShape } from './shape.ts';
import { programScope, type Binding, type Scope } from './scope.ts';
import { visitFunction, type Walk } from './walk.ts';

export { loadScriptParser } from './program.ts';

export interface EmbeddedRequest {
  readonly side: 'up' | 'down';
  /** The ending tells the language: ts, mts, cts, tsx, js, mjs, cjs, jsx. */
  readonly path: string;
  /** `written`: a transaction that the file opens begins with BEGIN and ends with COMMIT, as the driver sends them; left out: they are not SQL of the file. */
  readonly bounds?: 'written';
}

/** The SQL of one side of a migration that is written in TypeScript or JavaScript. */
export interface EmbeddedScript extends ScriptSource {
  /** `empty`: the function does nothing to the database; `refused`: `export const down = false`; `unreadable`: the file cannot be parsed, so nobody knows. */
  readonly state: 'found' | 'missing' | 'refused' | 'empty' | 'unreadable';
  /** The side's function; null where the file has none, or has it elsewhere. */
  readonly entry: EntryShape | null;
  /** The calls that send SQL, in the order in which they run. */
  readonly calls: readonly SqlCall[];
  /** Stretches of the SQL that run in a transaction which the file itself opens, as `db.transaction(…)` does. */
  readonly transactions: readonly Span[];
  /** Where the file asks its tool for no transaction, each in the words of one tool. */
  readonly noTransaction: readonly TransactionFact[];
  /** Errors of the file's own language, and quotes that a call's SQL leaves open. */
  readonly problems: readonly ProgramProblem[];
  /** The file's own comments, with their marks. */
  readonly comments: readonly Span[];
}

/** `config`: Knex; `property`: TypeORM; `call`: node-pg-migrate, in this side; `method`: MikroORM. */
export interface TransactionFact {
  readonly by: 'config' | 'property' | 'call' | 'method';
  readonly span: Span;
}

/** Reads one side of a migration. Never throws for what stands in the file; `loadScriptParser()` comes first. */
export function readEmbedded(text: string, request: EmbeddedRequest): EmbeddedScript {
  const { program, problem, comments } = parseProgram(text, request.path);
  const problems = problem === null ? [] : [problem];
  if (program === null) return nothing(text, 'unreadable', problems);
  try {
    return { ...readProgram(text, program, request, problems), comments };
  } catch (error) {
    // A stack spent on an expression thousands deep; anything else is a bug.
    if (!(error instanceof RangeError)) throw error;
    const span = { start: 0, end: Math.min(1, text.length) };
    return { ...nothing(text, 'found', problems), unchecked: [{ span, kind: 'unread', reason: 'The file is nested too deeply to be read, so it was not checked.' }] };
  }
}

function nothing(text: string, state: EmbeddedScript['state'], problems: readonly ProgramProblem[]): EmbeddedScript {
  return { ...new Output(text).source([]), state, entry: null, calls: [], transactions: [], noTransaction: [], problems, comments: [] };
}

function readProgram(text: string, program: Program, { side, bounds }: EmbeddedRequest, problems: readonly ProgramProblem[]): Omit<EmbeddedScript, 'comments'> {
  const reading = newReading(text);
  const scoped: ScopedProgram = { program, scope: programScope(program) };
  const entry = findEntry(reading, scoped, side);
  const facts = fileFacts(reading, scoped);
  if (entry === null) return { ...nothing(text, problems.length > 0 ? 'unreadable' : refuses(reading, scoped, side), problems), noTransaction: facts };
  const walk = newWalk(reading, problems, bounds ?? 'left out');
  if (entry.function === null) walk.unchecked.push(elsewhere(entry, side));
  else visitFunction(walk, entry.function, entry.scope);
  const isEmpty = walk.calls.length === 0 && walk.unchecked.length === 0;
  return {
    ...walk.output.source(inOrder(walk.unchecked)),
    state: isEmpty ? 'empty' : 'found',
    entry: entry.function === null ? null : shapeOf(entry.function, program),
    calls: walk.calls,
    transactions: walk.transactions,
    noTransaction: [...facts, ...walk.noTransaction.map((span) => ({ by: 'call' as const, span }))],
    problems: walk.problems,
  };
}

function newWalk(reading: Reading, problems: readonly ProgramProblem[], bounds: Walk['bounds']): Walk {
  return {
    reading, output: new Output(reading.file), unchecked: [], problems: [...problems], numbers: new Map(), calls: [],
    active: new Set(), noTransaction: [], transactions: [], visits: 0, isCut: false, statement: null, step: null, bounds, inTransaction: false,
  };
}

function elsewhere({ node }: Entry, side: string): Unchecked {
  return { span: spanOf(node), kind: 'unread', reason: `The function of \`${side}\` is not in this file, so what it does to the database was not checked.` };
}

/** By place; what a repeated call says again is said once. */
function inOrder(unchecked: readonly Unchecked[]): readonly Unchecked[] {
  const known = new Map(unchecked.map((each) => [`${each.span.start} ${each.span.end} ${each.reason}`, each]));
  return [...known.values()].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

function refuses(reading: Reading, scoped: ScopedProgram, side: string): 'refused' | 'missing' {
  const found = findExport(reading, scoped, side);
  return found?.kind === 'value' && isFalse(found) ? 'refused' : 'missing';
}

/** What holds for both sides. */
function fileFacts(reading: Reading, scoped: ScopedProgram): readonly TransactionFact[] {
  const facts: TransactionFact[] = [];
  const config = findExport(reading, scoped, 'config');
  const setting = config?.kind === 'value' ? memberIn(config, 'transaction') : null;
  if (setting !== null && isFalse(setting)) facts.push({ by: 'config', span: spanOf(setting.node) });
  const property = findExport(reading, scoped, 'transaction');
  if (property?.kind === 'value' && property.scope.self?.type.startsWith('Class') !== true) return facts;
  if (property?.kind === 'value' && isFalse(property)) facts.push({ by: 'property', span: spanOf(property.node) });
  const method = findExport(reading, scoped, 'isTransactional');
  if (method?.kind === 'function' && returnsFalse(method.node, method.scope)) facts.push({ by: 'method', span: spanOf(method.node) });
  return facts;
}

type ValueBinding = Extract<Binding, { kind: 'value' }>;

function memberIn(binding: ValueBinding, name: string): ValueBinding | null {
  const value = bare(binding.node);
  const member = value.type === 'ObjectExpression' ? memberOf(value, name, binding.scope) : null;
  return member?.kind === 'value' ? member : null;
}

function isFalse({ node }: ValueBinding): boolean {
  const value = bare(node);
  return value.type === 'BooleanLiteral' && !value.value;
}

function returnsFalse({ body }: AnyFunction, scope: Scope): boolean {
  if (body.type !== 'BlockStatement') return isFalse({ kind: 'value', node: body, scope });
  const last = body.body.at(-1);
  return last?.type === 'ReturnStatement' && last.argument != null && isFalse({ kind: 'value', node: last.argument, scope });
}
