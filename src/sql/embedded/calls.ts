import type { Expression } from '@babel/types';
import type { Span } from '../../model/span.ts';
import type { BindingStyle } from './bindings.ts';
import { argumentOf, bare, chainOf, isExpression, nameOf, pathOf, type Chain, type Link } from './chains.ts';
import { emitSql } from './emit.ts';
import { quoted } from './fill.ts';
import { isHandle, readsOnly } from './handles.ts';
import { spanOf } from './pieces.ts';
import { bind, bindingOf, innerScope, type Scope } from './scope.ts';
import { arrayOf, calledFunction, calledScope, textOf } from './text.ts';
import { isFunction, sometimes, visit, visitArgument, visitFunction, type Walk } from './walk.ts';

/** Reads a chain of members and calls from its start, as it runs. */
export function visitChain(walk: Walk, node: Expression, scope: Scope): void {
  const chain = chainOf(node);
  if (chain.links.every((each) => each.call === null)) {
    if (textOf(walk.reading, node, scope)?.flavour === 'sql') emitSql(walk, node, scope);
    return;
  }
  visitRoot(walk, chain, scope);
  const place: Place = { chain, scope, builder: null };
  for (const link of chain.links) if (link.call !== null) visitLink(walk, link, place);
}

/** Where in a chain the walk is; what builds SQL of its own is told once for each chain. */
interface Place {
  readonly chain: Chain;
  readonly scope: Scope;
  builder: Link | null;
}

function visitRoot(walk: Walk, { root, links }: Chain, scope: Scope): void {
  const isCalled = links[0]?.name === '' && links[0].call !== null;
  if (isFunction(root)) {
    // A function that is called where it is written.
    if (isCalled) visitFunction(walk, root, calledScope({ node: root, scope }, links[0] ?? { call: null }, scope));
  } else if (root.type === 'Identifier') {
    if (!isCalled && links.some((each) => runsText.has(each.name)) && textOf(walk.reading, root, scope)?.flavour === 'sql') emitSql(walk, root, scope);
  } else if (root.type !== 'ThisExpression' && root.type !== 'Super' && root.type !== 'Import') visit(walk, root, scope);
}

const runsText = new Set(['execute', 'simple', 'then', 'run']);

function visitLink(walk: Walk, link: Link, place: Place): void {
  const { scope, chain } = place;
  const called = calledFunction(walk.reading, link, scope);
  if (called !== null) {
    // What it returns may be SQL that this chain sends; what it does is read either way.
    if (textOf(walk.reading, link.node, scope)?.flavour === 'sql') return isLast(chain, link) ? emitSql(walk, link.node, scope) : undefined;
    return visitFunction(walk, called.node, calledScope(called, link, scope));
  }
  if (link.name === 'noTransaction') {
    walk.noTransaction.push(spanOf(link.node));
    return;
  }
  if (sendsReceiver(walk, link, place)) return emitSql(walk, link.receiver, scope);
  const style = carrierStyle(walk, link, place);
  const first = argumentOf(link, 0);
  if (style !== null && first !== null) return emitSql(walk, first, scope, { bindings: style, call: link.call });
  if (callbacks.has(link.name) || (link.name === 'execute' && first !== null && isFunction(first))) return visitCallbacks(walk, link, scope);
  // What follows SQL sends it or reads its result.
  const isAfterSql = chain.root.type === 'TaggedTemplateExpression' || (runsText.has(link.name) && textOf(walk.reading, link.receiver, scope)?.flavour === 'sql');
  if (!isAfterSql) visitUnknown(walk, link, place);
}

function isLast({ links }: Chain, link: Link): boolean {
  return links.at(-1) === link;
}

/** `sql.raw('…').execute(db)` of Kysely; a template or a constant at the start of the chain was read as its root. */
function sendsReceiver(walk: Walk, link: Link, { chain, scope }: Place): boolean {
  const before = chain.links[chain.links.indexOf(link) - 1];
  if (!runsText.has(link.name) || link.name === 'then' || before === undefined || (before.call !== null && senders.has(before.name))) return false;
  return textOf(walk.reading, link.receiver, scope)?.flavour === 'sql' && bare(chain.root).type !== 'TaggedTemplateExpression' && !isConstantSql(walk, chain, scope);
}

function isConstantSql(walk: Walk, { root }: Chain, scope: Scope): boolean {
  return root.type === 'Identifier' && textOf(walk.reading, root, scope)?.flavour === 'sql';
}

/** Calls that send their first argument as SQL, whatever they are called on. */
const senders = new Set(['query', 'addSql', '$executeRawUnsafe', '$queryRawUnsafe', '$executeRaw', '$queryRaw', 'execute', 'raw', 'unsafe', 'sql']);
/** Those whose names mean something else elsewhere. */
const connectionSenders = new Set(['exec', 'runSql', 'executeSql', 'executeRaw', 'queryRaw', 'executeQuery', 'none', 'any', 'one', 'oneOrNone', 'many', 'manyOrNone', 'result', 'multi', 'multiResult']);

/** How a call marks values in the SQL that it sends; null for a call that sends none. */
function carrierStyle(walk: Walk, link: Link, { scope, chain }: Place): BindingStyle | null {
  const first = argumentOf(link, 0);
  if (first === null || isFunction(first)) return null;
  const known = senders.has(link.name);
  const ofHandle = isHandle(walk.reading, chain.root, scope);
  if (!known && !(ofHandle && connectionSenders.has(link.name))) return null;
  if (!(ofHandle && known) && textOf(walk.reading, first, scope) === null && first.type !== 'ConditionalExpression') return null;
  return styleOf(link, chain);
}

function styleOf(link: Link, { root }: Chain): BindingStyle {
  const values = argumentOf(link, 1);
  if (link.name === 'raw') return values !== null ? 'marks' : nameOf(root) === 'sql' ? 'none' : 'escapes';
  if (values === null) return 'none';
  if (link.name === 'sql') return 'braces';
  const isReplaced = values.type === 'ObjectExpression' && values.properties.some((each) => each.type === 'ObjectProperty' && nameOf(each.key) === 'replacements');
  return link.name === 'query' && isReplaced ? 'marks' : 'none';
}

/** Calls that call what they are given, whatever they are called on. */
const callbacks = new Set(['then', 'catch', 'finally', 'map', 'forEach', 'transaction', '$transaction', 'begin', 'savepoint', 'tx', 'task', 'useTransaction', 'transactional', 'connect', 'withConnection', 'inTransaction']);

function visitCallbacks(walk: Walk, link: Link, scope: Scope): void {
  const { name } = link;
  const list = name === 'map' || name === 'forEach' ? arrayOf(walk.reading, link.receiver, scope) : null;
  const [first] = link.call?.arguments ?? [];
  if (list !== null && first !== undefined && isFunction(first)) {
    for (const each of list) {
      const inside = innerScope(scope);
      const parameter = first.params[0];
      if (parameter !== undefined) bind(inside, parameter, bindingOf(each.node, each.scope));
      visitFunction(walk, first, inside);
    }
    return;
  }
  const work = (): void => {
    const given = name === 'map' || name === 'forEach' || name === 'then' || name === 'catch' ? ('unknown' as const) : ('handle' as const);
    for (const each of link.call?.arguments ?? []) visitArgument(walk, named(walk, each, scope), scope, { kind: given });
  };
  const span = nameSpan(link);
  if (transactions.has(name) || /\btransaction$/.test(pathOf(chainOf(link.receiver)))) return inTransaction(walk, { start: span.end - name.length, end: spanOf(link.call ?? link.node).end }, work);
  if (name === 'catch') sometimes(walk, { span, when: 'after an error' }, work);
  else if (name === 'map' || name === 'forEach') sometimes(walk, { span, when: 'any number of times' }, work);
  else work();
}

const transactions = new Set(['transaction', '$transaction', 'begin', 'tx', 'transactional', 'inTransaction']);

/** Remembers which statements a transaction of the file's own holds. */
function inTransaction(walk: Walk, span: Span, work: () => void): void {
  const calls = walk.calls.length;
  // One inside another is a savepoint.
  const isWritten = walk.bounds === 'written' && !walk.inTransaction;
  walk.inTransaction ||= isWritten;
  if (isWritten) bound(walk, 'BEGIN;', span.start);
  work();
  if (isWritten) {
    walk.inTransaction = false;
    // The bracket that closes the call.
    bound(walk, 'COMMIT;', span.end - 1);
  }
  const [first, last] = [walk.calls[calls], walk.calls.at(-1)];
  if (first !== undefined && last !== undefined) walk.transactions.push({ start: first.sql.start, end: last.sql.end });
}

/** What the driver sends at the beginning and at the end of a transaction. */
function bound({ output }: Walk, command: string, at: number): void {
  output.begin(at);
  output.text(command, at);
}

/** A function of the file that is handed on by its name. */
function named(walk: Walk, node: NonNullable<Link['call']>['arguments'][number], scope: Scope): typeof node {
  if (node.type !== 'Identifier') return node;
  const found = bindingOf(node, scope);
  return found.kind === 'value' ? functionBehind(walk, node, scope) : node;
}

function functionBehind(walk: Walk, node: Expression, scope: Scope): Expression {
  const link: Link = { name: '', node, receiver: node, call: { type: 'CallExpression', callee: node, arguments: [] } };
  const called = calledFunction(walk.reading, link, scope)?.node;
  return called !== undefined && isFunction(called) ? called : node;
}

function nameSpan({ node, receiver }: Link): Span {
  return { start: spanOf(receiver).end, end: spanOf(node).end };
}

/** A call that no rule above knows: of the connection, with the connection, or neither. */
function visitUnknown(walk: Walk, link: Link, place: Place): void {
  const { chain, scope } = place;
  const calls = walk.calls.length;
  if (isHandle(walk.reading, chain.root, scope)) {
    // A table builder's callback is never asynchronous; a wrapper's is.
    for (const each of link.call?.arguments ?? []) if (isFunction(each) && each.async) visitArgument(walk, each, scope, { kind: 'handle' });
    const isRead = walk.calls.length > calls || readsOnly.has(link.name) || (link.name === '' && isLast(chain, link));
    if (isRead || link.name === '' || place.builder !== null) return;
    place.builder = link;
    noteBuilder(walk, link, chain);
    return;
  }
  const given = link.call?.arguments.some((each) => isExpression(each) && isHandle(walk.reading, each, scope)) === true;
  for (const each of link.call?.arguments ?? []) visitArgument(walk, each, scope, given ? { kind: 'handle' } : { kind: 'unknown' });
  if (given && walk.calls.length === calls && !aside.has(nameOf(chain.root)) && place.builder === null) noteStranger(walk, link, place);
}

const aside = new Set(['console', 'JSON', 'Object', 'Promise', 'drizzle', 'logger', 'log', 'String', 'Boolean', 'Array', 'assert']);

function noteBuilder(walk: Walk, link: Link, chain: Chain): void {
  const reason = `${quoted(labelOf(walk, link, chain))} makes its SQL when the migration runs, so what it does was not checked.`;
  walk.unchecked.push({ span: labelSpan(walk, link, chain), kind: 'builder', reason });
}

function noteStranger(walk: Walk, link: Link, place: Place): void {
  place.builder = link;
  const reason = `${quoted(labelOf(walk, link, place.chain))} is not in this file, so what it does to the database was not checked.`;
  walk.unchecked.push({ span: labelSpan(walk, link, place.chain), kind: 'unread', reason });
}

/** `knex.schema.createTable('people')`: the call without what was called before it. */
function labelOf(walk: Walk, link: Link, { root, links }: Chain): string {
  const before = links.slice(0, links.indexOf(link)).map((each) => (each.call === null ? `.${each.name}` : each.name === '' ? subject(walk, each) : ''));
  return [nameOf(root), ...before, link.name === '' ? '' : `.${link.name}`, subject(walk, link)].join('').replace(/^\./, '');
}

/** The first argument, where it is a plain string. */
function subject({ reading }: Walk, link: Link): string {
  const first = argumentOf(link, 0);
  return first?.type === 'StringLiteral' ? `(${reading.file.slice(spanOf(first).start, spanOf(first).end)})` : '';
}

/** From the start of the chain if that is on the same line, else the name that is called. */
function labelSpan({ reading }: Walk, link: Link, { root }: Chain): Span {
  const start = spanOf(root).start;
  const end = link.call === null ? spanOf(link.node).end : spanOf(link.call.callee).end;
  return reading.file.slice(start, end).includes('\n') ? { start: Math.max(start, end - link.name.length), end } : { start, end };
}
