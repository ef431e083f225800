import { at } from './scripts.ts';
import { fileMoves, movedFiles, type LayoutMoves, type Moves, type MovesRequest } from './moves.ts';
import type { Layout } from './layout.ts';

/** Where the file names a class, whose name is what the tool records, it gets its new name together with the file. */
export function movedClasses(classNameOf: (id: string) => string): (layout: Pick<Layout, 'next'>) => LayoutMoves {
  const moved = (request: MovesRequest): Moves => {
    const { folder, renamings } = request;
    const moves = movedFiles(request);
    if (moves.kind === 'refused') return moves;
    const names = new Map(renamings.map(({ migration, id }) => [migration.up.path, { from: classNameOf(migration.id), to: classNameOf(id) }]));
    const changes = moves.changes.map((change) => {
      const name = names.get(change.path);
      const text = folder.files.map((file) => ({ file, path: at(folder, file) })).find(({ path }) => path === change.path)?.file;
      const whole = text === undefined ? null : folder.read(text);
      if (change.kind !== 'move' || name === undefined || whole === null || !whole.includes(name.from)) return change;
      return { ...change, text: whole.replaceAll(new RegExp(`(?<![\\w$])${name.from}(?![\\w$])`, 'g'), name.to) };
    });
    return { kind: 'changes', changes };
  };
  return (layout) => ({ ...fileMoves(layout), moved, renamed: moved });
}
