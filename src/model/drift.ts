import type { SchemaChange } from './snapshot.ts';

/** DDL that leads from one catalog to another, and why it is not the whole way, or null. */
export interface Route {
  readonly statements: readonly string[];
  readonly reason: string | null;
}

/** How a catalog differs from the one that a history yields. */
export interface DriftReport {
  readonly version: 1;
  /** The migration folder. */
  readonly folder: string;
  readonly migrations: number;
  /** Where the history was replayed: "embedded PostgreSQL 18.6". */
  readonly replayedOn: string;
  readonly other: {
    readonly kind: 'server' | 'declared';
    /** "PostgreSQL 17.4 by DATABASE_URL", "the declared schema". */
    readonly title: string;
  };
  /** From the history to the other. */
  readonly differences: readonly SchemaChange[];
  readonly toOther: Route;
  readonly toHistory: Route;
  /** What was left out of the comparison, in words. */
  readonly notCompared: readonly string[];
}
