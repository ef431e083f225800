import type { LockMode } from '../../../src/model/lock.ts';

/** One form of a statement that runs on real servers. `depends` says how the claim "it depends" turns out here. */
export interface Form {
  readonly sql: string;
  /** First and last major that have the form, or do it this way. */
  readonly from?: number;
  readonly until?: number;
  readonly rewrites?: boolean;
  readonly scans?: boolean;
  /** It gives the table new files because it empties it: no rewrite of rows. */
  readonly empties?: true;
  /** What the locks that only the catalog can name turn out to be here. */
  readonly further?: Readonly<Record<string, LockMode>>;
}
