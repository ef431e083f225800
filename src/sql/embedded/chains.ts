import type { CallExpression, Expression, Node, OptionalCallExpression } from '@babel/types';

/** One step of `knex.schema.createTable(…).then(…)`. */
export interface Link {
  /** Of the member; empty where the value itself is called: `knex('users')`. */
  readonly name: string;
  readonly call: CallExpression | OptionalCallExpression | null;
  /** The expression up to and with this step. */
  readonly node: Expression;
  /** The expression before it. */
  readonly receiver: Expression;
}

export interface Chain {
  readonly root: Expression;
  readonly links: readonly Link[];
}

/** An expression as the value it starts from and the members and calls that follow. */
export function chainOf(node: Expression): Chain {
  const links: Link[] = [];
  let current = bare(node);
  for (let link = lastLink(current); link !== null; link = lastLink(current)) {
    links.push(link);
    current = bare(link.receiver);
  }
  return { root: current, links: links.reverse() };
}

function lastLink(node: Expression): Link | null {
  if (node.type === 'CallExpression' || node.type === 'OptionalCallExpression') {
    if (!isExpression(node.callee)) return null;
    const callee = bare(node.callee);
    if (isMember(callee) && isExpression(callee.object)) return { name: memberName(callee), call: node, node, receiver: callee.object };
    return { name: '', call: node, node, receiver: callee };
  }
  return isMember(node) && isExpression(node.object) ? { name: memberName(node), call: null, node, receiver: node.object } : null;
}

/** The value itself, without what only the type checker reads, and without `await`. */
export function bare(node: Expression): Expression {
  switch (node.type) {
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'TSInstantiationExpression':
    case 'ParenthesizedExpression':
    case 'TypeCastExpression':
      return bare(node.expression);
    case 'AwaitExpression':
      return bare(node.argument);
    default:
      return node;
  }
}

export function nameOf(node: Node): string {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'StringLiteral') return node.value;
  if (node.type === 'PrivateName') return `#${node.id.name}`;
  return node.type === 'ThisExpression' ? 'this' : node.type === 'NumericLiteral' ? String(node.value) : '';
}

/** `knex.schema.createTable`, as messages say it. */
export function pathOf({ root, links }: Chain): string {
  const names = [nameOf(root), ...links.map((each) => (each.name === '' ? '()' : `.${each.name}`))];
  return names.join('').replace(/^\./, '').replaceAll('()', '');
}

/** The argument at an index, unless it is spread. */
export function argumentOf({ call }: Pick<Link, 'call'>, index: number): Expression | null {
  const found = call?.arguments[index];
  return found !== undefined && isExpression(found) ? found : null;
}

export function isExpression(node: Node): node is Expression {
  return node.type !== 'SpreadElement' && node.type !== 'ArgumentPlaceholder' && node.type !== 'PrivateName' && node.type !== 'V8IntrinsicIdentifier';
}

type Member = Extract<Expression, { type: 'MemberExpression' | 'OptionalMemberExpression' }>;

function isMember(node: Expression): node is Member {
  return node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression';
}

function memberName(node: Member): string {
  if (!node.computed) return nameOf(node.property);
  return node.property.type === 'StringLiteral' || node.property.type === 'NumericLiteral' ? nameOf(node.property) : '[…]';
}
