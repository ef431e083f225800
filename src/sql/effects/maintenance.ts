import { lockModes, type LockMode } from '../../model/lock.ts';
import type { AstNode } from '../../model/statement.ts';
import type { Effects } from '../effects.ts';
import { relationName } from '../names.ts';
import { child, listOf, text } from '../walk.ts';
import { lock, lockEach, lockName, lockTableOf } from './locks.ts';
import { alongWrites, reads } from './queries.ts';

export function truncate(node: AstNode): Partial<Effects> {
  return {
    locks: lockEach(listOf(node['relations'], 'RangeVar'), 'ACCESS EXCLUSIVE'),
    furtherLocks: node['behavior'] === 'DROP_CASCADE' ? 'ACCESS EXCLUSIVE on every table that references these' : null,
  };
}

export function lockTable(node: AstNode): Partial<Effects> {
  const number = typeof node['mode'] === 'number' ? node['mode'] : lockModes.length;
  const mode: LockMode = lockModes[number - 1] ?? 'ACCESS EXCLUSIVE';
  return { locks: lockEach(listOf(node['relations'], 'RangeVar'), mode) };
}

export function refresh(node: AstNode): Partial<Effects> {
  const concurrent = node['concurrent'] === true;
  const view = child(node, 'relation');
  return {
    refreshed: view === null ? null : { view: relationName(view), populated: node['skipData'] !== true },
    locks: lock(view, concurrent ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE'),
    furtherLocks: 'ACCESS SHARE on the relations that its query reads',
    rewrite: concurrent || node['skipData'] === true ? { kind: 'no' } : { kind: 'yes', reason: 'the whole view is computed and written anew' },
  };
}

/** REINDEX locks the table as CREATE INDEX does and each index ACCESS EXCLUSIVE (manual, REINDEX). */
export function reindex(node: AstNode): Partial<Effects> {
  const concurrent = option(node['params'], 'concurrently');
  const relation = child(node, 'relation');
  const outsideOnly = concurrent ? 'REINDEX CONCURRENTLY' : relation === null ? 'REINDEX of a whole schema or database' : null;
  if (relation === null) return { outsideOnly, furtherLocks: 'SHARE on each table in turn, ACCESS EXCLUSIVE on its indexes' };
  const name = relationName(relation);
  const rewrite = { kind: 'yes', reason: 'the index is built anew' } as const;
  const onTable = concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE';
  if (text(node, 'kind') === 'REINDEX_OBJECT_INDEX') {
    return { outsideOnly, outsideWhenPartitioned: 'REINDEX of a partitioned index', rewrite, locks: [lockName(name, concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE'), lockTableOf(name, onTable)] };
  }
  return { outsideOnly, outsideWhenPartitioned: 'REINDEX of a partitioned table', rewrite, locks: [lockName(name, onTable)], furtherLocks: concurrent ? null : 'ACCESS EXCLUSIVE on each of its indexes in turn' };
}

export function cluster(node: AstNode): Partial<Effects> {
  const relation = child(node, 'relation');
  if (relation === null) return { outsideOnly: 'CLUSTER without a table', furtherLocks: 'ACCESS EXCLUSIVE on each clustered table in turn' };
  return { locks: lock(relation, 'ACCESS EXCLUSIVE'), outsideWhenPartitioned: 'CLUSTER of a partitioned table', rewrite: { kind: 'yes', reason: 'CLUSTER writes the table and its indexes anew' } };
}

export function vacuum(node: AstNode): Partial<Effects> {
  const relations = listOf(node['rels'], 'VacuumRelation').map((each) => child(each, 'relation')).filter((each) => each !== null);
  if (node['is_vacuumcmd'] !== true) return { locks: lockEach(relations, 'SHARE UPDATE EXCLUSIVE') };
  const full = option(node['options'], 'full');
  return {
    locks: lockEach(relations, full ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE'),
    rewrite: full ? { kind: 'yes', reason: 'VACUUM FULL writes the table and its indexes anew' } : { kind: 'no' },
    outsideOnly: 'VACUUM',
  };
}

export function copy(node: AstNode): Partial<Effects> {
  const target = lock(child(node, 'relation'), node['is_from'] === true ? 'ROW EXCLUSIVE' : 'ACCESS SHARE');
  return { locks: [...target, ...reads(node['query'])], furtherLocks: node['is_from'] === true ? alongWrites : null };
}

/** A parenthesised option: on when it is given without a value or with a true one. */
export function option(options: unknown, name: string): boolean {
  const found = listOf(options, 'DefElem').find((each) => text(each, 'defname') === name);
  return found !== undefined && isOn(found);
}

/** Whether an option (a `DefElem`) is given without a value or with a true one. */
export function isOn(option: AstNode): boolean {
  const value = child(option, 'arg');
  if (value === null) return true;
  const word = text(child(value, 'String') ?? {}, 'sval');
  return word === null ? child(value, 'Integer')?.['ival'] === 1 || child(value, 'Boolean')?.['boolval'] === true : !['false', 'off', '0'].includes(word.toLowerCase());
}
