import { blocks, strength } from '../../model/lock.ts';
import type { Statement } from '../../model/statement.ts';
import { effects, type RelationLock } from '../../sql/effects.ts';
import type { QualifiedName } from '../../sql/names.ts';

/** What is known of relations; rules pass their context. */
interface Known {
  isNew(name: QualifiedName): boolean;
  createdHere(name: QualifiedName): boolean;
  tableOfIndex(index: QualifiedName): QualifiedName | null;
}

/** The strongest lock of a statement that makes the traffic of an existing relation wait, or null. */
export function blockingLock(statement: Statement, known: Known): RelationLock | null {
  let strongest: RelationLock | null = null;
  for (const lock of effects(statement).locks) {
    if (blocks(lock.mode) === 'nothing' || isFree(lock, known)) continue;
    if (strongest === null || strength(lock.mode) > strength(strongest.mode)) strongest = lock;
  }
  return strongest;
}

/** Nobody can wait for a relation that this script created, nor for the index of such a table. */
function isFree(lock: RelationLock, known: Known): boolean {
  const table = known.tableOfIndex(lock.relation);
  if (table !== null && (lock.on === 'its table' || known.isNew(table))) return known.isNew(table);
  return known.isNew(lock.relation) && (lock.on === 'itself' || known.createdHere(lock.relation));
}
