import type { Expression, Function as AnyFunction, IfStatement, Node, Statement, TryStatement, VariableDeclaration } from '@babel/types';
import type { Span } from '../../model/span.ts';
import { isExpression } from './chains.ts';
import { visitChain } from './calls.ts';
import { emitSql, type Writing } from './emit.ts';
import { quoted } from './fill.ts';
import { isSpent } from './follow.ts';
import { spanOf } from './pieces.ts';
import { bind, bindingOf, childrenOf, declareAll, innerScope, type Binding, type Scope } from './scope.ts';
import { arrayOf, textOf } from './text.ts';

/** One walk through a side of a migration, in the order in which it runs. */
export interface Walk extends Writing {
  /** Functions that are being walked: one that calls itself is walked once. */
  readonly active: Set<Node>;
  /** Where the file turns the transaction of its runner off. */
  readonly noTransaction: Span[];
  /** Of the SQL: what runs in a transaction that the file opens itself. */
  readonly transactions: Span[];
  /** Whether those begin with BEGIN and end with COMMIT in the SQL. */
  readonly bounds: 'written' | 'left out';
  inTransaction: boolean;
}

/** Reads what a function does; its parameters are bound in `scope`. */
export function visitFunction(walk: Walk, node: AnyFunction, scope: Scope): void {
  if (walk.active.has(node)) return;
  walk.active.add(node);
  visit(walk, node.body, scope);
  walk.active.delete(node);
}

export function visit(walk: Walk, node: Node, scope: Scope): void {
  if (isOver(walk, node)) return;
  switch (node.type) {
    case 'BlockStatement':
    case 'StaticBlock':
      return visitBlock(walk, node.body, innerScope(scope));
    case 'VariableDeclaration':
      return visitDeclaration(walk, node, scope);
    case 'IfStatement':
      return visitIf(walk, node, scope);
    case 'ConditionalExpression':
      visit(walk, node.test, scope);
      return sometimes(walk, { span: spanOf(node.test), when: `when ${codeOf(walk, node.test)} says so` }, () => visitAll(walk, [node.consequent, node.alternate], scope));
    case 'LogicalExpression':
      visit(walk, node.left, scope);
      return sometimes(walk, { span: spanOf(node.left), when: `when ${codeOf(walk, node.left)} says so` }, () => visit(walk, node.right, scope));
    case 'SwitchStatement':
      return sometimes(walk, { span: spanOf(node.discriminant), when: `when ${codeOf(walk, node.discriminant)} says so` }, () => visitSwitch(walk, node, scope));
    case 'ForOfStatement':
      return visitForOf(walk, node, scope);
    case 'ForStatement':
    case 'ForInStatement':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return sometimes(walk, { span: { start: spanOf(node).start, end: spanOf(node.body).start }, when: anyNumber }, () => visitLoop(walk, node, innerScope(scope)));
    case 'TryStatement':
      return visitTry(walk, node, scope);
    default:
      return isExpression(node) ? visitExpression(walk, node, scope) : visitOther(walk, node, scope);
  }
}

const anyNumber = 'any number of times';

function visitExpression(walk: Walk, node: Expression | Node, scope: Scope): void {
  switch (node.type) {
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'ClassExpression':
      // What nobody calls does not run.
      return;
    case 'Identifier':
    case 'TaggedTemplateExpression':
      if (textOf(walk.reading, node, scope)?.flavour === 'sql') return emitSql(walk, node, scope);
      return node.type === 'Identifier' ? undefined : visitOther(walk, node.quasi, scope);
    case 'CallExpression':
    case 'OptionalCallExpression':
    case 'MemberExpression':
    case 'OptionalMemberExpression':
      return visitChain(walk, node, scope);
    case 'AssignmentExpression':
      return textOf(walk.reading, node.right, scope) === null ? visit(walk, node.right, scope) : undefined;
    case 'NewExpression':
      for (const each of node.arguments) visitArgument(walk, each, innerScope(scope));
      return;
    default:
      return visitOther(walk, node, scope);
  }
}

/** A function that is handed on is taken to be called. */
export function visitArgument(walk: Walk, node: Node, scope: Scope, given: Binding = { kind: 'unknown' }): void {
  if (node.type !== 'FunctionExpression' && node.type !== 'ArrowFunctionExpression') return visit(walk, node, scope);
  const inside = innerScope(scope);
  for (const parameter of node.params) bind(inside, parameter, given);
  visitFunction(walk, node, inside);
}

function visitOther(walk: Walk, node: Node, scope: Scope): void {
  if (node.type === 'ObjectProperty') return visit(walk, node.value, scope);
  if (/^(TS|Import|ObjectMethod|Export)/.test(node.type) && !/^TS(As|Satisfies|NonNull|Instantiation)Expression$|^TSTypeAssertion$/.test(node.type)) return;
  visitAll(walk, childrenOf(node), scope);
}

function visitAll(walk: Walk, nodes: readonly Node[], scope: Scope): void {
  for (const each of nodes) visit(walk, each, scope);
}

function visitBlock(walk: Walk, statements: readonly Statement[], scope: Scope): void {
  declareAll(scope, statements);
  const exits: { readonly statement: IfStatement; readonly calls: number }[] = [];
  for (const statement of statements) {
    visitStatement(walk, statement, scope);
    if (statement.type === 'IfStatement' && leaves(statement.consequent)) exits.push({ statement, calls: walk.calls.length });
  }
  for (const { statement, calls } of exits) {
    if (walk.calls.length > calls) note(walk, spanOf(statement.test), `What follows runs only unless ${codeOf(walk, statement.test)}; it was checked as if it always ran.`);
  }
}

/** What is read in its course knows where it stands. */
function visitStatement(walk: Walk, node: Statement, scope: Scope): void {
  const { statement, step } = walk;
  walk.statement = node.type === 'ExpressionStatement' ? spanOf(node) : null;
  walk.step ??= { ...spanOf(node), kind: node.type === 'VariableDeclaration' ? 'declaration' : 'other' };
  visit(walk, node, scope);
  walk.statement = statement;
  walk.step = step;
}

function leaves(node: Node): boolean {
  if (node.type === 'ReturnStatement') return true;
  return node.type === 'BlockStatement' && node.body.some((each) => each.type === 'ReturnStatement');
}

/** A constant is read where it is used; only what runs at once is read here. */
function visitDeclaration(walk: Walk, node: VariableDeclaration, scope: Scope): void {
  for (const { init } of node.declarations) {
    if (init == null) continue;
    const isKept = init.type !== 'AwaitExpression' && (bindingOf(init, scope).kind !== 'value' || textOf(walk.reading, init, scope) !== null);
    if (!isKept) visit(walk, init, scope);
  }
}

function visitIf(walk: Walk, node: IfStatement, scope: Scope): void {
  visit(walk, node.test, scope);
  const code = codeOf(walk, node.test);
  sometimes(walk, { span: spanOf(node.test), when: `when ${code} holds` }, () => visit(walk, node.consequent, scope));
  const { alternate } = node;
  if (alternate != null) sometimes(walk, { span: spanOf(node.test), when: `when ${code} does not hold` }, () => visit(walk, alternate, scope));
}

function visitSwitch(walk: Walk, node: Extract<Node, { type: 'SwitchStatement' }>, scope: Scope): void {
  visit(walk, node.discriminant, scope);
  visitBlock(walk, node.cases.flatMap((each) => each.consequent), innerScope(scope));
}

type Loop = Extract<Node, { type: 'ForStatement' | 'ForInStatement' | 'WhileStatement' | 'DoWhileStatement' }>;

function visitLoop(walk: Walk, node: Loop, scope: Scope): void {
  if (node.type === 'ForStatement' && node.init != null) {
    // The counter of a loop is no constant.
    if (node.init.type === 'VariableDeclaration') for (const each of node.init.declarations) bind(scope, each.id, { kind: 'unknown' });
    visit(walk, node.init, scope);
  }
  if (node.type === 'ForInStatement') bindLoop(scope, node.left, { kind: 'unknown' });
  else if (node.test != null) visit(walk, node.test, scope);
  visit(walk, node.body, scope);
}

/** A loop over a list that the file spells out runs once for each of its elements. */
function visitForOf(walk: Walk, node: Extract<Node, { type: 'ForOfStatement' }>, scope: Scope): void {
  visit(walk, node.right, scope);
  const list = arrayOf(walk.reading, node.right, scope);
  if (list === null) {
    const inside = innerScope(scope);
    bindLoop(inside, node.left, { kind: 'unknown' });
    return sometimes(walk, { span: { start: spanOf(node).start, end: spanOf(node.body).start }, when: anyNumber }, () => visit(walk, node.body, inside));
  }
  for (const each of list) {
    const inside = innerScope(scope);
    bindLoop(inside, node.left, bindingOf(each.node, each.scope));
    visit(walk, node.body, inside);
  }
}

function bindLoop(scope: Scope, left: Node, binding: Binding): void {
  if (left.type !== 'VariableDeclaration') return;
  for (const each of left.declarations) bind(scope, each.id, binding);
}

function visitTry(walk: Walk, node: TryStatement, scope: Scope): void {
  visit(walk, node.block, scope);
  const { handler } = node;
  if (handler != null) sometimes(walk, { span: { start: spanOf(handler).start, end: spanOf(handler.body).start }, when: 'after an error' }, () => visit(walk, handler.body, scope));
  if (node.finalizer != null) visit(walk, node.finalizer, scope);
}

/** SQL that does not run exactly once is read once, and that is said. */
export function sometimes(walk: Walk, at: { readonly span: Span; readonly when: string }, work: () => void): void {
  const before = walk.calls.length;
  work();
  if (walk.calls.length === before) return;
  const only = at.when === anyNumber ? '' : 'only ';
  note(walk, at.span, `The SQL in here runs ${only}${at.when}; it was checked as if it ran once.`);
}

function note(walk: Walk, span: Span, reason: string): void {
  walk.unchecked.push({ span, reason, kind: 'dynamic' });
}

function codeOf({ reading }: Walk, node: Node): string {
  return quoted(reading.file.slice(spanOf(node).start, spanOf(node).end));
}

const mostVisits = 300_000;
const mostCalls = 5_000;

/** Lists in lists in helpers can make a short file run for ever. */
function isOver(walk: Walk, node: Node): boolean {
  walk.visits += 1;
  const isTooMuch = walk.visits > mostVisits || walk.calls.length > mostCalls || isSpent(walk.reading) || walk.output.length > 4 * walk.reading.file.length + 1_000_000;
  if (isTooMuch && !walk.isCut) {
    walk.isCut = true;
    walk.unchecked.push({ span: spanOf(node), kind: 'unread', reason: 'The migration runs more SQL than can be followed from here on, so the rest was not checked.' });
  }
  return isTooMuch;
}

export function isFunction(node: Node): node is Extract<Node, { type: 'FunctionExpression' | 'ArrowFunctionExpression' }> {
  return node.type === 'FunctionExpression' || node.type === 'ArrowFunctionExpression';
}
