import type { FileChange } from '../model/file-change.ts';
import type { Migration } from '../model/migration.ts';
import { journalFile, prefixAfter, rawJournal, readJournal } from './drizzle-journal.ts';
import { chained } from './drizzle-snapshots.ts';
import type { FolderView } from './layout.ts';
import { inOrder, movedFiles, removedFiles, type LayoutMoves, type Moves, type MovesRequest, type NewIdsRequest } from './moves.ts';
import { at } from './scripts.ts';

/** Drizzle's files, its journal and its chain of snapshots move together. */
export const drizzleMoves: LayoutMoves = { newIds, moved, renamed, removed };

function newIds({ folder, moving, now }: NewIdsRequest): readonly string[] {
  const gone = new Set(moving.map(({ id }) => id));
  const newest = readJournal(folder).entries?.filter(({ tag }) => !gone.has(tag)).at(-1) ?? null;
  return moving.map(({ name }, index) => `${prefixAfter(newest, index, now)}_${name}`);
}

function moved(request: MovesRequest): Moves {
  const { folder, renamings, now } = request;
  const journal = rawJournal(folder);
  if (journal === null) return { kind: 'refused', reason: 'Drizzle’s journal cannot be read.' };
  const files = movedFiles(request);
  if (files.kind === 'refused') return files;
  const moving = new Set(renamings.map(({ migration }) => migration.id));
  const staying = journal.entries.filter((entry) => !moving.has(entry.tag));
  let when = Math.max(0, ...staying.map((entry) => entry.when));
  let idx = Math.max(-1, ...staying.map((entry) => entry.idx));
  const entries = renamings.map(({ migration, id }) => {
    const entry = journal.entries.find(({ tag }) => tag === migration.id);
    when = Math.max(now.getTime(), when + 1);
    idx += 1;
    return { raw: { ...entry?.raw, idx, when, tag: id }, tag: id, idx, when, prefixes: { from: prefix(migration.id), to: prefix(id) } };
  });
  const chain = chained(folder, { before: staying.at(-1)?.tag ?? null, moved: entries.map(({ prefixes }, index) => ({ ...prefixes, text: request.snapshots?.get(renamings[index]?.migration.id ?? '') ?? null })) });
  if (chain.kind === 'refused') return chain;
  const text = journal.write([...staying, ...entries].map((entry) => entry.raw));
  return { kind: 'changes', changes: [...inOrder(files.changes), ...chain.changes, { kind: 'replace', path: at(folder, journalFile), text }] };
}

/** Number, order, date and snapshot stay. */
function renamed(request: MovesRequest): Moves {
  const { folder, renamings } = request;
  const journal = rawJournal(folder);
  if (journal === null) return { kind: 'refused', reason: 'Drizzle’s journal cannot be read.' };
  const files = movedFiles(request);
  if (files.kind === 'refused') return files;
  const names = new Map(renamings.map(({ migration, id }) => [migration.id, id]));
  const text = journal.write(journal.entries.map(({ raw, tag }) => ({ ...raw, tag: names.get(tag) ?? tag })));
  return { kind: 'changes', changes: [...files.changes, { kind: 'replace', path: at(folder, journalFile), text }] };
}

/** Only the newest can go: later snapshots contain it. */
function removed(folder: FolderView, migration: Migration): Moves {
  const journal = rawJournal(folder);
  if (journal === null) return { kind: 'refused', reason: 'Drizzle’s journal cannot be read.' };
  const newest = journal.entries.at(-1)?.tag;
  const isListed = journal.entries.some(({ tag }) => tag === migration.id);
  if (isListed && newest !== migration.id) {
    return { kind: 'refused', reason: `The snapshots of the migrations after ${migration.id} contain what it does; only the newest, ${newest ?? 'none'}, can be taken out.` };
  }
  const snapshot = `meta/${prefix(migration.id)}_snapshot.json`;
  const deleted = [...(folder.files.includes(snapshot) && isListed ? [at(folder, snapshot)] : [])].map((path): FileChange => ({ kind: 'delete', path }));
  const files = removedFiles(folder, migration);
  if (files.kind === 'refused') return files;
  const text = journal.write(journal.entries.filter(({ tag }) => tag !== migration.id).map((entry) => entry.raw));
  return { kind: 'changes', changes: [...files.changes, ...deleted, ...(isListed ? [{ kind: 'replace', path: at(folder, journalFile), text } as const] : [])] };
}

function prefix(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('_')));
}
