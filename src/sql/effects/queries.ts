import type { LockMode } from '../../model/lock.ts';
import type { AstNode } from '../../model/statement.ts';
import type { Effects, RelationLock } from '../effects.ts';
import { nameKey, relationName } from '../names.ts';
import { child, listOf, text, walk } from '../walk.ts';
import { lock } from './locks.ts';
import { configCall } from './session.ts';

/** INSERT, UPDATE, DELETE and MERGE lock their target against schema changes and DDL, and read the rest (manual 13.3.1). */
export function dml(node: AstNode): Partial<Effects> {
  const target = lock(child(node, 'relation'), 'ROW EXCLUSIVE');
  return { locks: merge([...target, ...reads(node)]), furtherLocks: null };
}

export function select(node: AstNode): Partial<Effects> {
  const into = child(child(node, 'intoClause') ?? {}, 'rel');
  const locked = listOf(node['lockingClause'], 'LockingClause').length > 0 ? 'ROW SHARE' : 'ACCESS SHARE';
  return {
    locks: merge(readsAs(node, locked)),
    setting: configCall(node),
    created: into === null ? [] : [{ name: relationName(into), kind: 'table', table: null }],
  };
}

/** ACCESS SHARE on every relation that a query names; names of its own WITH queries are no relations. */
export function reads(node: unknown): readonly RelationLock[] {
  return merge(readsAs(node, 'ACCESS SHARE'));
}

function readsAs(node: unknown, mode: LockMode): readonly RelationLock[] {
  const own = new Set<string>();
  const found: RelationLock[] = [];
  walk(node, ({ kind, node: each }) => {
    if (kind === 'CommonTableExpr') own.add(text(each, 'ctename') ?? '');
    else if (kind === 'RangeVar') found.push(...lock(each, mode));
    else if (writes.has(kind)) found.push(...lock(child(each, 'relation'), 'ROW EXCLUSIVE'));
    return undefined;
  });
  return own.size === 0 ? found : found.filter((each) => each.relation.schema !== null || !own.has(each.relation.name));
}

const writes = new Set(['UpdateStmt', 'InsertStmt', 'DeleteStmt', 'MergeStmt']);

/** One entry for each relation and mode. */
function merge(locks: readonly RelationLock[]): readonly RelationLock[] {
  const seen = new Map<string, RelationLock>();
  for (const each of locks) {
    const key = `${nameKey(each.relation)} ${each.mode}`;
    if (!seen.has(key)) seen.set(key, each);
  }
  return [...seen.values()];
}
