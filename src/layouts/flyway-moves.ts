import type { Migration } from '../model/migration.ts';
import type { FolderView, Layout } from './layout.ts';
import { fileMoves, type FileName, type LayoutMoves } from './moves.ts';

/** Version and description stand in the names of three files: the script, the one that undoes it, and what either of them says of itself in a `.conf`. */
export function flywayMoves(layout: Pick<Layout, 'next'>): LayoutMoves {
  const moves = fileMoves(layout, namesOf);
  return {
    ...moves,
    // A repeatable script has no version: it runs after all others whatever it is called.
    newIds: (request) => {
      const ids = moves.newIds({ ...request, moving: request.moving.filter(isVersioned) });
      let at = -1;
      return request.moving.map((each) => (isVersioned(each) ? (ids[at += 1] ?? each.id) : each.id));
    },
  };
}

function isVersioned({ id }: Migration): boolean {
  return id.startsWith('V');
}

function namesOf(folder: FolderView, { up, down }: Migration, id: string): readonly FileName[] {
  const inside = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
  const undo = id.replace(/^V/, 'U');
  const scripts = [{ path: up.path, to: `${inside(up.path)}${id}.sql` }, ...(down === null ? [] : [{ path: down.path, to: `${inside(down.path)}${undo}.sql` }])];
  const known = new Set(folder.files.map((file) => `${folder.path}/${file}`));
  return scripts.flatMap(({ path, to }) => [{ path, to }, ...(known.has(`${path}.conf`) ? [{ path: `${path}.conf`, to: `${to}.conf` }] : [])]);
}
