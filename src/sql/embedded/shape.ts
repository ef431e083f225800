import type { Function as AnyFunction, Node, Program } from '@babel/types';
import type { Span } from '../../model/span.ts';
import { spanOf } from './pieces.ts';
import { childrenOf } from './scope.ts';

/** How the function of a side is written in its file, so that it can be written anew, or another like it. */
export interface EntryShape {
  /** What it calls the connection; null where it takes none by a name. */
  readonly parameter: string | null;
  readonly runs: 'async' | 'sync';
  /** Where `async` would stand. */
  readonly start: number;
  /** Between its braces; null for the expression of an arrow function. */
  readonly body: Span | null;
  /** The expression of an arrow function without braces. */
  readonly expression: Span | null;
  /** Where its last statement begins, if that is a `return`. */
  readonly returns: number | null;
  readonly place: EntryPlace;
}

/** The statement, the member of a class or the property of an object that gives the file this side. */
export interface EntryPlace {
  readonly span: Span;
  readonly kind: 'statement' | 'member' | 'property';
}

export function shapeOf(node: AnyFunction, program: Program): EntryShape {
  const [first] = node.params;
  const isMethod = node.type === 'ClassMethod' || node.type === 'ObjectMethod' || node.type === 'ClassPrivateMethod';
  const isBlock = node.body.type === 'BlockStatement';
  const last = node.body.type === 'BlockStatement' ? node.body.body.at(-1) : undefined;
  const { start, end } = spanOf(node.body);
  return {
    parameter: first?.type === 'Identifier' ? first.name : null,
    runs: node.async ? 'async' : 'sync',
    start: spanOf(isMethod ? node.key : node).start,
    body: isBlock && end - start >= 2 ? { start: start + 1, end: end - 1 } : null,
    expression: isBlock ? null : { start, end },
    returns: last?.type === 'ReturnStatement' ? spanOf(last).start : null,
    place: placeOf(node, program),
  };
}

function placeOf(node: AnyFunction, program: Program): EntryPlace {
  const target = spanOf(node);
  let found: EntryPlace = { span: target, kind: 'statement' };
  for (let at: Node | undefined = program; at !== undefined && at !== node; at = childrenOf(at).find((child) => holds(child, target))) {
    const kind = placeKinds[at.type];
    if (kind !== undefined) found = { span: spanOf(at), kind };
    else if (program.body.some((statement) => statement === at)) found = { span: spanOf(at), kind: 'statement' };
  }
  const own = placeKinds[node.type];
  return own === undefined ? found : { span: target, kind: own };
}

const placeKinds: Readonly<Record<string, EntryPlace['kind']>> = { ClassMethod: 'member', ClassProperty: 'member', ObjectMethod: 'property', ObjectProperty: 'property' };

function holds(node: Node, target: Span): boolean {
  const { start, end } = spanOf(node);
  return start <= target.start && target.end <= end;
}
