import type { ScriptReading } from '../layouts/layout.ts';
import { applyEdits, type Edit } from '../model/edit.ts';
import type { Finding } from '../model/finding.ts';
import { editToFile, toSql } from '../model/source.ts';
import { inOneFile } from './file-findings.ts';
import { checkLive, editLive, gapLive, hoverLive, openLive, type DownGap, type LiveScript, type HoverFacts } from './live-script.ts';
import type { MergedFolder } from './merged.ts';
import type { Located, MigrationFolder, Project } from './project.ts';

/** A file as an editor has it open: one script, or several sections of one file. Immutable, as its scripts are. */
export interface LiveFile {
  readonly project: Project;
  /** Every side of a migration that the file may hold; empty for SQL that no layout claims. */
  readonly places: readonly Located[];
  readonly text: string;
  readonly scripts: readonly LiveScript[];
}

/** The other sides that stand elsewhere. */
export interface FileSurroundings {
  otherOf(located: Located): LiveScript | null;
  readonly now: Date;
  /** A folder as the main branch has it; left out: nobody asked git. */
  mergedOf?(folder: MigrationFolder): MergedFolder | null;
}

export function openFile(text: string, { project, places }: Pick<LiveFile, 'project' | 'places'>): LiveFile {
  const wanted = places.length === 0 ? [null] : places;
  return { project, places, text, scripts: wanted.flatMap((located) => openLive(text, { project, located }) ?? []) };
}

export function editFile(file: LiveFile, edit: Edit): LiveFile {
  const scripts = file.scripts.flatMap((live) => editLive(live, edit) ?? []);
  const [only] = scripts;
  // An edit can bring a section that was not there before.
  if (only === undefined || scripts.length < Math.max(1, file.places.length)) return openFile(applyEdits(file.text, [edit]), file);
  return { ...file, text: only.text, scripts };
}

/** Everything the rules say of all its scripts, in the order of the text. */
export function checkFile(file: LiveFile, surroundings: FileSurroundings): readonly Finding[] {
  const checked = file.scripts.map((live) => ({ live, findings: checkLive(live, { other: otherOf(file, live, surroundings), now: surroundings.now, merged: mergedOf(live, surroundings) }) }));
  const findings = inOneFile(checked).flat();
  return file.scripts.length < 2 ? findings : findings.sort((a, b) => a.span.start - b.span.start);
}

export function hoverFile(file: LiveFile, surroundings: FileSurroundings, offset: number): HoverFacts | null {
  for (const live of file.scripts) {
    const facts = hoverLive(live, { other: otherOf(file, live, surroundings), now: surroundings.now }, offset);
    if (facts !== null) return facts;
  }
  return null;
}

/** What the down of a script's migration leaves of its up, seen from either of them. */
export function gapOf(file: LiveFile, live: LiveScript, surroundings: FileSurroundings): DownGap | null {
  const other = otherOf(file, live, surroundings);
  const [up, down] = live.located?.side === 'down' ? [other, live] : [live, other];
  return up === null ? null : gapLive(up, { other: down, now: surroundings.now });
}

/** The script in which an offset of the file stands; the first where it stands in none. */
export function placeAt({ scripts, places }: LiveFile, offset: number): Located | null {
  const at = scripts.find(({ reading }) => reading !== null && reading.span.start <= offset && offset <= reading.span.end);
  return at?.located ?? scripts[0]?.located ?? places[0] ?? null;
}

/** Where typing begins in a section: on its first line, or below it where the tool takes that one for itself. */
export function startOf({ span, source }: ScriptReading, text: string): number {
  const feed = text.indexOf('\n', span.start);
  const end = feed < 0 ? text.length : feed;
  const isTaken = text.slice(span.start, end).trim() !== '' && source.sql.slice(span.start, end).trim() === '';
  return isTaken ? Math.min(text.length, end + 1) : span.start;
}

/** Where a comment goes that silences a rule, and what stands around it. */
export interface CommentPlace {
  readonly at: number;
  readonly before: string;
  readonly after: string;
}

/** Inside the literal of the SQL that a finding is about, or at the top of the file where it is about all of it; null: on the line above, as in SQL. */
export function commentPlace({ scripts, text }: LiveFile, finding: Finding): CommentPlace | null {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const programs = scripts.flatMap(({ reading }) => (reading?.comment === undefined ? [] : [reading]));
  if (programs.length === 0) return null;
  const [program] = programs;
  if (finding.statement === null) return { at: 0, before: `${program?.comment ?? ''} `, after: newline };
  for (const { source } of programs) {
    const sqlAt = toSql(source, finding.span.start);
    const part = sqlAt === null ? undefined : source.parts.find(({ sql }) => sql.start <= sqlAt && sqlAt <= sql.end);
    if (sqlAt === null || part === undefined) continue;
    const line = Math.max(part.sql.start, source.sql.lastIndexOf('\n', sqlAt - 1) + 1);
    const indent = /^[ \t]*/.exec(source.sql.slice(line))?.[0] ?? '';
    const placed = editToFile(source, { span: { start: line + indent.length, end: line + indent.length }, text: `\n${indent}` });
    if (placed !== null) return { at: placed.span.start, before: '-- ', after: placed.text };
  }
  return null;
}

function mergedOf({ located }: LiveScript, { mergedOf: of }: FileSurroundings): MergedFolder | null {
  return located === null ? null : (of?.(located.folder) ?? null);
}

/** The other side stands in the same file, or where the surroundings find it. */
function otherOf({ scripts }: LiveFile, live: LiveScript, surroundings: FileSurroundings): LiveScript | null {
  const { located } = live;
  if (located === null) return null;
  const beside = scripts.find((each) => each.located?.migration.id === located.migration.id && each.located.side !== located.side);
  return beside ?? surroundings.otherOf(located);
}
