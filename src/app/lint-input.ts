import { pastOf, Pasts, type Past } from '../analysis/known-schema.ts';
import type { LintInput } from '../analysis/lint.ts';
import type { ScriptReading } from '../layouts/layout.ts';
import type { Migration, Side } from '../model/migration.ts';
import { blank, isAsWritten, spanToSql, type Unchecked } from '../model/source.ts';
import type { Span } from '../model/span.ts';
import type { AsRead, EditedSince } from '../rules/define-rule.ts';
import { parseScript, plainSql, type SqlScript } from '../sql/script.ts';
import { relative } from './paths.ts';
import { configOf } from './policy.ts';
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
  if (located === null) return { script, side: 'up', mode: null, config: project.config, sizes: project.sizes, downState: null, downPath: null, otherSide: null, today, asRead: nobodysScript };
  const { folder, migration, side } = located;
  const down = side === 'up' ? other : { script, reading };
  return {
    script,
    side,
    name: migration.name,
    mode: reading?.mode ?? null,
    config: configOf(folder, pathOfSide(migration, side) ?? migration.up.path),
    sizes: project.sizes,
    downState: down === null ? 'missing' : isEmpty(down) ? 'empty' : 'present',
    downPath: migration.downPath,
    downIn: migration.downPath === migration.up.path ? 'this file' : 'its own file',
    // What a down does by other means than SQL is not known, so nothing is said of what it leaves.
    otherSide: other === null || (side === 'up' && isPartly(other)) ? null : other.script,
    past: pastBefore(located, other?.script ?? null),
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

const histories = new WeakMap<MigrationFolder, Pasts>();
const withOwnUp = new WeakMap<SqlScript, { readonly before: Past; readonly past: Past }>();

/** What the ups that ran before a script lead to. */
function pastBefore({ folder, migration, side }: Located, other: SqlScript | null): Past {
  const history = histories.get(folder) ?? readHistory(folder);
  const before = history.after(placeOf(folder, migration.id));
  if (side === 'up' || other === null) return before;
  const kept = withOwnUp.get(other);
  if (kept?.before === before) return kept.past;
  const past = pastOf([other], before);
  withOwnUp.set(other, { before, past });
  return past;
}

/** Every up as it was when the project was opened. */
function readHistory(folder: MigrationFolder): Pasts {
  const ups = folder.migrations.map((migration) => {
    const text = folder.view.read(relative(folder.path, migration.up.path)) ?? '';
    return readScript(text, { folder, migration, side: 'up' })?.script ?? parseScript('', plainSql);
  });
  const history = new Pasts(ups);
  histories.set(folder, history);
  return history;
}

const places = new WeakMap<MigrationFolder, ReadonlyMap<string, number>>();

/** How many migrations run before one. */
function placeOf(folder: MigrationFolder, id: string): number {
  const known = places.get(folder) ?? new Map(folder.migrations.map((each, index) => [each.id, index]));
  places.set(folder, known);
  return known.get(id) ?? 0;
}
