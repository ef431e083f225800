import type { FolderView, Layout } from '../layouts/layout.ts';
import { filesOf } from '../layouts/moves.ts';
import type { FileChange } from '../model/file-change.ts';
import type { Migration } from '../model/migration.ts';
import type { Span } from '../model/span.ts';
import type { MergedFolder } from './merged.ts';
import { relative } from './paths.ts';
import type { MigrationFolder } from './project.ts';

/**
 * What puts a merged migration back as it was: its up, and where it is gone everything that was its own. Of a file that holds other migrations
 * too, its part alone.
 */
export function restoredFiles(folder: MigrationFolder, merged: MergedFolder, was: Migration): readonly FileChange[] {
  const now = folder.migrations.find(({ id }) => id === was.id);
  const file = relative(folder.path, was.up.path);
  const isShared = [...folder.migrations, ...merged.migrations].some((each) => each.id !== was.id && each.up.path === was.up.path);
  if (isShared && folder.view.read(file) !== null) return [{ kind: 'replace', path: was.up.path, text: withPart(folder, merged, was) }];
  const wanted = now === undefined ? filesOf(merged.view, was) : [was.up.path];
  return wanted.flatMap((path): readonly FileChange[] => {
    const name = relative(folder.path, path);
    const text = merged.view.read(name);
    if (text === null || text === folder.view.read(name)) return [];
    return [{ kind: folder.view.files.includes(name) ? 'replace' : 'create', path, text }];
  });
}

/** The file with the migration's part as it was; one that is gone stands behind those that stood before it. */
function withPart(folder: MigrationFolder, merged: MergedFolder, was: Migration): string {
  const name = relative(folder.path, was.up.path);
  const [text, former] = [folder.view.read(name) ?? '', merged.view.read(name) ?? ''];
  const part = (of: string, migration: Migration, view: FolderView): Span | null => partOf(of, migration, { layout: folder.layout, folder: { ...folder, view } });
  const old = part(former, was, merged.view);
  if (old === null) return former;
  const words = former.slice(old.start, old.end);
  const here = part(text, was, folder.view);
  if (here !== null) {
    // Blank lines behind it belong to what follows now.
    const space = /\s*$/.exec(text.slice(here.start, here.end))?.[0] ?? '';
    return text.slice(0, here.start) + words.trimEnd() + space + text.slice(here.end);
  }
  const before = merged.migrations.slice(0, merged.migrations.findIndex(({ id }) => id === was.id)).filter(({ up }) => up.path === was.up.path);
  const end = before.reverse().map((each) => part(text, each, folder.view)?.end).find((each) => each !== undefined);
  const at = end ?? folder.migrations.map((each) => (each.up.path === was.up.path ? part(text, each, folder.view)?.start : undefined)).find((each) => each !== undefined) ?? text.length;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const glue = at > 0 && text[at - 1] !== '\n' ? eol : '';
  return text.slice(0, at) + glue + words + (words.endsWith('\n') ? '' : eol) + text.slice(at);
}

function partOf(text: string, migration: Migration, { layout, folder }: { readonly layout: Layout; readonly folder: MigrationFolder }): Span | null {
  return layout.read(text, { path: migration.up.path, id: migration.id, side: 'up', config: folder.config, folder: folder.view })?.span ?? null;
}
