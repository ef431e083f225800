import type { LockWindow, StatementTrace } from '../../model/trace.ts';

/**
 * Locks last until the end of their transaction (manual 13.3); each window starts with the statement that took the lock.
 * What a second session sampled lasted at least from its first sight to its last.
 */
export function lockWindows(statements: readonly StatementTrace[], endOf: (transaction: number) => number): readonly LockWindow[] {
  return statements.flatMap(({ locks, startedAt, transaction, index }) =>
    locks.kind === 'unavailable'
      ? []
      : locks.value.map(({ seen, ...lock }): LockWindow => {
          if (seen === undefined) return { ...lock, from: startedAt, to: endOf(transaction), statement: index };
          return { ...lock, from: startedAt + seen.from, to: startedAt + seen.to, statement: index, sampled: true };
        }),
  );
}
