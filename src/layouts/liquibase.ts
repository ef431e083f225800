import type { FileChange } from '../model/file-change.ts';
import type { Migration, Side, TransactionMode } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import { lineAt, type Span } from '../model/span.ts';
import { blank, wholeSource, type ScriptSource } from '../model/source.ts';
import { withSemicolons } from './delimiters.ts';
import type { FolderView, Layout, Listing, NewMigration, NewMigrationRequest, ScriptReading, ScriptRequest, WriteRequest } from './layout.ts';
import { attribute, isFormatted, readLiquibase, runsOnPostgres, type Changeset } from './liquibase-file.ts';
import { liquibaseMoves } from './liquibase-moves.ts';
import { appendChangeset, withSide } from './liquibase-write.ts';
import { compareText, fileName, nextNumber, refuseAnywhere } from './naming.ts';
import { withPlaceholders } from './placeholders.ts';
import { at, unreadable } from './scripts.ts';

/**
 * Liquibase's formatted SQL: many changesets in one file, each a migration with the id `author:id`, its rollback in comments.
 * Files run in the order of their names, as `includeAll` takes them.
 */
export const liquibase: Layout = {
  id: 'liquibase',
  title: 'Liquibase',
  files: /\.sql$|(^|\/)liquibase[^/]*\.properties$|changelog[^/]*\.(xml|ya?ml|json)$/i,
  separator: null,
  bookkeeping: ['databasechangelog', 'databasechangeloglock'],
  checksum: { where: 'databasechangelog.md5sum', counts: ['comments'], then: '`liquibase update` then refuses the whole changelog until the changeset is as it was.' },
  signed: true,
  moves: liquibaseMoves,
  detect,
  list,
  read,
  write,
  refuseName(name, folder) {
    const refusal = refuseAnywhere(name);
    if (refusal !== null) return refusal;
    const taken = listed(folder).find(({ changeset }) => changeset.id.toLowerCase() === name.toLowerCase());
    return taken === undefined ? null : `${taken.file} has a changeset ${taken.changeset.id} already: say what is different this time.`;
  },
  next,
};

const marker = /^(liquibase[^/]*\.properties|[^/]*changelog[^/]*\.(xml|ya?ml|json))$/i;

function detect(folder: FolderView): number {
  const direct = folder.files.filter((file) => file.endsWith('.sql') && !file.includes('/'));
  const isMarked = folder.files.some((file) => marker.test(file));
  const candidates = isMarked ? folder.files.filter((file) => file.endsWith('.sql')) : direct;
  const texts = candidates.map((file) => folder.read(file)).filter((text) => text !== null);
  if (texts.some(isFormatted)) return isMarked ? 4 : 3;
  // By names alone it is no more than possible: the first line of the files decides.
  const isPossible = isMarked || /changelog|liquibase|migrat/i.test(folder.path.slice(folder.path.lastIndexOf('/') + 1)) || direct.some((file) => /changelog|^\d/i.test(file));
  return texts.length === 0 && candidates.length > 0 && isPossible ? 0.5 : 0;
}

interface Listed {
  readonly file: string;
  readonly changeset: Changeset;
}

/** Every changeset that runs on PostgreSQL, in order. */
function listed(folder: FolderView): readonly Listed[] {
  return formatted(folder).flatMap(({ file, text }) => readLiquibase(text).changesets.filter(runsOnPostgres).map((changeset) => ({ file, changeset })));
}

function formatted(folder: FolderView): readonly { readonly file: string; readonly text: string }[] {
  return folder.files.filter((file) => file.endsWith('.sql')).toSorted(compareText).flatMap((file) => {
    const text = folder.read(file);
    return text !== null && isFormatted(text) ? [{ file, text }] : [];
  });
}

function list(folder: FolderView): Listing {
  const all = listed(folder);
  const count = new Map<string, number>();
  for (const file of new Set(all.map((each) => each.file))) {
    for (const id of new Set(all.filter((each) => each.file === file).map(({ changeset }) => shortId(changeset)))) count.set(id, (count.get(id) ?? 0) + 1);
  }
  const problems: ProjectProblem[] = [];
  const byId = new Map<string, Migration>();
  for (const { file, changeset } of all) {
    const id = count.get(shortId(changeset)) === 1 ? shortId(changeset) : `${file}::${changeset.id}::${changeset.author}`;
    if (byId.has(id)) problems.push(duplicate(folder, file, changeset));
    else byId.set(id, migrationOf(at(folder, file), id, changeset));
  }
  const sql = folder.files.filter((file) => file.endsWith('.sql'));
  return { migrations: [...byId.values()], problems: [...problems, ...formatted(folder).flatMap((each) => malformed(folder, each)), ...unreadable(folder, sql)] };
}

function migrationOf(path: string, id: string, { id: name, rollback }: Changeset): Migration {
  // Whoever writes `empty` has decided that nothing needs to be undone: there is no place for a down.
  return { id, name, up: { path }, down: rollback.kind === 'missing' || rollback.kind === 'nothing' ? null : { path }, downPath: rollback.kind === 'nothing' ? null : path };
}

function shortId({ author, id }: Changeset): string {
  return `${author}:${id}`;
}

function duplicate(folder: FolderView, file: string, changeset: Changeset): ProjectProblem {
  const line = lineAt(folder.read(file) ?? '', changeset.header.start);
  return { path: at(folder, file), message: `${file} has two changesets ${shortId(changeset)}, the second in line ${String(line)}: Liquibase refuses the whole changelog.`, next: 'Give the second one another id.' };
}

function malformed(folder: FolderView, { file, text }: { readonly file: string; readonly text: string }): readonly ProjectProblem[] {
  return readLiquibase(text).malformed.map(({ start }) => ({
    path: at(folder, file),
    message: `Line ${String(lineAt(text, start))} of ${file} is no changeset that Liquibase can read, so it refuses the whole file.`,
    next: 'Write it as --changeset author:id, without a blank behind the colon.',
  }));
}

/** Where a file has two of an id, the first is meant. */
function changesetNamed(text: string, migration: string): Changeset | undefined {
  return readLiquibase(text).changesets.find((each) => shortId(each) === migration || migration.endsWith(`::${each.id}::${each.author}`));
}

function read(text: string, { id, side }: ScriptRequest): ScriptReading | null {
  const changeset = changesetNamed(text, id);
  if (changeset === undefined) return null;
  const { attributes, rollback, problems, span } = changeset;
  if (side === 'up') return reading({ source: sqlOf(text, changeset.up, attribute(attributes, 'endDelimiter')), span, mode: modeOf(attributes, side), problems: [], ...(isRunAgain(attributes) ? { again: true } : {}) });
  if (rollback.kind === 'missing' || rollback.kind === 'nothing') return null;
  if (rollback.kind === 'reference') {
    const meant = readLiquibase(text).changesets.find((each) => each.id === rollback.id && each.author === rollback.author);
    return meant === undefined ? null : reading({ source: sqlOf(text, meant.up, attribute(meant.attributes, 'endDelimiter')), span: meant.span, mode: modeOf(attributes, side), problems: [] });
  }
  const source = sqlOf(text, rollback.sql, attribute(attributes, 'rollbackEndDelimiter'));
  const own = { start: rollback.lines[0]?.start ?? span.start, end: rollback.lines.at(-1)?.end ?? span.end };
  return reading({ source, span: own, mode: modeOf(attributes, side), problems, ...(rollback.mark === null ? {} : { mark: rollback.mark }) });
}

function isRunAgain(attributes: string): boolean {
  return ['runOnChange', 'runAlways'].some((name) => attribute(attributes, name)?.toLowerCase() === 'true');
}

function reading(read: ScriptReading): ScriptReading {
  return { ...read, source: withPlaceholders(read.source, 'braces', 'Liquibase') };
}

/** Another delimiter than the semicolon becomes one, in its own place. */
function sqlOf(text: string, stretches: readonly Span[], delimiter: string | null): ScriptSource {
  const source = stretchesIn(text, stretches);
  return withSemicolons(source, (delimiter ?? ';').replaceAll(/\\[nrst]\*?/g, ''));
}

let blanked: { readonly text: string; readonly blanks: string } | null = null;

/** As `stretchesOf`, up to the last of them: a file can hold thousands of changesets, each of which is asked for after a keystroke. */
function stretchesIn(text: string, stretches: readonly Span[]): ScriptSource {
  if (blanked?.text !== text) blanked = { text, blanks: blank(text) };
  let sql = '';
  for (const { start, end } of stretches) sql += blanked.blanks.slice(sql.length, start) + text.slice(start, end);
  return wholeSource(sql);
}

function modeOf(attributes: string, side: Side): TransactionMode {
  const isSplit = attribute(attributes, side === 'up' ? 'splitStatements' : 'rollbackSplitStatements')?.toLowerCase() !== 'false';
  const kind = attribute(attributes, 'runInTransaction')?.toLowerCase() !== 'false' ? 'transaction' : isSplit ? 'autocommit' : 'implicit';
  return { kind, tool: 'Liquibase', optOut: 'add runInTransaction:false to the line of its changeset' };
}

function write(text: string | null, { id, side, sql, transaction }: WriteRequest): string {
  const changeset = text === null ? undefined : changesetNamed(text, id);
  if (text !== null && changeset !== undefined) return withSide(text, changeset, { side, sql, transaction });
  const colon = id.indexOf(':');
  return appendChangeset(text, { author: id.slice(0, colon), id: id.slice(colon + 1), up: side === 'up' ? sql : '', down: side === 'down' ? sql : null, transaction: transaction ?? 'tool' }).text;
}

/** The next changeset goes to the end of the newest file, or into a file of its own where each file holds one. */
function next({ folder, name, config, content, author }: NewMigrationRequest): NewMigration {
  const all = listed(folder);
  const newest = formatted(folder).at(-1);
  const id = nextId(all.map(({ changeset }) => changeset.id), fileName(name));
  const who = author?.name ?? all.at(-1)?.changeset.author ?? 'your-name';
  const down = config.down === 'forbidden' ? null : (content?.down ?? '');
  const changeset = { author: who.replaceAll(/[:\r\n"]/g, ' ').trim(), id, up: content?.up ?? '', down, transaction: content?.transaction ?? 'tool' };
  const isAppended = newest !== undefined && !isOneEach(all);
  const path = at(folder, isAppended ? newest.file : newFile(folder, fileName(name)));
  const written = appendChangeset(isAppended ? newest.text : null, changeset);
  const change: FileChange = { kind: isAppended ? 'replace' : 'create', path, text: written.text };
  const short = `${changeset.author}:${id}`;
  const isTaken = all.some((each) => shortId(each.changeset) === short);
  return {
    id: isTaken ? `${path.slice(folder.path.length + 1)}::${id}::${changeset.author}` : short,
    up: { path, cursor: written.up }, down: written.down === null ? null : { path, cursor: written.down }, changes: [change], upByTool: false,
  };
}

/** Several files, and never two changesets in one. */
function isOneEach(all: readonly Listed[]): boolean {
  return all.length > 1 && new Set(all.map(({ file }) => file)).size === all.length;
}

/** The next number where ids are numbers, else the name. */
function nextId(ids: readonly string[], name: string): string {
  return ids.length > 0 && ids.every((id) => /^\d+$/.test(id)) ? nextNumber(ids) : ids.length === 0 ? '1' : name;
}

/** `002-orders.sql` after `001-users.sql`, beside the newest. */
function newFile(folder: FolderView, name: string): string {
  const newest = formatted(folder).at(-1)?.file;
  if (newest === undefined) return 'changelog.sql';
  const inside = newest.slice(0, newest.lastIndexOf('/') + 1);
  const [, , separator = '_'] = /^(\d+)([-_.])/.exec(newest.slice(inside.length)) ?? [];
  const numbers = folder.files.filter((file) => file.startsWith(inside)).flatMap((file) => /^\d+/.exec(file.slice(inside.length))?.[0] ?? []);
  return numbers.length === 0 ? `${inside}${name}.sql` : `${inside}${nextNumber(numbers)}${separator}${name}.sql`;
}
