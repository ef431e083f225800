import type { AstNode } from '../model/statement.ts';

/** A node together with its type's name. */
export interface TypedNode {
  readonly kind: string;
  readonly node: AstNode;
}

/** Opens a wrapped node, `{ColumnDef: {…}}`; null for anything else. */
export function unwrap(value: unknown): TypedNode | null {
  if (!isNode(value)) return null;
  const kind = Object.keys(value)[0];
  const node = kind === undefined ? undefined : value[kind];
  return kind !== undefined && isNode(node) ? { kind, node } : null;
}

/** The wrapped nodes of a list field, those of one type only. */
export function listOf(value: unknown, kind: string): readonly AstNode[] {
  return nodes(value).filter((each) => each.kind === kind).map((each) => each.node);
}

/** The wrapped nodes of a list field. */
export function nodes(value: unknown): readonly TypedNode[] {
  return Array.isArray(value) ? value.map(unwrap).filter((each) => each !== null) : [];
}

/** A field that holds a node without a wrapper, such as a statement's `relation`. */
export function child(node: AstNode, field: string): AstNode | null {
  const value = node[field];
  return isNode(value) ? value : null;
}

export function text(node: AstNode, field: string): string | null {
  const value = node[field];
  return typeof value === 'string' ? value : null;
}

/** The words of a list of `String` nodes: `{names: [{String: {sval}}]}`. */
export function words(value: unknown): readonly string[] {
  return listOf(value, 'String').map((each) => text(each, 'sval') ?? '');
}

/** Visits every node below a value, parents first; `visit` returns 'skip' to leave out what is below. */
export function walk(value: unknown, visit: (each: TypedNode) => 'skip' | undefined): void {
  if (Array.isArray(value)) {
    for (const each of value) walk(each, visit);
  } else if (isNode(value)) {
    for (const kind in value) {
      const node = value[kind];
      if (typeof node !== 'object') continue;
      // A type's name begins with a capital, a field's does not.
      const isType = kind.charCodeAt(0) < 97;
      if (isType && isNode(node) && visit({ kind, node }) === 'skip') continue;
      walk(node, visit);
    }
  }
}

export function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
