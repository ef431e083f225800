import { hover, type StatementFacts } from '../analysis/hover.ts';
import { lint } from '../analysis/lint.ts';
import type { ScriptReading } from '../layouts/layout.ts';
import { applyEdits, type Edit, type Fix } from '../model/edit.ts';
import type { Finding, RelatedPlace } from '../model/finding.ts';
import { asInFile, editToFile, isAsWritten, spanToFile, toSql, wholeSource } from '../model/source.ts';
import { loadParser } from '../sql/parse.ts';
import { editScript, type SqlScript } from '../sql/script.ts';
import { lintInput, readingOf, readScript } from './lint-input.ts';
import type { Located, Project } from './project.ts';

export type { StatementFacts };

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
  const findings = lint(inputOf(live, surroundings));
  const { reading } = live;
  if (reading === null || (isAsWritten(reading.source) && reading.source.placeholders.length === 0 && reading.mark === undefined)) return findings;
  return findings.map((finding) => inFile(finding, reading, surroundings.other));
}

/** What is known of the statement at an offset of the file, or null between statements. */
export function hoverLive(live: LiveScript, surroundings: LiveSurroundings, offset: number): StatementFacts | null {
  const source = live.reading?.source ?? wholeSource(live.text);
  const at = toSql(source, offset);
  const facts = at === null ? null : hover(live.script, at, inputOf(live, surroundings));
  if (facts === null) return null;
  return { ...facts, span: spanToFile(source, facts.span), locks: facts.locks.map((lock) => ({ ...lock, relation: asInFile(source, lock.relation) })) };
}

function inputOf(live: LiveScript, { other, now }: LiveSurroundings): ReturnType<typeof lintInput> {
  return lintInput({ ...live, other: other?.script ?? null, today: now.toISOString().slice(0, 10) });
}

/** A fix that the file cannot be edited for (it reaches out of its literal, say) is left out. */
function inFile(finding: Finding, reading: ScriptReading, other: LiveScript | null): Finding {
  const { source } = reading;
  const related = (each: RelatedPlace): RelatedPlace => {
    const its = each.file === undefined ? source : other?.reading?.source;
    return its === undefined ? each : { ...each, span: spanToFile(its, each.span) };
  };
  return {
    ...finding,
    message: asInFile(source, finding.message),
    span: spanToFile(source, finding.span),
    related: finding.related.map(related),
    fixes: finding.fixes.flatMap((fix) => fixInFile(fix, reading)),
  };
}

function fixInFile({ title, edits }: Fix, { source, mark }: ScriptReading): readonly Fix[] {
  const placed = edits.map((edit) => editToFile(source, mark === undefined ? edit : { ...edit, text: edit.text.replaceAll('\n', `\n${mark}`) })).filter((edit) => edit !== null);
  return placed.length === edits.length ? [{ title: asInFile(source, title), edits: placed }] : [];
}
