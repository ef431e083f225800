import type { FileChange } from '../model/file-change.ts';
import type { FolderView } from './layout.ts';
import { compareText } from './naming.ts';
import { at } from './scripts.ts';

/** The folder as it will be when changes have been made in it. */
export function withChanges(folder: FolderView, changes: readonly FileChange[]): FolderView {
  const texts = new Map<string, string | null>();
  const present = new Set(folder.files);
  const put = (path: string, text: string | null): void => {
    const file = path.slice(folder.path.length).replace(/^\//, '');
    texts.set(file, text);
    if (text === null) present.delete(file);
    else present.add(file);
  };
  const read = (file: string): string | null => (texts.has(file) ? (texts.get(file) ?? null) : folder.read(file));
  for (const change of changes) {
    if (change.kind === 'delete') put(change.path, null);
    else if (change.kind === 'move') {
      const text = change.text ?? read(change.path.slice(folder.path.length).replace(/^\//, '')) ?? '';
      put(change.path, null);
      put(change.to, text);
    } else put(change.path, change.text);
  }
  return { path: folder.path, files: [...present].sort(compareText), read };
}

/** The fewest changes that make one state of a folder of another. What cannot be read is left alone. */
export function changesBetween(before: FolderView, after: FolderView): readonly FileChange[] {
  const [former, present] = [new Set(before.files), new Set(after.files)];
  return [...new Set([...before.files, ...after.files])].sort(compareText).flatMap((file): readonly FileChange[] => {
    const [was, is] = [former.has(file) ? before.read(file) : null, present.has(file) ? after.read(file) : null];
    const path = at(before, file);
    if (!present.has(file)) return [{ kind: 'delete', path }];
    if (is === null || was === is) return [];
    return [{ kind: former.has(file) ? 'replace' : 'create', path, text: is }];
  });
}
