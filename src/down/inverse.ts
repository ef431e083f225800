import type { Snapshot } from '../model/snapshot.ts';
import type { PlacedStatement } from '../model/statement.ts';

/** One statement of the up, with the catalog just before and just after it ran. */
export interface Step {
  readonly placed: PlacedStatement;
  readonly before: Snapshot;
  readonly after: Snapshot;
}

/**
 * How a statement is undone. `exact`: catalog and rows are as before. `lossy`: the statements bring back what can be brought
 * back, and the reason says what cannot. `impossible`: nothing undoes it. A statement that changed nothing is undone by no statement.
 */
export type Inverse =
  | { readonly kind: 'exact'; readonly statements: readonly string[] }
  | { readonly kind: 'lossy'; readonly statements: readonly string[]; readonly reason: string }
  | { readonly kind: 'impossible'; readonly reason: string };

export const nothing: Inverse = { kind: 'exact', statements: [] };

export function exact(...statements: readonly string[]): Inverse {
  return { kind: 'exact', statements };
}

/** Exact without a reason, lossy with one or several. */
export function because(reasons: readonly string[], statements: readonly string[]): Inverse {
  const told = [...new Set(reasons)];
  return told.length === 0 ? { kind: 'exact', statements } : { kind: 'lossy', statements, reason: told.join(' ') };
}

/** Where the down is going to run. */
export interface Circumstances {
  /** `elsewhere`: two databases are compared, each with rows of its own, so none are lost; left out: rows that are not here are gone. */
  readonly rows?: 'elsewhere';
  /** Major version of the servers. */
  readonly postgres: number;
  /** True when the down runs statement by statement, so that indexes can be built and dropped CONCURRENTLY. */
  readonly outsideTransaction: boolean;
}
