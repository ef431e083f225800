import { isRecord } from '../model/record.ts';
import type { ProjectProblem } from '../model/report.ts';
import { parsed, writtenAs } from './json-text.ts';
import type { FolderView } from './layout.ts';
import { timestamp } from './naming.ts';
import { at } from './scripts.ts';

export const journalFile = 'meta/_journal.json';

/** One line of Drizzle's journal. */
export interface JournalEntry {
  readonly idx: number;
  readonly tag: string;
  /** Milliseconds since 1970; what decides whether a database still needs the migration. */
  readonly when: number;
}

/** What the journal says, and what is wrong with it; `entries` is null when it cannot be read at all. */
export interface Journal {
  readonly dialect: string | null;
  readonly entries: readonly JournalEntry[] | null;
  readonly problems: readonly ProjectProblem[];
}

export function readJournal(folder: FolderView): Journal {
  const text = folder.read(journalFile);
  const path = at(folder, journalFile);
  if (text === null) {
    return broken(path, 'Drizzle’s journal meta/_journal.json is missing or is not UTF-8 text.', 'Restore meta/_journal.json from version control.');
  }
  const conflict = lineOf(text, /^(<{7}|={7}|>{7})/m);
  if (conflict !== null) {
    return broken(path, `Drizzle’s journal holds merge-conflict markers (line ${conflict}).`, 'Keep the entries of both branches, with rising idx and when, and renumber the later migration’s files to match.');
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return broken(path, `Drizzle’s journal is not valid JSON: ${error instanceof Error ? error.message : String(error)}.`, 'Mend meta/_journal.json, or restore it from version control.');
  }
  if (!isRecord(content) || !Array.isArray(content['entries'])) {
    return broken(path, 'Drizzle’s journal has no list of entries.', 'Restore meta/_journal.json from version control.');
  }
  const dialect = typeof content['dialect'] === 'string' ? content['dialect'] : null;
  const all = content['entries'].map((raw: unknown) => ({ raw, read: readEntry(raw) }));
  const entries = all.flatMap(({ read }) => read ?? []);
  return { dialect, entries, problems: [...malformed(path, all), ...misordered(folder, entries)] };
}

/** What drizzle-kit puts in front of the migration that comes so many after the newest one, in the style of that; its own word counts in the end. */
export function prefixAfter(newest: JournalEntry | null, further: number, now: Date): string {
  if (newest === null) return String(further).padStart(4, '0');
  const width = /^\d*/.exec(newest.tag)?.[0].length ?? 0;
  const then = new Date(now.getTime() + further * 1000);
  if (width === 0) return '';
  if (width >= 14) return timestamp(then);
  if (width >= 10) return String(Math.floor(then.getTime() / 1000));
  return String(newest.idx + 1 + further).padStart(4, '0');
}

/** An entry with everything that the journal says of it. */
export interface RawEntry {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly tag: string;
  readonly idx: number;
  readonly when: number;
}

export interface RawJournal {
  readonly entries: readonly RawEntry[];
  /** The journal with other entries, written as it is written now. */
  write(entries: readonly Readonly<Record<string, unknown>>[]): string;
}

/** The journal to be changed; null when it cannot be read. */
export function rawJournal(folder: FolderView): RawJournal | null {
  const text = folder.read(journalFile);
  const content = text === null ? null : parsed(text);
  if (text === null || !isRecord(content) || !Array.isArray(content['entries'])) return null;
  const entries = content['entries'].map((raw: unknown): RawEntry | null => {
    if (!isRecord(raw)) return null;
    const { tag, idx, when } = raw;
    return typeof tag === 'string' && typeof idx === 'number' && typeof when === 'number' ? { raw, tag, idx, when } : null;
  });
  const known = entries.filter((entry) => entry !== null);
  return known.length < entries.length ? null : { entries: known, write: (list) => writtenAs(text, { ...content, entries: list }) };
}

function broken(path: string, message: string, next: string): Journal {
  return { dialect: null, entries: null, problems: [{ path, message, next }] };
}

function readEntry(entry: unknown): JournalEntry | null {
  if (!isRecord(entry)) return null;
  const { idx, tag, when } = entry;
  // A tag is a file name: one that leaves the folder is no tag.
  if (typeof tag !== 'string' || tag === '' || leavesFolder.test(tag)) return null;
  return typeof idx === 'number' && typeof when === 'number' ? { idx, tag, when } : null;
}

const leavesFolder = /[/\\]/;

function malformed(path: string, entries: readonly { readonly raw: unknown; readonly read: JournalEntry | null }[]): readonly ProjectProblem[] {
  return entries.flatMap(({ read, raw }, index) => {
    if (read !== null) return [];
    const tag = isRecord(raw) ? raw['tag'] : undefined;
    return typeof tag === 'string' && leavesFolder.test(tag)
      ? [{ path, message: `Entry ${index + 1} of Drizzle’s journal names ${JSON.stringify(tag)}, which is no file of this folder: nothing outside of it is read.`, next: 'Give it the name of its SQL file, without a folder and without .sql.' }]
      : [{ path, message: `Entry ${index + 1} of Drizzle’s journal lacks a proper idx, when or tag.`, next: 'Give it all three, as its neighbours have them.' }];
  });
}

/** Drizzle runs what is newer than the newest it ran: an entry with an older `when` is skipped without a word. */
function misordered(folder: FolderView, entries: readonly JournalEntry[]): readonly ProjectProblem[] {
  const path = at(folder, journalFile);
  const problems: ProjectProblem[] = [];
  let newest: JournalEntry | null = null;
  const tags = new Set<string>();
  for (const entry of entries) {
    if (tags.has(entry.tag)) {
      problems.push({ path, message: `Drizzle’s journal names ${entry.tag} twice.`, next: 'Remove one of the two entries.' });
    } else if (newest !== null && entry.idx <= newest.idx) {
      problems.push({ ...renumberable(folder, entry), message: `${entry.tag} has idx ${entry.idx} in Drizzle’s journal, not above ${newest.idx} of ${newest.tag}.`, next: 'Renumber the entry that was merged later, with its files and its snapshot.' });
    } else if (newest !== null && entry.when <= newest.when) {
      problems.push({
        ...renumberable(folder, entry),
        message: `${entry.tag} is dated before ${newest.tag}: a database that already ran ${newest.tag} skips it without a word.`,
        next: `Renumber it, or raise its "when" in meta/_journal.json above ${newest.when}.`,
      });
    }
    tags.add(entry.tag);
    if (newest === null || entry.when > newest.when) newest = entry;
  }
  return problems;
}

/** Said where its author is: at the migration, if it is there. */
function renumberable(folder: FolderView, { tag }: JournalEntry): Pick<ProjectProblem, 'path' | 'renumber'> {
  const up = at(folder, `${tag}.sql`);
  return folder.files.includes(`${tag}.sql`) ? { path: up, renumber: up } : { path: at(folder, journalFile) };
}

function lineOf(text: string, pattern: RegExp): number | null {
  const at = text.search(pattern);
  return at < 0 ? null : text.slice(0, at).split('\n').length;
}
