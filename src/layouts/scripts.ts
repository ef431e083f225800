import type { Script } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import type { FolderView } from './layout.ts';

/** A script that is a whole file. What cannot be read counts as empty; `unreadable` says so. */
export function wholeFile(folder: FolderView, file: string): Script {
  return { path: at(folder, file), span: { start: 0, end: folder.read(file)?.length ?? 0 } };
}

export function at(folder: FolderView, file: string): string {
  return folder.path.endsWith('/') ? `${folder.path}${file}` : `${folder.path}/${file}`;
}

/** One problem for each of the files that is not text. */
export function unreadable(folder: FolderView, files: readonly string[]): readonly ProjectProblem[] {
  return files
    .filter((file) => folder.read(file) === null)
    .map((file) => ({
      path: at(folder, file),
      message: `${file} is not readable as UTF-8 text.`,
      next: 'Save it as UTF-8 (UTF-16 and binary files cannot be checked), or allow reading it.',
    }));
}
