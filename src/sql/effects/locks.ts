import type { LockMode } from '../../model/lock.ts';
import type { AstNode } from '../../model/statement.ts';
import type { RelationLock } from '../effects.ts';
import { relationName, type QualifiedName } from '../names.ts';
import { words } from '../walk.ts';

/** A lock on the relation of a `RangeVar`; none when the statement names no relation. */
export function lock(rangeVar: AstNode | null, mode: LockMode): readonly RelationLock[] {
  return rangeVar === null ? [] : [{ relation: relationName(rangeVar), mode, on: 'itself' }];
}

export function lockEach(rangeVars: readonly AstNode[], mode: LockMode): readonly RelationLock[] {
  return rangeVars.flatMap((each) => lock(each, mode));
}

export function lockName(relation: QualifiedName, mode: LockMode): RelationLock {
  return { relation, mode, on: 'itself' };
}

export function lockTableOf(index: QualifiedName, mode: LockMode): RelationLock {
  return { relation: index, mode, on: 'its table' };
}

/** What is OF a composite type keeps that from changing; the type is a relation of its own. */
export function typeLock(typeName: AstNode | null): readonly RelationLock[] {
  const parts = words(typeName?.['names']);
  const name = parts.at(-1);
  return name === undefined ? [] : [lockName({ schema: parts.at(-2) ?? null, name }, 'ACCESS SHARE')];
}
