import type { TransactionMode } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import { wholeSource } from '../model/source.ts';
import type { FolderView, ScriptReading } from './layout.ts';

/** A file that is one script from its first character to its last. */
export function wholeFile(text: string, mode: TransactionMode): ScriptReading {
  return { source: wholeSource(text), span: { start: 0, end: text.length }, mode, problems: [] };
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
      next: 'Save it as UTF-8 (UTF-16 and binary files cannot be checked), or allow reading it; a link has to lead to a file.',
    }));
}

/** Whether a path that somebody wrote leads out of the folder that it is relative to; such places are neither read nor written. */
export function isOutside(path: string): boolean {
  return /^([/\\]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)/.test(path);
}
