import type { Config } from '../model/config.ts';
import type { TransactionMode } from '../model/migration.ts';
import { toFile, type ScriptSource, type Unchecked } from '../model/source.ts';
import type { Span } from '../model/span.ts';
import { effects } from '../sql/effects.ts';
import { loadScriptParser, readEmbedded, type EmbeddedScript } from '../sql/embedded/read.ts';
import { parseScript } from '../sql/script.ts';
import type { FolderView, Layout, Listing, NewMigration, NewMigrationRequest, ReadingProblem, ScriptReading, ScriptRequest } from './layout.ts';
import type { LayoutMoves } from './moves.ts';
import { compareText, fileName, refuseAnywhere, refuseTaken } from './naming.ts';
import { listNumbered, numberedFiles, type NumberedFile } from './numbered.ts';
import { callsApart } from './program-calls.ts';
import { bodyStart, writeProgram, type Sends, type Writer } from './program-write.ts';
import { at } from './scripts.ts';

/** A tool whose migrations are functions `up` and `down` in TypeScript or JavaScript. */
export interface ProgramTool {
  readonly id: string;
  readonly title: string;
  readonly bookkeeping: readonly string[];
  /** Of its files' names, with the groups `number` and `name`. */
  readonly grammar: RegExp;
  readonly marks: Marks;
  /** Left out: by the file's name, as a text. */
  readonly order?: (a: ProgramFile, b: ProgramFile) => number;
  /** What its runner compares; left out: the file's name. */
  readonly versionOf?: (file: ProgramFile) => string;
  /** What comes of two files with the same version. */
  readonly twin?: (first: string, second: string) => string;
  /** What else is wrong with a folder. */
  readonly refusals?: (files: readonly ProgramFile[]) => readonly { readonly file: string; readonly message: string; readonly next: string }[];
  mode(script: EmbeddedScript, config: Config): TransactionMode;
  readonly sends: Sends;
  /** The id of the next migration. */
  idOf(existing: readonly NumberedFile[], wish: { readonly name: string; readonly now: Date }): string;
  /** A new file as the tool's own generator writes it. */
  skeleton(wish: Skeleton): string;
  /** What else the tool makes of a side otherwise than its writer meant; left out: nothing. */
  readonly stumbles?: (text: string, script: EmbeddedScript) => readonly ReadingProblem[];
  /** Left out: the file is all there is to move. */
  readonly moves?: (layout: Pick<Layout, 'next'>) => LayoutMoves;
}

/** What its files alone say (`sure`), and what others may say as well (`likely`). */
export interface Marks {
  readonly sure: RegExp;
  readonly likely: RegExp;
}

export interface ProgramFile extends NumberedFile {
  readonly text: string;
}

export interface Skeleton {
  readonly id: string;
  readonly name: string;
  /** `ts`, `js`, `cjs`, …: as the newest file has it. */
  readonly extension: string | null;
  /** The newest file, whose manner a new one keeps. */
  readonly newest: string | null;
}

/** Files whose names begin with digits; declarations and tests are none, and neither is a page called `404.js`: digits alone are a time. */
export const numberedProgram = /^(?<number>\d{8,}|\d+(?=[-_]))(?:[-_](?<name>[^/]*?))?(?<!\.(?:d|test|spec))\.[cm]?[jt]s$/;

/** Whether a text loads a package: `import … from 'knex'`, `require('knex')`, `import('knex').Knex` in a comment. */
export function loads(...packages: readonly string[]): RegExp {
  return new RegExp(`(?:\\bfrom\\s*|\\b(?:require|import)\\s*\\(\\s*|\\bimport\\s+)['"](?:${packages.join('|')})['"]`);
}

export function programLayout(tool: ProgramTool): Layout {
  const forNext = { next: (request: NewMigrationRequest) => next(request, tool) };
  return {
    ...forNext,
    ...(tool.moves === undefined ? {} : { moves: tool.moves(forNext) }),
    id: tool.id,
    title: tool.title,
    files: new RegExp(`(^|/)${tool.grammar.source.replace(/^\^/, '')}`),
    separator: null,
    bookkeeping: tool.bookkeeping,
    prepare: loadScriptParser,
    detect: (folder) => detectProgram(folder, tool),
    list: (folder) => list(folder, tool),
    read: (text, request) => readProgram(text, request, tool),
    write: (text, request) => writeProgram(text, request, tool),
    refuseName: (name, folder) => refuseAnywhere(name) ?? refuseTaken(name, numberedFiles(folder, tool.grammar)),
  };
}

/** As `Layout.detect` has it. */
export function detectProgram(folder: FolderView, { grammar, marks }: Pick<ProgramTool, 'grammar' | 'marks'>): number {
  const texts = numberedFiles(folder, grammar).map(({ file }) => folder.read(file));
  const read = texts.filter((text) => text !== null);
  if (read.length === 0) return texts.length === 0 ? 0 : 0.5;
  if (read.some((text) => marks.sure.test(text))) return 3;
  return read.some((text) => marks.likely.test(text)) ? 2 : 0;
}

/** A source and what was compiled from it, side by side, are one migration. */
function sourcesOf(folder: FolderView, { grammar }: ProgramTool): readonly NumberedFile[] {
  const files = numberedFiles(folder, grammar);
  const written = new Set(files.filter(({ file }) => /\.[cm]?ts$/.test(file)).map(({ id }) => id));
  return files.filter(({ file, id }) => /\.[cm]?ts$/.test(file) || !written.has(id));
}

function list(folder: FolderView, tool: ProgramTool): Listing {
  const byName = (a: ProgramFile, b: ProgramFile): number => compareText(a.file, b.file);
  const files = sourcesOf(folder, tool).map((each): ProgramFile => ({ ...each, text: folder.read(each.file) ?? '' })).sort(tool.order ?? byName);
  const listing = listNumbered(folder, files, {
    hasDown: (text, file) => downOf(text, file) === 'there',
    versionOf: (file) => tool.versionOf?.({ ...file, text: folder.read(file.file) ?? '' }) ?? file.file,
    twin: tool.twin ?? ((first, second) => `${first} and ${second} have the same version.`),
  });
  const refused = (tool.refusals?.(files) ?? []).map(({ file, message, next }) => ({ path: at(folder, file), message, next }));
  return { migrations: listing.migrations, problems: [...listing.problems, ...refused] };
}

const downs = new Map<string, ReturnType<typeof downOf>>();
const mostDowns = 20_000;

/** Asked of every file whenever one of them changes, and answered from memory for the others. `refused`: the file says that there is to be none. */
export function downOf(text: string, file: string): 'there' | 'missing' | 'refused' {
  const key = `${file}\n${text}`;
  const known = downs.get(key);
  if (known !== undefined) return known;
  const { state } = readEmbedded(text, { side: 'down', path: file });
  const isThere = state === 'found' || (state === 'unreadable' && /\bdown\b/.test(text));
  const found = isThere ? 'there' : state === 'refused' ? 'refused' : 'missing';
  if (downs.size >= mostDowns) downs.clear();
  downs.set(key, found);
  return found;
}

/** As `Layout.read` has it. */
export function readProgram(text: string, { path, side, config }: ScriptRequest, tool: Pick<ProgramTool, 'title' | 'mode' | 'stumbles'>): ScriptReading | null {
  const first = readEmbedded(text, { path, side });
  if (isAbsent(first) && side === 'down') return null;
  const mode = tool.mode(first, config);
  // Where the tool has opened none, a transaction of the file's own is one to the server.
  const script = mode.kind !== 'transaction' && first.transactions.length > 0 ? readEmbedded(text, { path, side, bounds: 'written' }) : first;
  return {
    source: withSuppressions(text, script),
    span: script.entry?.place.span ?? { start: 0, end: 0 },
    mode,
    problems: [...problemsOf(text, script, tool), ...(mode.kind === 'autocommit' ? sentTogether(script) : []), ...(tool.stumbles?.(text, script) ?? [])],
    comment: '//',
    edited: (edits) => callsApart(text, script, edits),
  };
}

function isAbsent({ state }: EmbeddedScript): boolean {
  return state === 'missing' || state === 'refused';
}

function problemsOf(text: string, script: EmbeddedScript, { title }: Pick<ProgramTool, 'title'>): readonly ReadingProblem[] {
  const problems = script.problems.map(({ of, message, span }): ReadingProblem =>
    of === 'program'
      ? { span, message: `${title} cannot load this file: ${message.replace(/[.\s]+$/, '')}.`, next: 'Mend it here; what stands behind it may be read wrongly until then.' }
      : { span, message: `${message.charAt(0).toUpperCase()}${message.slice(1)}, so the server gets a broken statement.`, next: 'Close it before the text ends.' },
  );
  if (!isAbsent(script)) return problems;
  const firstLine = /\S[^\r\n]*/.exec(text);
  const start = firstLine?.index ?? 0;
  const span = { start, end: start + (firstLine?.[0].length ?? 0) };
  return [...problems, { span, message: `${title} finds no function \`up\` in this file.`, next: `Export one, ${script.comments.length > 0 ? 'beside what stands here already' : 'and one called `down` that undoes it'}.` }];
}

/** Several statements in one message are one transaction to PostgreSQL (manual 54.2.2.1). */
function sentTogether({ calls, sql, transactions }: EmbeddedScript): readonly ReadingProblem[] {
  return calls.flatMap((call) => {
    if (transactions.some(({ start, end }) => start <= call.sql.start && call.sql.end <= end)) return [];
    const { statements } = parseScript(sql.slice(call.sql.start, call.sql.end));
    return statements.length < 2 ? [] : statements.flatMap(({ start, statement }): ReadingProblem[] => {
      const { outsideOnly } = effects(statement);
      if (outsideOnly === null) return [];
      const from = call.sql.start + start;
      return [{ span: { start: from, end: from + statement.text.length }, message: `The statements of one call reach the server together, which makes them one transaction, and ${outsideOnly} cannot run in one.`, next: 'Give this statement a call of its own.' }];
    });
  });
}

/** What silences rules can stand in a comment of the file: `// lockstep-ignore …` is as long as `-- lockstep-ignore …`, so it stands in the SQL where it stands in the file. */
function withSuppressions(text: string, script: EmbeddedScript): ScriptSource {
  let { sql } = script;
  for (const comment of script.comments) {
    const words = text.slice(comment.start, comment.end);
    if (!isSuppression(words, comment, script) || sql.slice(comment.start, comment.end).trim() !== '' || toFile(script, comment.start) !== comment.start || toFile(script, comment.end - 1) !== comment.end - 1) continue;
    sql = sql.slice(0, comment.start) + words.replace(/^\/\//, '--') + sql.slice(comment.end);
  }
  const { shifts, parts, placeholders } = script;
  return { sql, shifts, parts, placeholders, unchecked: [...script.unchecked, ...broken(script)] };
}

/** What stands behind an error of the file's own language may be missing from what was read. */
function broken({ problems }: EmbeddedScript): readonly Unchecked[] {
  return problems.filter(({ of }) => of === 'program').map(({ span }) => ({ span, kind: 'unread', reason: 'The file cannot be parsed from here on, so what it does was not checked.' }));
}

/** One for the whole file counts for both sides, any other for the side in which it stands. */
function isSuppression(words: string, { start, end }: Span, { entry }: EmbeddedScript): boolean {
  const form = /^(?:\/\/|\/\*)\s*(?:lockstep|squawk)-ignore(-file)?/.exec(words);
  if (form === null || words.indexOf('/*', 2) >= 0) return false;
  const place = entry?.place.span;
  return form[1] !== undefined || (place !== undefined && place.start <= start && end <= place.end);
}

function next(request: NewMigrationRequest, tool: ProgramTool): NewMigration {
  const { folder, now } = request;
  const name = fileName(request.name);
  const existing = sourcesOf(folder, tool);
  return newProgram(request, { id: tool.idOf(existing, { name, now }), name, newest: existing.at(-1) ?? null }, tool);
}

interface NewProgram {
  readonly id: string;
  readonly name: string;
  /** Whose manner it keeps. */
  readonly newest: NumberedFile | null;
}

/** A new file of the tool's, with whatever content is wished. */
export function newProgram({ folder, config, content }: NewMigrationRequest, { id, name, newest }: NewProgram, tool: Writer): NewMigration {
  const extension = newest === null ? null : (/\.([cm]?[jt]s)$/.exec(newest.file)?.[1] ?? null);
  const empty = tool.skeleton({ id, name, extension, newest: newest === null ? null : folder.read(newest.file) });
  const path = at(folder, `${id}.${extension ?? tool.sends.extension}`);
  const filled = content === undefined ? empty : withContent(empty, { path, id, content }, tool);
  const cursor = (side: 'up' | 'down'): number => bodyStart(filled, { path, side });
  return { id, up: { path, cursor: cursor('up') }, down: config.down === 'forbidden' ? null : { path, cursor: cursor('down') }, changes: [{ kind: 'create', path, text: filled }], upByTool: false };
}

interface Filling {
  readonly path: string;
  readonly id: string;
  readonly content: NonNullable<NewMigrationRequest['content']>;
}

function withContent(empty: string, { path, id, content }: Filling, tool: Writer): string {
  const up = writeProgram(empty, { path, id, side: 'up', sql: content.up, transaction: content.transaction }, tool);
  return content.down === null ? up : writeProgram(up, { path, id, side: 'down', sql: content.down, transaction: content.transaction }, tool);
}

