import { downGap, type DownGap } from '../analysis/down-gap.ts';
import { factsOfAll, hover, type HoverFacts } from '../analysis/hover.ts';
import { lint } from '../analysis/lint.ts';
import type { ScriptReading } from '../layouts/layout.ts';
import { applyEdits, type Edit, type Fix } from '../model/edit.ts';
import type { ExplainedStatement } from '../model/explanation.ts';
import type { Finding, RelatedPlace, SqlFinding } from '../model/finding.ts';
import { asInFile, editToFile, isAsWritten, spanToFile, toSql, wholeSource, type ScriptSource } from '../model/source.ts';
import { loadParser } from '../sql/parse.ts';
import { editScript, type SqlScript } from '../sql/script.ts';
import { lintInput, readingOf, readScript } from './lint-input.ts';
import { editedSince, type MergedFolder } from './merged.ts';
import { isHistory } from './policy.ts';
import type { Located, Project } from './project.ts';

export type { DownGap, HoverFacts };

/** A script as an editor has it open. Immutable: an edit gives the next one and shares what it did not touch. */
export interface LiveScript {
  readonly project: Project;
  /** Null for SQL in a migration folder that no layout claims. */
  readonly located: Located | null;
  /** The whole file; the script may be a part of it. */
  readonly text: string;
  readonly reading: ScriptReading | null;
  /** Counts offsets in the SQL, which are the file's own unless something is escaped there. */
  readonly script: SqlScript;
}

/** What a script is seen together with. */
export interface LiveSurroundings {
  /** The other side of the pair, or null where there is none. */
  readonly other: LiveScript | null;
  readonly now: Date;
  /** The folder as the main branch has it; left out: nobody asked git. */
  readonly merged?: MergedFolder | null;
}

/** Loads the parser; everything below is synchronous afterwards. */
export async function prepareToCheck(): Promise<void> {
  await loadParser();
}

/** Null when the file has no such side. */
export function openLive(text: string, { project, located }: { readonly project: Project; readonly located: Located | null }): LiveScript | null {
  const read = readScript(text, located);
  return read === null ? null : { project, located, text, ...read };
}

/** Only the statements that the edit touched are parsed again, where the file is nothing but the script. Null when it no longer has the side. */
export function editLive(live: LiveScript, edit: Edit): LiveScript | null {
  const text = applyEdits(live.text, [edit]);
  if (live.located === null) return { ...live, text, script: editScript(live.script, edit) };
  const reading = readingOf(text, live.located);
  const isWhole = live.reading?.source.sql === live.text && reading?.source.sql === text;
  return isWhole ? { ...live, text, reading, script: editScript(live.script, edit) } : openLive(text, live);
}

/** Everything the rules say, in the order of the text. Places and edits are the file's. */
export function checkLive(live: LiveScript, surroundings: LiveSurroundings): readonly Finding[] {
  const findings = inPeace(live, lint(inputOf(live, surroundings)));
  const { reading } = live;
  if (reading === null || (isAsWritten(reading.source) && reading.source.placeholders.length === 0 && reading.mark === undefined)) return findings;
  return said(findings.map((finding) => inFile(finding, reading, surroundings.other)));
}

/** What is older than the policy is not nagged; that it may not be edited holds for it most of all. */
function inPeace({ located }: LiveScript, findings: readonly SqlFinding[]): readonly SqlFinding[] {
  return located !== null && isHistory(located.folder, located.migration) ? findings.filter(({ rule }) => rule === 'migration-edited-after-merge') : findings;
}

/** What is known of the statement at an offset of the file, or null between statements. */
export function hoverLive(live: LiveScript, surroundings: LiveSurroundings, offset: number): HoverFacts | null {
  const source = live.reading?.source ?? wholeSource(live.text);
  const at = toSql(source, offset);
  const facts = at === null ? null : hover(live.script, at, inputOf(live, surroundings));
  return facts === null ? null : { ...inWords(source, facts), span: spanToFile(source, facts.span) };
}

/** What is known of every statement, at its place in the file. */
export function explainLive(live: LiveScript, surroundings: LiveSurroundings): readonly ExplainedStatement[] {
  const source = live.reading?.source ?? wholeSource(live.text);
  return factsOfAll(inputOf(live, surroundings)).map(({ placed: { statement }, facts }) => {
    const span = spanToFile(source, facts.span);
    const line = live.text.slice(0, span.start).split('\n').length;
    return { ...inWords(source, facts), span, line, sql: asInFile(source, statement.text), canRunInTransaction: facts.outsideOnly === null, problem: statement.problem?.message ?? null };
  });
}

/** What of an up its down leaves; null where nothing is to be told. */
export function gapLive(up: LiveScript, surroundings: LiveSurroundings): DownGap | null {
  if (up.located !== null && isHistory(up.located.folder, up.located.migration)) return null;
  const gap = downGap(inputOf(up, surroundings));
  return gap === null || up.reading === null ? gap : inWords(up.reading.source, gap);
}

function inputOf(live: LiveScript, { other, now, merged = null }: LiveSurroundings): ReturnType<typeof lintInput> {
  const edited = merged === null || live.located === null ? null : editedSince(merged, live.located, live);
  return lintInput({ ...live, other, today: now.toISOString().slice(0, 10), edited });
}

/** A fix that the file cannot be edited for (it reaches out of its literal, say) is left out. */
function inFile(finding: SqlFinding, reading: ScriptReading, other: LiveScript | null): Finding {
  const { source } = reading;
  const words = (sentence: string): string => asInFile(source, sentence);
  const related = (each: RelatedPlace): RelatedPlace => {
    const its = each.file === undefined ? source : other?.reading?.source;
    return its === undefined ? each : { ...each, span: spanToFile(its, each.span), message: asInFile(its, each.message) };
  };
  const { place, ...rest } = finding;
  return {
    ...rest,
    message: words(finding.message),
    span: place ?? spanToFile(source, finding.span),
    related: finding.related.map(related),
    fixes: finding.fixes.flatMap((fix) => fixInFile({ ...fix, title: words(fix.title) }, reading)),
  };
}

/** A constant of the file that is sent twice is two statements of one place: what is said of both alike is said once. */
function said(findings: readonly Finding[]): readonly Finding[] {
  const known = new Set<string>();
  return findings.filter(({ rule, span, message }) => {
    const key = `${rule} ${span.start} ${span.end} ${message}`;
    return !known.has(key) && known.add(key);
  });
}

/** Every sentence and name in what is known of a statement. */
function inWords<T>(source: ScriptSource, value: T): T {
  if (source.placeholders.length === 0) return value;
  // Facts are plain data, and a copy of them in which strings are strings again is of the same type.
  return JSON.parse(JSON.stringify(value), (_key, each: unknown) => (typeof each === 'string' ? asInFile(source, each) : each)) as T;
}

function fixInFile({ title, edits }: Fix, reading: ScriptReading): readonly Fix[] {
  const placed = editsInFile(edits, reading);
  return placed === null ? [] : [{ title, edits: placed }];
}

/** Edits of the SQL as edits of its file; null where the file cannot be edited so. */
export function editsInFile(edits: readonly Edit[], { source, mark, edited }: ScriptReading): readonly Edit[] | null {
  const apart = edited?.(edits) ?? null;
  if (apart !== null) return apart;
  const placed = edits.map((edit) => editToFile(source, mark === undefined ? edit : { ...edit, text: edit.text.replaceAll('\n', `\n${mark}`) })).filter((edit) => edit !== null);
  return placed.length === edits.length ? placed : null;
}
