import type { FileChange } from '../model/file-change.ts';
import { isRecord } from '../model/record.ts';
import type { LayoutBooks } from './books.ts';
import { journalFile, rawJournal } from './drizzle-journal.ts';
import { parsed, writtenAs } from './json-text.ts';
import type { FolderView, NewMigration } from './layout.ts';
import { at } from './scripts.ts';

/** The journal's entry and the snapshot of a migration. */
export const drizzleBooks: LayoutBooks = { restored, made };

/** An entry that is gone comes back where it was, before everything that is newer. */
function restored(now: FolderView, was: FolderView, id: string): readonly FileChange[] {
  const [journal, former] = [rawJournal(now), rawJournal(was)];
  const entry = former?.entries.find(({ tag }) => tag === id);
  if (journal === null || former === null || entry === undefined || journal.entries.some(({ tag }) => tag === id)) return [];
  const before = new Set(former.entries.slice(0, former.entries.indexOf(entry)).map(({ tag }) => tag));
  const place = journal.entries.findLastIndex(({ tag }) => before.has(tag)) + 1;
  const entries = [...journal.entries.slice(0, place), entry, ...journal.entries.slice(place)];
  const changes: FileChange[] = [{ kind: 'replace', path: at(now, journalFile), text: journal.write(entries.map(({ raw }) => raw)) }];
  const snapshot = snapshotOf(id);
  const text = was.read(snapshot);
  if (text !== null && !now.files.includes(snapshot)) changes.push({ kind: 'create', path: at(now, snapshot), text });
  return changes;
}

/** As `drizzle-kit generate --custom` leaves them: the schema of the newest snapshot, and a link to it. */
function made(now: FolderView, { id }: NewMigration, date: Date): readonly FileChange[] {
  const journal = rawJournal(now);
  const newest = journal?.entries.at(-1);
  if (journal === null || newest === undefined) return [];
  const entry = { ...newest.raw, idx: newest.idx + 1, when: Math.max(date.getTime(), newest.when + 1), tag: id };
  const changes: FileChange[] = [{ kind: 'replace', path: at(now, journalFile), text: journal.write([...journal.entries.map(({ raw }) => raw), entry]) }];
  const text = now.read(snapshotOf(newest.tag));
  const content = text === null ? null : parsed(text);
  if (text === null || !isRecord(content)) return changes;
  const snapshot = writtenAs(text, { ...content, id: crypto.randomUUID(), prevId: content['id'] });
  return [...changes, { kind: 'create', path: at(now, snapshotOf(id)), text: snapshot }];
}

function snapshotOf(tag: string): string {
  return `meta/${tag.slice(0, Math.max(0, tag.indexOf('_')))}_snapshot.json`;
}
