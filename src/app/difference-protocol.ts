import type { FileChange } from '../model/file-change.ts';
import type { DryRunParams, NewMigrationAnswer } from './editor-protocol.ts';

export interface OpenDifferenceParams extends Omit<DryRunParams, 'probe'> {
  /** Id of a merged migration that is gone; `uri` is then its folder's. */
  readonly gone?: string;
  /** Of the new migration; left out: one is made of the edited one's. */
  readonly name?: string;
}

/** What restores a merged migration, for the editor to do as one step that can be undone; nothing has been written. Paths are the file system's. */
export interface OpenDifferenceAnswer {
  readonly kind: 'difference';
  /** The migration that is restored. */
  readonly restored: string;
  /** The new one; null where there is nothing for it to do. */
  readonly id: string | null;
  readonly made: NewMigrationAnswer | null;
  readonly changes: readonly FileChange[];
  /** What the new one does not do, a sentence each. */
  readonly notes: readonly string[];
}
