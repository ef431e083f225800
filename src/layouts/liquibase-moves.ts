import type { Migration } from '../model/migration.ts';
import type { FolderView } from './layout.ts';
import { readLiquibase, type Changeset } from './liquibase-file.ts';
import type { LayoutMoves, Moves, MovesRequest } from './moves.ts';

/** A changeset is a part of a file, which goes on without it; its id stands in its line, and other changesets can refer to it. */
export const liquibaseMoves: LayoutMoves = {
  newIds: ({ moving }) => moving.map(({ id }) => id),
  moved: () => ({ kind: 'refused', reason: 'Liquibase runs changesets where they stand and knows them by their ids, so none needs another number.' }),
  renamed,
  removed,
};

function renamed({ folder, renamings }: MovesRequest): Moves {
  const texts = new Map<string, string>();
  for (const { migration, id } of renamings) {
    const { path } = migration.up;
    const text = texts.get(path) ?? textAt(folder, path);
    const changeset = text === null ? null : changesetOf(text, migration);
    if (text === null || changeset === null) return gone(migration);
    const to = id.slice(id.lastIndexOf(':') + 1);
    const places = [idPlace(text, changeset), ...references(text, changeset)];
    if (places.some((place) => place === null)) return gone(migration);
    const edits = places.filter((place) => place !== null).toSorted((a, b) => b.start - a.start);
    texts.set(path, edits.reduce((whole, { start, end }) => whole.slice(0, start) + to + whole.slice(end), text));
  }
  return { kind: 'changes', changes: [...texts].map(([path, text]) => ({ kind: 'replace', path, text })) };
}

function removed(folder: FolderView, migration: Migration): Moves {
  const { path } = migration.up;
  const text = textAt(folder, path);
  const changeset = text === null ? null : changesetOf(text, migration);
  if (text === null || changeset === null) return gone(migration);
  const other = readLiquibase(text).changesets.find((each) => each !== changeset && references(text, changeset).some((place) => place !== null && each.span.start <= place.start && place.end <= each.span.end));
  if (other !== undefined) return { kind: 'refused', reason: `The rollback of ${other.author}:${other.id} runs ${changeset.author}:${changeset.id} once more.` };
  if (readLiquibase(text).changesets.length === 1) return { kind: 'changes', changes: [{ kind: 'delete', path }] };
  return { kind: 'changes', changes: [{ kind: 'replace', path, text: text.slice(0, changeset.span.start) + text.slice(changeset.span.end) }] };
}

function gone({ id }: Migration): Moves {
  return { kind: 'refused', reason: `The changeset ${id} is not to be found in its file.` };
}

function textAt(folder: FolderView, path: string): string | null {
  return folder.read(path.slice(folder.path.length + 1));
}

function changesetOf(text: string, { id }: Migration): Changeset | null {
  return readLiquibase(text).changesets.find((each) => `${each.author}:${each.id}` === id || id.endsWith(`::${each.id}::${each.author}`)) ?? null;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** Where the id stands in the line of its changeset, without quotes. */
function idPlace(text: string, { header }: Changeset): Place | null {
  const match = /^(\s*--\s*changeset\s+(?:"[^"]+"|[^:]+):)("[^"]+"|[^\s"]+)/i.exec(text.slice(header.start, header.end));
  const [, before, id] = match ?? [];
  if (before === undefined || id === undefined) return null;
  const quote = id.startsWith('"') ? 1 : 0;
  return { start: header.start + before.length + quote, end: header.start + before.length + id.length - quote };
}

/** Rollbacks that run it: `--rollback changesetId:1 changesetAuthor:ada`. */
function references(text: string, { id, author }: Changeset): readonly (Place | null)[] {
  return readLiquibase(text).changesets.flatMap(({ rollback }) => {
    if (rollback.kind !== 'reference' || rollback.id !== id || rollback.author !== author) return [];
    const [first] = rollback.lines;
    if (first === undefined) return [null];
    const at = /changesetId:\s*"?/i.exec(text.slice(first.start, first.end));
    if (at === null) return [null];
    const start = first.start + at.index + at[0].length;
    return text.startsWith(id, start) ? [{ start, end: start + id.length }] : [null];
  });
}
