import type { Expression, Function as AnyFunction, TaggedTemplateExpression, TemplateLiteral } from '@babel/types';
import { contains, type Span } from '../../model/span.ts';
import type { Quote } from '../../model/source.ts';
import { argumentOf, bare, chainOf, isExpression, nameOf, type Chain, type Link } from './chains.ts';
import { follow, within, type Reading } from './follow.ts';
import { literalValue } from './literals.ts';
import { spanOf, type Chunk, type Hole, type Piece, type SqlText } from './pieces.ts';
import { bind, bindingOf, declareAll, innerScope, type Binding, type Scope } from './scope.ts';

/** The text that an expression gives, as far as the file says; null when it says nothing of it. */
export function textOf(reading: Reading, node: Expression, scope: Scope): SqlText | null {
  return within(reading, () => {
    const value = bare(node);
    switch (value.type) {
      case 'StringLiteral':
        return string([stringChunk(reading, spanOf(value))]);
      case 'TemplateLiteral':
        return string(templatePieces(reading, value, 'template', (each) => insertedText(reading, each, scope)));
      case 'TaggedTemplateExpression':
        return taggedText(reading, value, scope);
      case 'BinaryExpression':
        return value.operator === '+' ? sumText(reading, value, scope) : null;
      case 'NumericLiteral':
      case 'BooleanLiteral':
        return string([{ kind: 'fixed', text: String(value.value), span: spanOf(value) }]);
      case 'CallExpression':
      case 'OptionalCallExpression':
        return callText(reading, value, scope);
      case 'Identifier':
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        return referredText(reading, value, scope);
      default:
        return null;
    }
  });
}

/** Whether a template is SQL by its tag: sql`…`, Prisma.sql`…`, sql.type(row)`…`, tx`…` of postgres.js. */
export function isSqlTag(tag: Expression): boolean {
  const chain = chainOf(tag);
  const names = [nameOf(chain.root), ...chain.links.map((each) => each.name)];
  if (names.some((each) => each === 'sql' || each === 'SQL')) return true;
  return executingTags.has(names.at(-1) ?? '') || (names.length === 1 && connectionTags.has(names[0] ?? ''));
}

const executingTags = new Set(['$executeRaw', '$queryRaw']);
const connectionTags = new Set(['tx', 'trx', 'db', 'pg', 'client', 'transaction', 'connection', 'conn', 'pool', 'postgres']);
/** Tags and functions that change white space only. */
const layoutTags = new Set(['dedent', 'outdent', 'stripIndent', 'stripIndents', 'oneLine', 'source', 'codeBlock', 'unindent', 'endent']);

function string(pieces: readonly Piece[]): SqlText {
  return { pieces, flavour: 'string' };
}

function referredText(reading: Reading, value: Expression, scope: Scope): SqlText | null {
  const found = follow(reading, value, scope);
  if (found?.kind !== 'value') return null;
  const target = bare(found.node);
  // What leads nowhere comes back as it was.
  return target === value || target.type === 'Identifier' || target.type === 'MemberExpression' ? null : textOf(reading, target, found.scope);
}

function stringChunk({ file }: Reading, literal: Span): Chunk {
  const quote: Quote = file[literal.start] === '"' ? 'double' : 'single';
  return { kind: 'chunk', span: { start: literal.start + 1, end: Math.max(literal.start + 1, literal.end - 1) }, literal, quote };
}

function templatePieces({ file }: Reading, node: TemplateLiteral, quote: Quote, inserted: (node: Expression) => readonly Piece[]): readonly Piece[] {
  const pieces: Piece[] = [];
  const literal = spanOf(node);
  for (const [index, quasi] of node.quasis.entries()) {
    const span = spanOf(quasi);
    if (span.end > span.start || node.quasis.length === 1) pieces.push({ kind: 'chunk', span, literal, quote });
    const expression = node.expressions[index];
    const next = node.quasis[index + 1];
    if (expression === undefined || next === undefined) continue;
    const hole: Span = { start: span.end, end: spanOf(next).start };
    if (!isValue(expression)) continue;
    const own = spanOf(expression);
    const found = inserted(expression);
    const only = found.length === 1 ? found[0] : undefined;
    // A hole that is all there is, and lies in the expression's own code, is the whole interpolation.
    const isAll = only?.kind === 'hole' && only.written === 'expression' && contains(own, only.span);
    pieces.push(...(isAll ? [interpolation(file, hole, only.as)] : found));
  }
  return pieces;
}

function isValue(node: TemplateLiteral['expressions'][number]): node is Expression {
  return !node.type.startsWith('TS') || /^TS(As|Satisfies|NonNull|Instantiation)Expression$|^TSTypeAssertion$/.test(node.type);
}

function interpolation(file: string, span: Span, as: Hole['as']): Hole {
  return { kind: 'hole', span, code: file.slice(span.start, span.end), written: 'interpolation', as };
}

function insertedText(reading: Reading, node: Expression, scope: Scope): readonly Piece[] {
  const text = textOf(reading, node, scope);
  return text?.flavour === 'string' ? text.pieces : [expressionHole(reading, node, 'text')];
}

/** In a template of SQL only SQL becomes part of the text; any other value is sent beside it. */
function insertedSql(reading: Reading, node: Expression, scope: Scope): readonly Piece[] {
  const text = textOf(reading, node, scope);
  return text?.flavour === 'sql' ? text.pieces : [expressionHole(reading, node, 'value')];
}

function taggedText(reading: Reading, { tag, quasi }: TaggedTemplateExpression, scope: Scope): SqlText | null {
  const names = nameChain(chainOf(tag));
  if (names === 'String.raw') return string(templatePieces(reading, quasi, 'raw', (each) => insertedText(reading, each, scope)));
  if (layoutTags.has(names)) return string(templatePieces(reading, quasi, 'template', (each) => insertedText(reading, each, scope)));
  if (!isSqlTag(tag)) return null;
  return { pieces: templatePieces(reading, quasi, 'template', (each) => insertedSql(reading, each, scope)), flavour: 'sql' };
}

function nameChain({ root, links }: Chain): string {
  return [nameOf(root), ...links.map((each) => each.name)].join('.');
}

/** A sum of strings; what is not known between them is a hole. Long sums lean to the left, so that side is walked, not entered. */
function sumText(reading: Reading, node: Extract<Expression, { type: 'BinaryExpression' }>, scope: Scope): SqlText | null {
  const terms: Expression[] = [];
  let left: Expression = node;
  for (; left.type === 'BinaryExpression' && left.operator === '+'; left = bare(left.left)) {
    terms.push(left.right);
    if (!isExpression(left.left)) return null;
  }
  terms.push(left);
  const texts = terms.reverse().map((each) => ({ each, text: textOf(reading, each, scope) }));
  const isText = texts.some(({ text }) => text?.pieces.some((piece) => piece.kind === 'chunk') === true);
  return isText ? string(texts.flatMap(({ each, text }) => text?.pieces ?? [expressionHole(reading, each, 'text')])) : null;
}

export function expressionHole({ file }: Reading, node: Expression, as: Hole['as']): Hole {
  const span = spanOf(node);
  return { kind: 'hole', span, code: file.slice(span.start, span.end), written: 'expression', as };
}

function callText(reading: Reading, node: Expression, scope: Scope): SqlText | null {
  const chain = chainOf(node);
  const link = chain.links.at(-1);
  if (link === undefined || link.call === null) return null;
  const first = argumentOf(link, 0);
  if (link.name === 'join') return joinedText(reading, link, scope);
  if (harmless.has(link.name)) return textOf(reading, link.receiver, scope);
  if (first !== null) {
    if (rawMakers.has(link.name)) return asSql(textOf(reading, first, scope));
    if (nameMakers.has(link.name)) return quotedName(reading, first, scope);
    if (link.name === 'lit' || link.name === 'literalValue') return quotedValue(reading, first, scope);
    if (link.name === '' && layoutTags.has(nameOf(chain.root))) return textOf(reading, first, scope);
  }
  return returnedText(reading, link, scope);
}

/** What changes only white space, types or the way results are read. */
const harmless = new Set(['trim', 'trimStart', 'trimEnd', 'toString', '$castTo', 'mapWith', 'inlineParams', 'as', 'compile', 'valueOf', 'simple', 'withTypes']);
const rawMakers = new Set(['raw', 'unsafe', 'literal']);
const nameMakers = new Set(['identifier', 'ref', 'id', 'table', 'column']);

function asSql(text: SqlText | null): SqlText | null {
  return text === null ? null : { ...text, flavour: 'sql' };
}

function joinedText(reading: Reading, link: Link, scope: Scope): SqlText | null {
  const list = arrayOf(reading, link.receiver, scope);
  const separator = argumentOf(link, 0);
  const between = separator === null ? [{ kind: 'fixed' as const, text: ',', span: spanOf(link.node) }] : textOf(reading, separator, scope)?.pieces;
  if (list === null || between === undefined) return null;
  const span = (index: number): Span => spanOf(list[index]?.node ?? link.node);
  const pieces = list.map(({ node, scope: inside }) => textOf(reading, node, inside)?.pieces ?? [expressionHole(reading, node, 'text')]);
  const glue = (index: number): readonly Piece[] => between.map((each) => ({ kind: 'fixed', text: fixedText(reading, each), span: { start: span(index).end, end: span(index).end } }));
  return string(pieces.flatMap((each, index) => (index + 1 < pieces.length ? [...each, ...glue(index)] : each)));
}

/** A separator is written once and stands in many places, so it belongs to none. */
function fixedText({ file }: Reading, piece: Piece): string {
  if (piece.kind === 'fixed') return piece.text;
  return piece.kind === 'chunk' ? literalValue(file, piece) : ' ';
}

/** The elements of an array that the file spells out. */
export function arrayOf(reading: Reading, node: Expression, scope: Scope): readonly { readonly node: Expression; readonly scope: Scope }[] | null {
  const found = follow(reading, node, scope);
  const list = found?.kind === 'value' ? bare(found.node) : null;
  if (found?.kind !== 'value' || list?.type !== 'ArrayExpression') return null;
  const elements = list.elements.flatMap((each) => (each !== null && isExpression(each) ? [{ node: each, scope: found.scope }] : []));
  return elements.length === list.elements.length ? elements : null;
}

/** `"name"`; a dotted name is quoted part by part, as Kysely does. */
function quotedName(reading: Reading, node: Expression, scope: Scope): SqlText | null {
  const list = arrayOf(reading, node, scope);
  if (list !== null) {
    const names = list.map((each) => quotedName(reading, each.node, each.scope));
    if (names.length === 0 || names.includes(null)) return { pieces: [expressionHole(reading, node, 'name')], flavour: 'sql' };
    const dot: Piece = { kind: 'fixed', text: '.', span: { start: spanOf(node).start, end: spanOf(node).start } };
    return { pieces: names.flatMap((each, index) => [...(index > 0 ? [dot] : []), ...(each?.pieces ?? [])]), flavour: 'sql' };
  }
  const piece = onlyChunk(textOf(reading, node, scope));
  const written = piece === null ? '' : reading.file.slice(piece.span.start, piece.span.end);
  if (piece === null || !/^[\w$]+(\.[\w$]+)*$/.test(written)) return { pieces: [expressionHole(reading, node, 'name')], flavour: 'sql' };
  return { pieces: quotedParts(piece, written, '"'), flavour: 'sql' };
}

function quotedParts(piece: Chunk, written: string, quote: string): readonly Piece[] {
  let at = piece.span.start;
  return written.split('.').flatMap((name, index) => {
    const span = { start: at, end: at + name.length };
    at = span.end + 1;
    const open: Piece = { kind: 'fixed', text: index > 0 ? `${quote}.${quote}` : quote, span: { start: span.start, end: span.start } };
    return [open, { ...piece, span }];
  }).concat([{ kind: 'fixed', text: quote, span: { start: piece.span.end, end: piece.span.end } }]);
}

function quotedValue(reading: Reading, node: Expression, scope: Scope): SqlText | null {
  const text = textOf(reading, node, scope);
  if (text?.pieces.every((each) => each.kind === 'fixed') === true) return asSql(text);
  const piece = onlyChunk(text);
  if (piece === null || /['\\]/.test(reading.file.slice(piece.span.start, piece.span.end))) return { pieces: [expressionHole(reading, node, 'value')], flavour: 'sql' };
  const quote = (at: number): Piece => ({ kind: 'fixed', text: "'", span: { start: at, end: at } });
  return { pieces: [quote(piece.span.start), piece, quote(piece.span.end)], flavour: 'sql' };
}

function onlyChunk(text: SqlText | null): Chunk | null {
  const piece = text?.pieces[0];
  return piece?.kind === 'chunk' && text?.pieces.length === 1 ? piece : null;
}

/** The text that a function of this file returns, if returning it is all that the function does. */
function returnedText(reading: Reading, link: Link, scope: Scope): SqlText | null {
  const called = calledFunction(reading, link, scope);
  if (called === null) return null;
  const inside = calledScope(called, link, scope);
  const { body } = called.node;
  if (body.type !== 'BlockStatement') return textOf(reading, body, inside);
  declareAll(inside, body.body);
  const last = body.body.at(-1);
  const isPlain = body.body.slice(0, -1).every((each) => each.type === 'VariableDeclaration');
  return isPlain && last?.type === 'ReturnStatement' && last.argument != null ? textOf(reading, last.argument, inside) : null;
}

/** The function of this file that a call runs. */
export function calledFunction(reading: Reading, link: Link, scope: Scope): Extract<Binding, { kind: 'function' }> | null {
  if (link.call === null || !isExpression(link.call.callee)) return null;
  const found = follow(reading, link.call.callee, scope);
  return found?.kind === 'function' ? found : null;
}

/** The scope inside a called function: parameters stand for the arguments. */
export function calledScope(called: { readonly node: AnyFunction; readonly scope: Scope }, link: Pick<Link, 'call'>, caller: Scope): Scope {
  const inside = innerScope(called.scope);
  for (const [index, parameter] of called.node.params.entries()) {
    const argument = argumentOf(link, index);
    bind(inside, parameter, argument === null ? { kind: 'unknown' } : bindingOf(argument, caller));
  }
  return inside;
}
