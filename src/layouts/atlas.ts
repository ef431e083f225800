import type { FileChange } from '../model/file-change.ts';
import type { TransactionMode } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import { wholeSource } from '../model/source.ts';
import { staleSum, sumFile, sumOf, type AtlasTexts } from './atlas-sum.ts';
import { withSemicolons } from './delimiters.ts';
import { newPair } from './header.ts';
import type { FolderView, Layout, Listing, NewMigration, NewMigrationRequest, ReadingProblem, ScriptReading, ScriptRequest, WriteRequest } from './layout.ts';
import { fileMoves, type LayoutMoves, type Moves } from './moves.ts';
import { compareText, fileName, refuseAnywhere, refuseTaken, timestampAfter } from './naming.ts';
import { withChanges } from './overlay.ts';
import { at, unreadable } from './scripts.ts';
import { linesOf } from './sections.ts';

/**
 * Atlas: every SQL file of the folder in the order of the names, guarded by `atlas.sum`. There is no down: Atlas plans one when it is asked, and any
 * further file would be one more migration.
 */
export const atlas: Layout = {
  id: 'atlas',
  title: 'Atlas',
  files: /\.sql$|(^|\/)atlas\.(sum|hcl)$/,
  separator: null,
  bookkeeping: ['atlas_schema_revisions.atlas_schema_revisions'],
  checksum: { where: sumFile, counts: ['comments', 'white space', 'line ends'], then: 'Atlas then refuses the folder, and `atlas migrate hash` would only hide that databases have run something else.' },
  detect,
  list,
  read,
  write,
  refuseName: (name, folder) => refuseAnywhere(name) ?? refuseTaken(name, files(folder).map((file) => ({ id: idOf(file), name: nameOf(file) }))),
  books: { restored: summed },
  moves: moves(),
  next,
};

/** The sum of the folder as it is, where every file of it can be read. */
function summed(folder: FolderView): readonly FileChange[] {
  const texts = textsOf(folder);
  const text = texts === null ? null : sumOf(texts);
  return text === null || text === folder.read(sumFile) ? [] : [{ kind: folder.files.includes(sumFile) ? 'replace' : 'create', path: at(folder, sumFile), text }];
}

/** The sum follows whatever is done to the files. */
function moves(): LayoutMoves {
  const files = fileMoves({ next });
  const withSum = (folder: FolderView, made: Moves): Moves => {
    if (made.kind === 'refused') return made;
    if (textsOf(folder) === null) return { kind: 'refused', reason: `A file of the folder cannot be read, so ${sumFile} cannot be written.` };
    return { kind: 'changes', changes: [...made.changes, ...summed(withChanges(folder, made.changes))] };
  };
  return {
    newIds: (request) => files.newIds(request),
    moved: (request) => withSum(request.folder, files.moved(request)),
    renamed: (request) => withSum(request.folder, files.renamed(request)),
    removed: (folder, migration) => withSum(folder, files.removed(folder, migration)),
  };
}

function detect(folder: FolderView): number {
  if (!folder.files.includes(sumFile)) return 0;
  // Atlas guards the folders of other tools with the same sum; those are read as their tools read them.
  const foreign = files(folder).some((file) => /\.(up|down)\.sql$|^[VUR]\d*__/.test(file) || /^--\s*(\+goose\s+up|migrate:up|liquibase formatted)/im.test(folder.read(file) ?? ''));
  return foreign ? 0 : 5;
}

function files(folder: FolderView): readonly string[] {
  return folder.files.filter((file) => /^[^/]+\.sql$/.test(file)).toSorted(compareText);
}

function idOf(file: string): string {
  return file.slice(0, -'.sql'.length);
}

function nameOf(file: string): string {
  return /^[^_]*_(.*)\.sql$/.exec(file)?.[1] ?? idOf(file);
}

function list(folder: FolderView): Listing {
  // A checkpoint holds what the files before it lead to: a database that has run those never runs it.
  const own = files(folder).filter((file) => directives(folder.read(file) ?? '').get('checkpoint') === undefined);
  const migrations = own.map((file) => ({ id: idOf(file), name: nameOf(file), up: { path: at(folder, file) }, down: null, downPath: null }));
  return { migrations, problems: [...sumProblems(folder), ...sameVersion(folder), ...unreadable(folder, files(folder))] };
}

function textsOf(folder: FolderView): AtlasTexts | null {
  const texts = files(folder).map((file) => [file, folder.read(file)] as const);
  return texts.every((each): each is readonly [string, string] => each[1] !== null) ? new Map(texts) : null;
}

function sumProblems(folder: FolderView): readonly ProjectProblem[] {
  const texts = textsOf(folder);
  const written = folder.read(sumFile);
  const stale = texts === null || written === null ? null : staleSum(written, texts);
  if (stale === null) return [];
  const said = {
    edited: `${stale.file} is not what ${sumFile} was made from`,
    added: `${stale.file} is not in ${sumFile}`,
    missing: `${sumFile} names ${stale.file}, which is missing`,
    unreadable: `${sumFile} was edited by hand or has a merge conflict`,
  }[stale.kind];
  const next = stale.kind === 'missing' ? 'Restore the file from version control; if it ran nowhere, run `atlas migrate hash`.' : 'Look at what changed and, if it is meant, run `atlas migrate hash`.';
  return [{ path: at(folder, stale.kind === 'missing' || stale.kind === 'unreadable' ? sumFile : stale.file), message: `${said}: Atlas refuses to run (checksum mismatch).`, next }];
}

function sameVersion(folder: FolderView): readonly ProjectProblem[] {
  const seen = new Map<string, string>();
  return files(folder).flatMap((file) => {
    const version = /^[^_]*/.exec(idOf(file))?.[0] ?? '';
    const twin = seen.get(version);
    seen.set(version, file);
    return twin === undefined ? [] : [{ path: at(folder, file), message: `${twin} and ${file} have the same version ${version}: Atlas records one of them and never runs the other.`, next: 'Give the one that was merged later a version of its own, and run `atlas migrate hash`.', renumber: at(folder, file) }];
  });
}

const directive = /^(?:--|#)\s*atlas:(?<name>\w+)(?:\s+(?<value>\S.*?))?\s*$/;

/** Those at the top of a file, which an empty line has to end. */
function directives(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of linesOf(text)) {
    if (/^(--|#)/.test(line.text)) {
      const { name, value = '' } = directive.exec(line.text)?.groups ?? {};
      if (name !== undefined) found.set(name, value);
    } else return line.text === '' ? found : new Map();
  }
  return text.endsWith('\n') ? new Map() : found;
}

function read(text: string, { side }: ScriptRequest): ScriptReading | null {
  if (side === 'down') return null;
  const given = directives(text);
  const whole = wholeSource(text);
  const mode: TransactionMode = {
    kind: given.get('txmode') === 'none' ? 'autocommit' : 'transaction', tool: 'Atlas', optOut: 'write `-- atlas:txmode none` into the first line of the file, with an empty line below it',
  };
  return { source: withSemicolons(whole, delimiterOf(text)), span: { start: 0, end: text.length }, mode, problems: ignored(text, given) };
}

/** Unlike the others it has to stand in the first line, and needs no empty line. */
function delimiterOf(text: string): string {
  return /^-- atlas:delimiter +([ -~]*)/.exec(text)?.[1]?.trim().replaceAll(/\\[nrt]/g, '') ?? ';';
}

function ignored(text: string, given: ReadonlyMap<string, string>): readonly ReadingProblem[] {
  return linesOf(text).flatMap((line) => {
    const { name = '', value } = /^\s*--\s*atlas:(?<name>txmode|checkpoint)\b(?:\s+(?<value>\S*))?/.exec(line.text)?.groups ?? {};
    const span = { start: line.start, end: line.end };
    if (name === '') return [];
    if (!given.has(name)) return [{ span, message: `Atlas does not see this directive: it counts at the top of the file alone, with an empty line between it and the first statement.`, next: 'Move it into the first line and leave the next one empty.' }];
    if (name === 'txmode' && !/^(none|file|all)$/.test(value ?? '')) return [{ span, message: 'Atlas refuses this transaction mode: it knows none, file and all.', next: 'Write one of them.' }];
    return [];
  });
}

function write(text: string | null, { sql, transaction }: WriteRequest): string {
  const given = text === null ? [] : linesOf(text).filter((line) => directive.test(line.text)).map((line) => line.text);
  const kept = given.filter((line) => !/atlas:delimiter/.test(line) && !(transaction !== undefined && /atlas:txmode/.test(line)) && !sql.includes(line));
  const top = [...(transaction === 'none' ? ['-- atlas:txmode none'] : []), ...kept];
  const body = transaction === 'tool' ? sql.replace(/^--\s*atlas:txmode[^\n]*\n+/m, '') : sql;
  return top.length === 0 ? body : `${top.join('\n')}\n\n${body.replace(/^\s*\n/, '')}`;
}

/** The file and, so that the folder is not refused from the first moment, its line of the sum. */
function next(request: NewMigrationRequest): NewMigration {
  const { folder, name, now, content, config } = request;
  const description = fileName(name);
  const id = `${timestampAfter(files(folder).flatMap((file) => /^\d{14}/.exec(file)?.[0] ?? []), now)}_${description}`;
  const preamble = content?.transaction === 'none' ? '-- atlas:txmode none\n' : '';
  const made = newPair({ facts: { id, name: description, now }, up: at(folder, `${id}.sql`), down: null, request: { ...request, config: { ...config, down: 'forbidden' } }, preamble });
  const [change] = made.changes;
  if (change?.kind !== 'create') return made;
  return { ...made, changes: [change, ...summed(withChanges(folder, [change]))] };
}
