import type { Migration } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import type { FolderView, Listing } from './layout.ts';
import { at, unreadable } from './scripts.ts';

/** A file whose name begins with its version. */
export interface NumberedFile {
  readonly file: string;
  /** The file's name without its extension. */
  readonly id: string;
  readonly number: string;
  readonly name: string;
}

/** The folder's own files that a grammar with the groups `number` and `name` takes, sorted by name. */
export function numberedFiles(folder: FolderView, grammar: RegExp): readonly NumberedFile[] {
  return folder.files.flatMap((file) => {
    const { number, name } = grammar.exec(file)?.groups ?? {};
    return number === undefined ? [] : [{ file, id: idOf(file), number, name: name ?? '' }];
  });
}

/** Two files of one id are one migration written twice: no number tells them apart. */
function idOf(file: string): string {
  return file.replace(/\.[^.]*$/, '');
}

interface Listed {
  hasDown(text: string, file: string): boolean;
  /** What the tool compares: equal for files that it takes for one migration. */
  versionOf(file: NumberedFile): string;
  /** What comes of two files with the same version. */
  twin(first: string, second: string): string;
}

/** Migrations of which each is one file with both sides. */
export function listNumbered(folder: FolderView, files: readonly NumberedFile[], { hasDown, versionOf, twin }: Listed): Listing {
  const migrations = files.map(({ file, id, name }): Migration => {
    const path = at(folder, file);
    return { id, name: name === '' ? id : name, up: { path }, down: hasDown(folder.read(file) ?? '', file) ? { path } : null, downPath: path };
  });
  const byVersion = new Map<string, string>();
  const twins: ProjectProblem[] = [];
  for (const each of files) {
    const first = byVersion.get(versionOf(each));
    if (first === undefined) byVersion.set(versionOf(each), each.file);
    else twins.push({ path: at(folder, each.file), message: twin(first, each.file), next: 'Give the one that was merged later a version of its own.', ...(each.id === idOf(first) ? {} : { renumber: at(folder, each.file) }) });
  }
  return { migrations, problems: [...twins, ...unreadable(folder, files.map(({ file }) => file))] };
}
