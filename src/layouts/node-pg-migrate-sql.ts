import type { Side, TransactionMode } from '../model/migration.ts';
import type { Span } from '../model/span.ts';
import type { ReadingProblem, ScriptReading, ScriptRequest, WriteRequest } from './layout.ts';
import { wholeFile } from './scripts.ts';
import { bodyOf, commentsBefore, linesOf, replaced, sectionSource } from './sections.ts';

const mode: TransactionMode = { kind: 'transaction', tool: 'node-pg-migrate', optOut: 'write this migration in TypeScript or JavaScript, where `pgm.noTransaction()` is; its SQL files cannot leave the transaction' };

/** As `Layout.read` has it. */
export function readSections(text: string, { side }: ScriptRequest): ScriptReading | null {
  const sections = sectionsOf(text);
  const section = sections[side];
  const problems = side === 'up' ? problemsOf(text, sections) : [];
  if (section === null) return side === 'down' ? null : { ...wholeFile(text, mode), problems };
  const first = Math.min(...[sections.up, sections.down].flatMap((each) => (each === null ? [] : [each.marker.start])));
  return { source: sectionSource(text, { head: commentsBefore(linesOf(text), first), body: { start: section.body, end: section.span.end }, taken: [] }), span: section.span, mode, problems };
}

/** As `Layout.write` has it. */
export function writeSections(text: string | null, { side, sql }: WriteRequest): string {
  const given = withMarkers(text ?? '');
  const section = sectionsOf(given)[side];
  // Both are there by now.
  if (section === null) return given;
  const body = bodyOf(sql);
  return replaced(given, { start: section.body, end: section.span.end }, section.span.end === given.length || /^[ \t]*\r?\n/.test(given.slice(section.span.end)) ? body : `${body}\n`);
}

/** Whether a text has a section for the down. */
export function hasDownSection(text: string): boolean {
  return sectionsOf(text).down !== null;
}

interface Section {
  /** From its marker to where the other side begins, or to the end. */
  readonly span: Span;
  /** The marker's line, without its line break. */
  readonly marker: Span;
  readonly body: number;
}

const markers: Record<Side, RegExp> = { up: /^\s*--[\s-]*up\s+migration/im, down: /^\s*--[\s-]*down\s+migration/im };

/** The first marker of each side counts. */
function sectionsOf(text: string): Record<Side, Section | null> {
  const [up, down] = [text.search(markers.up), text.search(markers.down)];
  const section = (start: number, other: number): Section | null => {
    if (start < 0) return null;
    const marker = start + text.slice(start).search(/\S/);
    const feed = text.indexOf('\n', marker);
    const body = feed < 0 ? text.length : feed + 1;
    return { span: { start, end: other > start ? other : text.length }, marker: { start: marker, end: feed < 0 ? text.length : text[feed - 1] === '\r' ? feed - 1 : feed }, body };
  };
  return { up: section(up, down), down: section(down, up) };
}

function problemsOf(text: string, { up, down }: Record<Side, Section | null>): readonly ReadingProblem[] {
  if (up === null) {
    return down === null ? [] : [{ span: down.marker, message: 'Without `-- Up Migration` node-pg-migrate runs the whole file as the up, this down included.', next: 'Put `-- Up Migration` above the statements of the up.' }];
  }
  const first = Math.min(up.marker.start, down?.marker.start ?? Infinity);
  const lines = linesOf(text);
  const lost = lines.find((line) => line.start < first && !/^\s*(--.*)?$/.test(line.text));
  const again = lines.find((line) => (markers.up.test(line.text) && line.start > up.marker.start) || (down !== null && markers.down.test(line.text) && line.start > down.marker.start));
  return [
    ...(lost === undefined ? [] : [{ span: { start: lost.start, end: lost.end }, message: 'node-pg-migrate does not run what stands above its first section.', next: 'Move it below `-- Up Migration`.' }]),
    ...(again === undefined ? [] : [{ span: { start: again.start, end: again.end }, message: 'node-pg-migrate takes the first such line alone: this one is a mere comment inside of the section above it.', next: 'Keep one up and one down in a file.' }]),
  ];
}

/** A file without markers is an up, so its own comes first. */
function withMarkers(text: string): string {
  const { up, down } = sectionsOf(text);
  const marked = up === null ? replaced(text, { start: 0, end: 0 }, text.trim() === '' ? '-- Up Migration\n\n' : '-- Up Migration\n') : text;
  const gap = marked.endsWith('\n\n') || marked === '' ? '' : marked.endsWith('\n') ? '\n' : '\n\n';
  return down === null ? replaced(marked, { start: marked.length, end: marked.length }, `${gap}-- Down Migration\n`) : marked;
}
