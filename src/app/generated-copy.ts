import type { Question } from './drizzle-prompts.ts';
import { join, parent, within } from './paths.ts';
import type { FilePort } from './ports.ts';
import type { MigrationFolder } from './project.ts';

/** Answers a question of the tool: the index of an option, or null when the user gave up. */
export type ChoosePort = (question: Question) => Promise<number | null>;

export interface CopyRequest {
  readonly folder: MigrationFolder;
  readonly name: string;
  readonly signal: AbortSignal;
  readonly choose: ChoosePort;
}

/** A copy of a folder to which the tool has added a migration. */
export interface GeneratedCopy {
  readonly folder: MigrationFolder;
  /** Null when the schema declares nothing that the migrations do not have. */
  readonly id: string | null;
  /** Whose work it is. */
  readonly tool: 'drizzle-kit' | 'prisma';
}

/** Removes a folder of ours, whoever left it. */
export async function clearFolder(files: FilePort, place: string): Promise<void> {
  const listed = await files.list(place, 4);
  const folders = new Set([place]);
  for (const file of listed) {
    await files.restore(join(place, file), null);
    for (let at = parent(join(place, file)); within(place, at); at = parent(at)) folders.add(at);
  }
  for (const folder of [...folders].sort((a, b) => b.length - a.length)) await files.restore(folder, null);
}
