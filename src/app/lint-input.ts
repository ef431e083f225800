import type { LintInput } from '../analysis/lint.ts';
import type { ScriptReading } from '../layouts/layout.ts';
import type { Migration, Side } from '../model/migration.ts';
import { blank, isAsWritten, spanToSql, type Unchecked } from '../model/source.ts';
import type { Span } from '../model/span.ts';
import type { AsRead, EditedSince } from '../rules/define-rule.ts';
import { parseScript, plainSql, type SqlScript } from '../sql/script.ts';
import { relative } from './paths.ts';
import type { Located, MigrationFolder, Project } from './project.ts';

/** One script and what stands around it: the same for the editor and for the command line, so that both say the same. */
export interface ScriptSurroundings {
  readonly project: Project;
  /** Null for SQL that no layout claims. */
  readonly located: Located | null;
  readonly script: SqlScript;
  /** How its tool reads the file it stands in; null for SQL that no layout claims. */
  readonly reading: ScriptReading | null;
  /** The other side of the pair; null when there is none. */
  readonly other: ReadScript | null;
  /** The day of the check, `2026-11-20`. */
  readonly today: string;
  /** How it differs from what the main branch has; null where it does not, and where nobody knows. */
  readonly edited: EditedSince | null;
}

/** Everything that a verdict on one script depends on. */
export function lintInput({ project, located, script, reading, other, today, edited }: ScriptSurroundings): LintInput {
  if (located === null) return { script, side: 'up', mode: null, config: project.config, downState: null, downPath: null, otherSide: null, today, asRead: nobodysScript };
  const { folder, migration, side } = located;
  const down = side === 'up' ? other : { script, reading };
  return {
    script,
    side,
    mode: reading?.mode ?? null,
    config: folder.config,
    downState: down === null ? 'missing' : isEmpty(down) ? 'empty' : 'present',
    downPath: migration.downPath,
    downIn: migration.downPath === migration.up.path ? 'this file' : 'its own file',
    // What a down does by other means than SQL is not known, so nothing is said of what it leaves.
    otherSide: other === null || (side === 'up' && isPartly(other)) ? null : other.script,
    history: historyOf(located, other?.script ?? null),
    today,
    ...(reading === null ? {} : { asRead: asRead(reading) }),
    ...(edited === null ? {} : { edited }),
  };
}

/** Nothing in it, not even something that nobody could read. */
function isEmpty({ script, reading }: ReadScript): boolean {
  return script.statements.length === 0 && (reading === null || (reading.source.unchecked.length === 0 && reading.problems.length === 0));
}

/** Whether it does something that is not in its SQL. */
function isPartly({ reading }: ReadScript): boolean {
  return reading !== null && reading.source.unchecked.some(({ kind }) => kind === 'builder' || kind === 'unread');
}

/** SQL that no layout claims may well be run by psql. */
const nobodysScript: AsRead = { unchecked: [], problems: [], client: 'psql' };

/** What the layout says of the file, at the offsets of the SQL. */
function asRead({ source, problems, client }: ScriptReading): AsRead {
  const isWritten = isAsWritten(source);
  const placed = <T extends { readonly span: Span }>(each: T): T & { readonly place?: Span } => (isWritten ? each : { ...each, span: spanToSql(source, each.span), place: each.span });
  return { unchecked: source.unchecked.map(placed), problems: problems.map(placed), ...(client === undefined ? {} : { client }) };
}

/** A script as its tool reads it, and parsed. */
export interface ReadScript {
  readonly reading: ScriptReading | null;
  readonly script: SqlScript;
}

/** Reads the side of a migration out of its file; null when the file has no such side. SQL that no layout claims is read as it stands. */
export function readScript(text: string, located: Located | null): ReadScript | null {
  if (located === null) return { reading: null, script: parseScript(text, plainSql) };
  const reading = readingOf(text, located);
  if (reading === null) return null;
  const options = { separator: located.folder.layout.separator };
  const script = parseScript(reading.source.sql, options);
  const known = withoutUnreadable(reading, script);
  return known === reading ? { reading, script } : { reading: known, script: parseScript(known.source.sql, options) };
}

/** A statement that makes no sense until its placeholder is filled in is nobody's mistake: it is left out, and said to be unchecked. */
function withoutUnreadable(reading: ScriptReading, script: SqlScript): ScriptReading {
  const { source } = reading;
  if (!isAsWritten(source) || source.placeholders.length === 0) return reading;
  const lost = script.statements.flatMap(({ start, statement }) => {
    const end = start + statement.text.length;
    const held = statement.problem === null ? undefined : source.placeholders.find((each) => start <= each.sql.start && each.sql.end <= end);
    return held === undefined ? [] : [{ start, end, held }];
  });
  if (lost.length === 0) return reading;
  const sql = lost.reduce((all, { start, end }) => all.slice(0, start) + blank(all.slice(start, end)) + all.slice(end), source.sql);
  const unchecked = lost.map(({ start, end, held }): Unchecked => ({ span: { start, end }, kind: 'interpolation', reason: `This statement cannot be read before ${held.code} is filled in, so it was not checked.` }));
  return { ...reading, source: { ...source, sql, unchecked: [...source.unchecked, ...unchecked] } };
}

export function readingOf(text: string, { folder, migration, side }: Located): ScriptReading | null {
  const path = pathOfSide(migration, side);
  return path === null ? null : folder.layout.read(text, { path, id: migration.id, side, config: folder.config, folder: folder.view });
}

/** Where a side stands, or would stand: an editor may hold a down that is on no disk yet. */
export function pathOfSide({ up, down, downPath }: Migration, side: Side): string | null {
  return side === 'up' ? up.path : (down?.path ?? downPath);
}

/** The ups of a folder in order, and the part of them before each migration that was asked about. */
interface History {
  readonly ups: readonly SqlScript[];
  readonly before: Map<string, readonly SqlScript[]>;
}

const histories = new WeakMap<MigrationFolder, History>();
const withOwnUp = new WeakMap<SqlScript, readonly SqlScript[]>();

/** The ups that ran before a script. The same array for the same scripts: what is learnt from it is kept by its identity. */
function historyOf({ folder, migration, side }: Located, other: SqlScript | null): readonly SqlScript[] {
  const before = upsBefore(folder, migration.id);
  if (side === 'up' || other === null) return before;
  const kept = withOwnUp.get(other);
  if (kept !== undefined && kept.length === before.length + 1 && before.every((script, index) => kept[index] === script)) return kept;
  const whole = [...before, other];
  withOwnUp.set(other, whole);
  return whole;
}

function upsBefore(folder: MigrationFolder, id: string): readonly SqlScript[] {
  const history = histories.get(folder) ?? readHistory(folder);
  const kept = history.before.get(id);
  if (kept !== undefined) return kept;
  const at = folder.migrations.findIndex((migration) => migration.id === id);
  const before = history.ups.slice(0, Math.max(0, at));
  history.before.set(id, before);
  return before;
}

/** Every up as it was when the project was opened. */
function readHistory(folder: MigrationFolder): History {
  const ups = folder.migrations.map((migration) => {
    const text = folder.view.read(relative(folder.path, migration.up.path)) ?? '';
    return readScript(text, { folder, migration, side: 'up' })?.script ?? parseScript('', plainSql);
  });
  const history = { ups, before: new Map<string, readonly SqlScript[]>() };
  histories.set(folder, history);
  return history;
}
