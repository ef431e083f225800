import { strength, type LockMode } from '../../model/lock.ts';
import type { AstNode } from '../../model/statement.ts';
import type { Effects, RelationLock } from '../effects.ts';
import { nameKey, relationName } from '../names.ts';
import { child, listOf, nodes, text, unwrap, walk, type TypedNode } from '../walk.ts';
import { lock } from './locks.ts';
import { configCall } from './session.ts';

/** What foreign keys and triggers do to other tables while rows are written. */
export const alongWrites = 'ROW SHARE or ROW EXCLUSIVE on tables that foreign keys tie to it, and whatever its triggers touch';

/** INSERT, UPDATE, DELETE and MERGE lock their target against schema changes and DDL, and read the rest (manual 13.3.1). */
export function dml(node: AstNode): Partial<Effects> {
  const target = lock(child(node, 'relation'), 'ROW EXCLUSIVE');
  return { locks: merge([...target, ...reads(node)]), furtherLocks: alongWrites };
}

export function select(node: AstNode): Partial<Effects> {
  const into = child(child(node, 'intoClause') ?? {}, 'rel');
  return {
    locks: reads({ SelectStmt: node }),
    setting: configCall(node),
    created: into === null ? [] : [{ name: relationName(into), kind: 'table', table: null }],
  };
}

/** ACCESS SHARE on every relation that a query names, ROW SHARE where it locks the rows; names of its own WITH queries are no relations. */
export function reads(node: unknown): readonly RelationLock[] {
  const own = new Set<string>();
  const rowsLocked = new Set<AstNode>();
  const found: RelationLock[] = [];
  walk(node, ({ kind, node: each }) => {
    // The names after OF can be aliases: what they stand for was found with the query.
    if (kind === 'LockingClause') return 'skip';
    if (kind === 'SelectStmt') for (const table of lockedBy(each)) rowsLocked.add(table);
    if (kind === 'CommonTableExpr') own.add(text(each, 'ctename') ?? '');
    else if (kind === 'RangeVar') found.push(...lock(each, rowsLocked.has(each) ? 'ROW SHARE' : 'ACCESS SHARE'));
    else if (writes.has(kind)) found.push(...lock(child(each, 'relation'), 'ROW EXCLUSIVE'));
    return undefined;
  });
  return merge(own.size === 0 ? found : found.filter((each) => each.relation.schema !== null || !own.has(each.relation.name)));
}

const writes = new Set(['UpdateStmt', 'InsertStmt', 'DeleteStmt', 'MergeStmt']);

/** The tables in FROM whose rows FOR UPDATE and its like lock: all of them, or those that OF names (manual, SELECT, the locking clause). */
function lockedBy(query: AstNode): readonly AstNode[] {
  return listOf(query['lockingClause'], 'LockingClause').flatMap((clause) => {
    const named = listOf(clause['lockedRels'], 'RangeVar').map((each) => relationName(each).name);
    return nodes(query['fromClause']).flatMap((item) => tablesOf(item, named.length === 0 ? null : new Set(named)));
  });
}

/** The clause reaches into a query in FROM, but not into a WITH query or one of WHERE. */
function tablesOf({ kind, node }: TypedNode, named: ReadonlySet<string> | null): readonly AstNode[] {
  const alias = text(child(node, 'alias') ?? {}, 'aliasname');
  if (kind === 'JoinExpr') return [unwrap(node['larg']), unwrap(node['rarg'])].flatMap((each) => (each === null ? [] : tablesOf(each, named)));
  if (kind === 'RangeVar') return named === null || named.has(alias ?? relationName(node).name) ? [node] : [];
  if (kind !== 'RangeSubselect' || (named !== null && !named.has(alias ?? ''))) return [];
  return nodes(unwrap(node['subquery'])?.node['fromClause']).flatMap((each) => tablesOf(each, null));
}

/** The strongest for each relation. */
function merge(locks: readonly RelationLock[]): readonly RelationLock[] {
  if (locks.length < 2) return locks;
  const strongest = new Map<string, RelationLock>();
  for (const each of locks) {
    const key = nameKey(each.relation);
    if (isStronger(each.mode, strongest.get(key)?.mode)) strongest.set(key, each);
  }
  return [...strongest.values()];
}

function isStronger(mode: LockMode, than: LockMode | undefined): boolean {
  return than === undefined || strength(mode) > strength(than);
}
