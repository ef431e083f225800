import type { FolderView } from '../../src/layouts/layout.ts';

/** A folder that exists in the test alone; the files' texts are what the layouts see. */
export function folderOf(texts: Readonly<Record<string, string | null>>, path = '/repo/db/migrations'): FolderView {
  return { path, files: Object.keys(texts).sort(), read: (file) => texts[file] ?? null };
}
