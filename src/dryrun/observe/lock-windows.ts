import type { LockWindow, StatementTrace } from '../../model/trace.ts';

/** Locks last until the end of their transaction (manual 13.3); each window starts with the statement that took the lock. */
export function lockWindows(statements: readonly StatementTrace[], endOf: (transaction: number) => number): readonly LockWindow[] {
  return statements.flatMap(({ locks, startedAt, transaction, index }) =>
    locks.kind === 'unavailable'
      ? []
      : locks.value.map((lock) => ({ ...lock, from: startedAt, to: endOf(transaction), statement: index })),
  );
}
