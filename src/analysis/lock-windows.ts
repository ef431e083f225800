import { blocks, strength } from '../model/lock.ts';
import type { PlacedStatement, Statement } from '../model/statement.ts';
import type { HeldLock, LockWindow } from '../rules/define-rule.ts';
import { effects, type RelationLock } from '../sql/effects.ts';
import { nameKey, type QualifiedName } from '../sql/names.ts';
import { changesOf } from './notes.ts';
import { facts } from './script-facts.ts';
import type { TimelineInput } from './timeline.ts';

/**
 * The transactions of a script that block traffic, and how far they go on. What the script creates anywhere counts as new, so that ten thousand statements
 * need no timeline for it.
 */
export function lockWindows(input: TimelineInput): readonly LockWindow[] {
  const { script, mode } = input;
  const windows: LockWindow[] = [];
  const outside = mode?.kind === 'implicit' && script.statements.length > 1;
  let inTransaction = mode?.kind === 'transaction' || outside;
  let open: { readonly locks: HeldLock[]; readonly later: PlacedStatement[] } | null = null;
  for (const placed of script.statements) {
    const boundary = boundaryOf(placed.statement);
    if (boundary !== null) {
      inTransaction = boundary === 'begin' || outside;
      if (boundary !== 'begin') open = null;
      continue;
    }
    open?.later.push(placed);
    const taken = inTransaction ? blockingLocks(placed.statement).filter((lock) => !isNew(lock, input)) : [];
    if (taken.length === 0) continue;
    if (open === null) windows.push((open = { locks: [], later: [] }));
    for (const { relation, mode: taking } of taken) take(open.locks, { relation: tableOf(relation, input) ?? relation, mode: taking, by: placed });
  }
  return windows;
}

/** Of each statement that blocks traffic, whatever transaction it is in, the strongest lock. */
export function blockers(input: TimelineInput): readonly HeldLock[] {
  return input.script.statements.flatMap((placed) => {
    const [first, ...others] = blockingLocks(placed.statement).filter((lock) => !isNew(lock, input));
    if (first === undefined) return [];
    const { relation, mode } = others.reduce((most, each) => (strength(each.mode) > strength(most.mode) ? each : most), first);
    return [{ relation: tableOf(relation, input) ?? relation, mode, by: placed }];
  });
}

function boundaryOf(statement: Statement): 'begin' | 'commit' | 'rollback' | null {
  for (const change of changesOf(statement)) if (change.kind === 'transaction') return change.to;
  return null;
}

/** A weaker lock on the same relation adds nothing. */
function take(locks: HeldLock[], lock: HeldLock): void {
  const held = locks.filter((each) => nameKey(each.relation) === nameKey(lock.relation));
  if (!held.some((each) => strength(each.mode) >= strength(lock.mode))) locks.push(lock);
}

const none: readonly RelationLock[] = [];
const kept = new WeakMap<Statement, readonly RelationLock[]>();

function blockingLocks(statement: Statement): readonly RelationLock[] {
  if (statement.kind === 'InsertStmt' || statement.kind === 'UpdateStmt' || statement.kind === 'DeleteStmt') return none;
  const { locks } = effects(statement);
  if (locks.length === 0) return none;
  const known = kept.get(statement);
  if (known !== undefined) return known;
  const blocking = locks.filter((lock) => blocks(lock.mode) !== 'nothing');
  kept.set(statement, blocking);
  return blocking;
}

function isNew(lock: RelationLock, input: TimelineInput): boolean {
  const table = tableOf(lock.relation, input);
  const isMade = (name: QualifiedName): boolean => facts(input.script.statements).created.has(nameKey(name)) || (input.side === 'down' && input.otherSide !== null && facts(input.otherSide.statements).created.has(nameKey(name)));
  if (table !== null) return isMade(table);
  return lock.on === 'itself' && isMade(lock.relation);
}

/** The table of an index that the history, the script or the other one creates. */
function tableOf(relation: QualifiedName, { script, otherSide, past }: TimelineInput): QualifiedName | null {
  const key = nameKey(relation);
  return past.schema.tableOfIndex(key) ?? facts(script.statements).indexes.get(key) ?? (otherSide === null ? null : (facts(otherSide.statements).indexes.get(key) ?? null));
}
