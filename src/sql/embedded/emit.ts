import type { Expression, Node } from '@babel/types';
import type { Span } from '../../model/span.ts';
import type { Unchecked } from '../../model/source.ts';
import { withBindings, type BindingStyle } from './bindings.ts';
import { bare, nameOf } from './chains.ts';
import { fill, quoted, type Filled, type HoleNumbers, type Segment } from './fill.ts';
import { follow, type Reading } from './follow.ts';
import type { Output } from './output.ts';
import { spanOf, type Piece } from './pieces.ts';
import type { ProgramProblem } from './program.ts';
import type { Scope } from './scope.ts';
import { expressionHole, textOf } from './text.ts';

/** What is written while a file is walked. */
export interface Writing {
  readonly reading: Reading;
  readonly output: Output;
  readonly unchecked: Unchecked[];
  readonly problems: ProgramProblem[];
  readonly numbers: HoleNumbers;
  readonly calls: SqlCall[];
  /** The statement that is being read, where it is an expression alone; null in anything else. */
  statement: Span | null;
  /** The statement of the side's own function that is being read. */
  step: Step | null;
  visits: number;
  isCut: boolean;
}

/** One call that sends SQL: the argument in the file, and what it became. */
export interface SqlCall {
  readonly file: Span;
  readonly sql: Span;
  /** The whole call, `knex.raw('…', [1])`; the argument itself where it is what sends. */
  readonly sent: Span;
  /** The expression statement that it stands in; null where it stands in anything else, a `return` say. */
  readonly statement: Span | null;
  /** The statement of the side's own function in whose course it runs; null where that function is an expression. */
  readonly step: Step | null;
}

/** One of the statements between the braces of a side's function. */
export interface Step extends Span {
  /** `declaration`: it gives names that later ones may use. */
  readonly kind: 'declaration' | 'other';
}

export interface Sending {
  readonly bindings?: BindingStyle;
  /** The call that sends the SQL; left out: the expression sends itself. */
  readonly call?: Node | null;
}

/** Writes the SQL that an expression gives, as statements of their own. */
export function emitSql(writing: Writing, node: Expression, scope: Scope, sending: Sending = {}): void {
  const value = bare(node);
  if (value.type === 'ConditionalExpression') {
    for (const each of [value.consequent, value.alternate]) emitSql(writing, each, scope, sending);
    const code = quoted(writing.reading.file.slice(spanOf(value.test).start, spanOf(value.test).end));
    writing.unchecked.push({ span: spanOf(value.test), kind: 'dynamic', reason: `Only one of the two runs, as ${code} says; both were checked.` });
    return;
  }
  const text = textOf(writing.reading, sqlMember(writing, value, scope), scope);
  const pieces = text?.pieces ?? [expressionHole(writing.reading, value, 'text')];
  if (pieces.every((each) => each.kind === 'hole')) writing.unchecked.push({ span: spanOf(value), kind: 'unread', reason: unknownReason(writing, value) });
  else if (pieces.length > 0) write(writing, { value, sent: sending.call ?? value }, withBindings(writing.reading.file, pieces, sending.bindings ?? 'none'));
}

function unknownReason({ reading }: Writing, node: Node): string {
  return `The SQL that ${quoted(reading.file.slice(spanOf(node).start, spanOf(node).end))} gives is known only when the migration runs, so it was not checked.`;
}

/** `{ text: '…', values }` of pg and `{ query: '…', values }` of Sequelize carry the SQL in a member. */
function sqlMember({ reading }: Writing, node: Expression, scope: Scope): Expression {
  const found = follow(reading, node, scope);
  const value = found?.kind === 'value' ? bare(found.node) : null;
  if (value?.type !== 'ObjectExpression') return node;
  for (const each of value.properties) {
    if (each.type === 'ObjectProperty' && ['text', 'query', 'sql'].includes(nameOf(each.key))) return expressionOf(each.value) ?? node;
  }
  return node;
}

function expressionOf(node: Node): Expression | null {
  // A property of an object expression, unlike one of a pattern, holds an expression.
  return /Pattern$|^RestElement$/.test(node.type) ? null : (node as Expression);
}

function write(writing: Writing, { value, sent }: { readonly value: Node; readonly sent: Node }, pieces: readonly Piece[]): void {
  const { output, reading } = writing;
  const filled = fill(reading.file, pieces, writing.numbers);
  const first = filled.segments.find((each) => each.kind !== 'fixed') ?? filled.segments[0];
  output.begin(first?.piece.span.start ?? 0);
  const start = output.length;
  for (const segment of filled.segments) writeSegment(output, segment);
  if (filled.terminator !== '') output.text(filled.terminator, closing(filled));
  writing.calls.push({ file: spanOf(value), sql: { start, end: output.length }, sent: spanOf(sent), statement: writing.statement, step: writing.step });
  writing.unchecked.push(...filled.unchecked);
  if (filled.unclosed !== null) {
    const opening = reading.file.slice(filled.unclosed.start, Math.min(filled.unclosed.end, filled.unclosed.start + 20)).split(/[\r\n]/)[0] ?? '';
    writing.problems.push({ of: 'sql', message: `what opens at ${quoted(opening)} is not closed within this SQL`, span: filled.unclosed });
  }
}

function writeSegment(output: Output, segment: Segment): void {
  const { piece } = segment;
  if (segment.kind === 'chunk') output.part(segment.runs, { file: segment.piece.span, literal: segment.piece.literal, quote: segment.piece.quote });
  else if (segment.kind === 'fixed') output.text(segment.text, piece.span.start);
  else output.placeholder(segment.text, { file: piece.span, code: segment.piece.code, written: segment.piece.written });
}

/** The delimiter behind the last of the text. */
function closing({ segments }: Filled): number {
  const last = segments.at(-1);
  const chunk = segments.findLast((each) => each.kind === 'chunk');
  if (chunk?.kind === 'chunk' && (last === chunk || (last !== undefined && last.piece.span.end < chunk.piece.literal.end))) return chunk.piece.literal.end - 1;
  return last?.piece.span.end ?? 0;
}
