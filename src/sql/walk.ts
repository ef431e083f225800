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

/**
 * Visits every typed node below a value, parents first, in the order of the text; `visit` returns 'skip' to leave out what is below.
 * It keeps its own stack, because PostgreSQL accepts expressions that are nested deeper than JavaScript can recurse.
 */
export function walk(value: unknown, visit: (each: TypedNode) => 'skip' | undefined): void {
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    const from = pending.length;
    if (Array.isArray(next)) for (const each of next) pending.push(each);
    else if (isNode(next)) {
      for (const field in next) {
        const below = next[field];
        if (typeof below !== 'object') continue;
        // A type's name begins with a capital, a field's does not.
        if (field.charCodeAt(0) < lowerA && isNode(below) && visit({ kind: field, node: below }) === 'skip') continue;
        pending.push(below);
      }
    }
    reverse(pending, from);
  }
}

export function isNode(value: unknown): value is AstNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const lowerA = 97;

/** What was pushed last is popped first: turned round, the first comes first. */
function reverse(pending: unknown[], from: number): void {
  for (let low = from, high = pending.length - 1; low < high; low += 1, high -= 1) {
    const kept = pending[low];
    pending[low] = pending[high];
    pending[high] = kept;
  }
}
