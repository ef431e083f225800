import type { Migration, TransactionMode } from '../model/migration.ts';
import type { ProjectProblem } from '../model/report.ts';
import { wholeSource } from '../model/source.ts';
import type { Span } from '../model/span.ts';
import { pieceAt } from '../sql/split.ts';
import { grammarTokens } from '../sql/tokens.ts';
import { flywayLocations, flywayMarkers, flywaySettings } from './flyway-config.ts';
import { flywayMoves } from './flyway-moves.ts';
import { compareNames, flywayName, isMisnamed, nextVersion, versionKey, type FlywayName } from './flyway-version.ts';
import { newPair } from './header.ts';
import type { FolderView, Layout, Listing, NewMigration, NewMigrationRequest, ReadingProblem, ScriptReading, ScriptRequest } from './layout.ts';
import { compareText, fileName, refuseAnywhere } from './naming.ts';
import { withPlaceholders } from './placeholders.ts';
import { at, unreadable } from './scripts.ts';

/** Flyway: `V1.2__name.sql` in the order of the versions, `U1.2__name.sql` undoes it, `R__name.sql` runs after all whenever it changed. */
export const flyway: Layout = {
  id: 'flyway',
  title: 'Flyway',
  files: /\.sql(\.conf)?$|(^|\/)flyway(\.user)?\.(toml|conf)$/,
  separator: null,
  bookkeeping: ['flyway_schema_history'],
  checksum: { where: 'flyway_schema_history.checksum', counts: ['comments', 'white space'], then: '`flyway migrate` and `flyway validate` then refuse to run until the file is as it was.' },
  detect,
  list,
  read,
  write: (_text, { sql }) => sql,
  refuseName(name, folder) {
    const refusal = refuseAnywhere(name);
    if (refusal !== null) return refusal;
    const taken = scripts(folder).find((script) => script.kind === 'versioned' && script.description.toLowerCase() === name.toLowerCase());
    return taken === undefined ? null : `${taken.file} has this name already: say what is different this time.`;
  },
  moves: flywayMoves({ next }),
  next,
};

/** A script where it lies. */
interface FlywayScript extends FlywayName {
  /** Relative to the folder: Flyway looks into folders inside its locations as well. */
  readonly file: string;
}

function detect(folder: FolderView): number {
  const found = scripts(folder);
  const marked = flywayMarkers.some((file) => folder.files.includes(file));
  if (marked && found.length > 0) return 4;
  return found.some(({ file, kind }) => kind !== 'undo' && !file.includes('/')) ? 2 : 0;
}

function list(folder: FolderView): Listing {
  const all = [...scripts(folder)].sort((a, b) => compareNames(a, b) || compareText(a.file, b.file));
  const ups = all.filter(({ kind }) => kind !== 'undo');
  const migrations = ups.map((script): Migration => {
    const undo = undoFor(script, all);
    return {
      id: script.file.slice(script.file.lastIndexOf('/') + 1, -'.sql'.length),
      name: script.description,
      up: { path: at(folder, script.file) },
      down: undo === undefined ? null : { path: at(folder, undo.file) },
      downPath: script.kind === 'repeatable' ? null : at(folder, undo?.file ?? undoOf(script.file)),
    };
  });
  return { migrations, problems: [...problemsOf(folder, all), ...unreadable(folder, all.map(({ file }) => file))] };
}

/** The version, or a repeatable's description, names a migration: Flyway refuses a second one. */
function identity({ kind, version, description }: FlywayName): string {
  return kind === 'repeatable' ? `R ${description}` : `${kind} ${versionKey(version)}`;
}

/** The undo of its version. Where two scripts share one after a merge, each has the undo of its own name. */
function undoFor(script: FlywayScript, all: readonly FlywayScript[]): FlywayScript | undefined {
  if (script.kind !== 'versioned') return undefined;
  const same = all.filter(({ version }) => versionKey(version) === versionKey(script.version));
  const undos = same.filter(({ kind }) => kind === 'undo');
  return undos.find(({ description }) => description === script.description) ?? (same.filter(({ kind }) => kind === 'versioned').length === 1 ? undos[0] : undefined);
}

function undoOf(file: string): string {
  return file.replace(/(^|\/)V([^/]*)$/, '$1U$2');
}

/** Flyway looks into all folders below its locations. */
function scripts(folder: FolderView): readonly FlywayScript[] {
  const locations = locationsOf(folder);
  return folder.files.flatMap((file) => {
    const name = isWithin(file, locations) ? flywayName(file) : null;
    return name === null ? [] : [{ ...name, file }];
  });
}

/** A file of settings that lies among the scripts names its locations from elsewhere: the folder in which Flyway is started. */
function locationsOf(folder: FolderView): readonly string[] | null {
  const locations = flywayLocations(folder);
  return locations?.some((location) => folder.files.some((file) => file.endsWith('.sql') && isWithin(file, [location]))) === true ? locations : null;
}

function isWithin(file: string, locations: readonly string[] | null): boolean {
  return locations === null || locations.some((location) => location === '' || file.startsWith(`${location}/`));
}

function problemsOf(folder: FolderView, all: readonly FlywayScript[]): readonly ProjectProblem[] {
  const problems: ProjectProblem[] = [];
  const known = new Map<string, FlywayScript>();
  for (const script of all) {
    const twin = known.get(identity(script));
    if (twin === undefined) known.set(identity(script), script);
    else problems.push({ path: at(folder, script.file), message: `${twin.file} and ${script.file} are the same ${wordsFor(script)} to Flyway, which refuses the whole folder.`, next: 'Give the one that was merged later the next free version, in its undo script as well.', ...(script.kind === 'versioned' ? { renumber: at(folder, script.file) } : {}) });
    if (script.kind === 'undo' && !all.some((up) => up.kind === 'versioned' && versionKey(up.version) === versionKey(script.version))) {
      problems.push({ path: at(folder, script.file), message: `${script.file} undoes version ${script.version}, which no V script has.`, next: 'Give it the version that it undoes, or delete it.' });
    }
  }
  const locations = locationsOf(folder);
  const misnamed = folder.files.filter((file) => isMisnamed(file) && isWithin(file, locations));
  return [...problems, ...misnamed.map((file) => ({
    path: at(folder, file),
    message: `${file} does not have the form V1__name.sql, U1__name.sql or R__name.sql, with a capital letter and two underscores: Flyway passes over it without a word.`,
    next: 'Rename it, and set validateMigrationNaming=true so that Flyway tells the next time.',
  }))];
}

function wordsFor({ kind, version, description }: FlywayName): string {
  return kind === 'repeatable' ? `repeatable migration “${description}”` : `${kind === 'undo' ? 'undo of ' : ''}version ${versionKey(version)}`;
}

/** A file of its own beside the script decides first, then what Flyway sees in the script itself. */
function read(text: string, { path, folder }: ScriptRequest): ScriptReading {
  const script = folder !== undefined && path.startsWith(folder.path) ? path.slice(folder.path.length).replace(/^\//, '') : path;
  const settings = flywaySettings(folder, script);
  const source = settings.placeholders ? withPlaceholders(wholeSource(text), 'braces', 'Flyway') : wholeSource(text);
  const outsideOnly = outsideTransactions(text);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const mode = (kind: TransactionMode['kind']): TransactionMode => ({ kind, tool: 'Flyway', optOut: `put executeInTransaction=false into a file ${name}.conf beside the script` });
  const kind = settings.executeInTransaction ?? outsideOnly.spans.length === 0 ? 'transaction' : 'autocommit';
  const isRefused = settings.executeInTransaction === null && !settings.mixed && outsideOnly.others > 0;
  return { source, span: { start: 0, end: text.length }, mode: mode(kind), client: 'copy', ...(name.startsWith('R') ? { again: true as const } : {}), problems: isRefused ? outsideOnly.spans.slice(0, 1).map(refusedAsMixed) : [] };
}

function refusedAsMixed(span: Span): ReadingProblem {
  return {
    span,
    message: 'Flyway refuses this script: this statement cannot run in a transaction, the others can, and “mixed” is false.',
    next: 'Move it into a migration of its own, or let the whole script run without a transaction: executeInTransaction=false in a .conf file beside it.',
  };
}

/** Statements that Flyway knows to be impossible in a transaction, by their first words; and how many others there are. */
function outsideTransactions(text: string): { readonly spans: readonly Span[]; readonly others: number } {
  if (!/\b(CONCURRENTLY|VACUUM|DATABASE|TABLESPACE|SUBSCRIPTION|SYSTEM|DISCARD|REINDEX)\b/i.test(text)) return { spans: [], others: 1 };
  const spans: Span[] = [];
  let others = 0;
  for (let from = 0; from < text.length; ) {
    const piece = pieceAt(text, from, text.length, { separator: null, quotes: 'trusting' });
    from = piece.close;
    if (piece.end === piece.start) continue;
    const words = grammarTokens(text.slice(piece.start, Math.min(piece.end, piece.start + 200))).slice(0, 5).map((token) => token.text.toUpperCase()).join(' ');
    if (onlyOutside.test(words)) spans.push({ start: piece.start, end: piece.end });
    else others += 1;
  }
  return { spans, others };
}

/** The list of Flyway's own parser for PostgreSQL from 12 on: REINDEX INDEX CONCURRENTLY, for one, is not in it. */
const onlyOutside = /^((CREATE|DROP) (DATABASE|TABLESPACE|SUBSCRIPTION)|ALTER SYSTEM|(CREATE|DROP)( UNIQUE)? INDEX CONCURRENTLY|REINDEX( VERBOSE)? (SCHEMA|DATABASE|SYSTEM)|VACUUM|DISCARD ALL)\b/;

function next(request: NewMigrationRequest): NewMigration {
  const { folder, name, now, content } = request;
  const versioned = scripts(folder).filter(({ kind }) => kind === 'versioned').sort(compareNames);
  const newest = versioned.at(-1);
  const inside = newest === undefined ? (flywayLocations(folder)?.[0] ?? '') : newest.file.slice(0, Math.max(0, newest.file.lastIndexOf('/')));
  const prefix = inside === '' ? '' : `${inside}/`;
  const description = fileName(name);
  const version = nextVersion(newest?.version ?? null, now);
  const file = `${prefix}V${version}__${description}.sql`;
  const facts = { id: `V${version}__${description}`, name: description, now };
  const pair = newPair({ facts, up: at(folder, file), down: at(folder, undoOf(file)), request });
  if (content?.transaction !== 'none') return pair;
  const sides = pair.down === null ? [file] : [file, undoOf(file)];
  return { ...pair, changes: [...pair.changes, ...sides.map((side) => ({ kind: 'create' as const, path: at(folder, `${side}.conf`), text: 'executeInTransaction=false\n' }))] };
}
