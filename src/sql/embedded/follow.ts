import type { Class, Expression, ObjectExpression, TSEnumDeclaration } from '@babel/types';
import { argumentOf, bare, chainOf, nameOf } from './chains.ts';
import { bindingOf, lookUp, type Binding, type Scope } from './scope.ts';

/** How much of a file is followed: constants that name each other in a circle, or double at each step, have no end of their own. */
export interface Reading {
  readonly file: string;
  readonly effort: { steps: number; depth: number };
}

const mostSteps = 200_000;
const mostDepth = 60;

export function newReading(file: string): Reading {
  return { file, effort: { steps: 0, depth: 0 } };
}

export function isSpent({ effort }: Pick<Reading, 'effort'>): boolean {
  return effort.steps >= mostSteps;
}

/** Does one step of the work, or answers null when it has become too much. */
export function within<T>({ effort }: Reading, work: () => T | null): T | null {
  if (effort.depth >= mostDepth || isSpent({ effort })) return null;
  effort.steps += 1;
  effort.depth += 1;
  const result = work();
  effort.depth -= 1;
  return result;
}

/** What an expression stands for, through the constants, objects, enums and classes of the file; null when the file does not say. */
export function follow(reading: Reading, node: Expression, scope: Scope): Binding | null {
  return within(reading, () => {
    const value = bare(node);
    if (value.type === 'Identifier') {
      const found = lookUp(scope, value.name);
      return found?.kind === 'value' ? follow(reading, found.node, found.scope) : found;
    }
    if (value.type === 'MemberExpression' || value.type === 'OptionalMemberExpression') return followMember(reading, value, scope);
    if (value.type === 'CallExpression') return followCall(reading, value, scope);
    return bindingOf(value, scope);
  });
}

/** A call that gives back what it is given. */
function followCall(reading: Reading, node: Extract<Expression, { type: 'CallExpression' }>, scope: Scope): Binding | null {
  const { root, links } = chainOf(node);
  const argument = links[0] === undefined ? null : argumentOf(links[0], 0);
  const isFreeze = nameOf(root) === 'Object' && links.length === 1 && links[0]?.name === 'freeze';
  return isFreeze && argument !== null ? follow(reading, argument, scope) : bindingOf(node, scope);
}

function followMember(reading: Reading, node: Expression, scope: Scope): Binding | null {
  const link = chainOf(node).links.at(-1);
  if (link === undefined) return null;
  const receiver = bare(link.receiver);
  if (receiver.type === 'ThisExpression') return scope.self === null ? null : settle(reading, memberOf(scope.self, link.name, scope));
  const base = follow(reading, receiver, scope);
  if (base === null || base.kind === 'handle' || base.kind === 'import' || base.kind === 'unknown' || base.kind === 'function') return base?.kind === 'function' ? null : base;
  if (base.kind === 'enum') return enumMember(base.node, link.name, base.scope);
  if (base.kind === 'class') return settle(reading, memberOf(base.node, link.name, base.scope));
  const value = bare(base.node);
  if (value.type === 'ObjectExpression') return settle(reading, memberOf(value, link.name, base.scope));
  const element = value.type === 'ArrayExpression' ? value.elements[Number(link.name)] : undefined;
  return element != null && element.type !== 'SpreadElement' ? follow(reading, element, base.scope) : null;
}

function settle(reading: Reading, found: Binding | null): Binding | null {
  return found?.kind === 'value' ? follow(reading, found.node, found.scope) : found;
}

/** A property or method of a class or an object; a method sees its class as `this`. */
export function memberOf(owner: Class | ObjectExpression, name: string, scope: Scope): Binding | null {
  const inside: Scope = { names: new Map(), outer: scope, self: owner, assigned: scope.assigned };
  const members = owner.type === 'ObjectExpression' ? owner.properties : owner.body.body;
  for (const each of members) {
    if (!('key' in each) || nameOf(each.key) !== name || ('computed' in each && each.computed === true)) continue;
    if (each.type === 'ObjectMethod' || each.type === 'ClassMethod' || each.type === 'ClassPrivateMethod') return { kind: 'function', node: each, scope: inside };
    if (each.type === 'ObjectProperty' && isValue(each.value)) return bindingOf(each.value, inside);
    if ((each.type === 'ClassProperty' || each.type === 'ClassPrivateProperty') && each.value != null) return bindingOf(each.value, inside);
  }
  return null;
}

function isValue(node: { readonly type: string }): node is Expression {
  return !/Pattern$|^RestElement$|^VoidPattern$/.test(node.type);
}

function enumMember(node: TSEnumDeclaration, name: string, scope: Scope): Binding | null {
  const members = node.body?.members ?? node.members;
  const found = members.find((each) => nameOf(each.id) === name)?.initializer;
  return found == null ? null : bindingOf(found, scope);
}
