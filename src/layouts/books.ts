import type { FileChange } from '../model/file-change.ts';
import type { FolderView, NewMigration } from './layout.ts';

/** What a tool keeps beside its scripts, for when those come by other ways than the tool's own or `next`. */
export interface LayoutBooks {
  /** `now` has the scripts of a migration as `was` had them: it was edited, or gone. What has to follow them. */
  restored(now: FolderView, was: FolderView, id: string): readonly FileChange[];
  /** What the tool would write beside an up that it has not made itself; left out: `next` has written all. */
  made?(now: FolderView, made: NewMigration, date: Date): readonly FileChange[];
}
