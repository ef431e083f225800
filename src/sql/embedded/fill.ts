import type { Span } from '../../model/span.ts';
import type { Unchecked } from '../../model/source.ts';
import { parseStatement } from '../parse.ts';
import { pieceAt, type Piece as SqlPiece } from '../split.ts';
import { tokens } from '../tokens.ts';
import { literalRuns, type Run } from './literals.ts';
import { blank } from './output.ts';
import type { Chunk, Fixed, Hole, Piece } from './pieces.ts';

/** The text of one call, ready to be written: each hole has its stand-in. */
export interface Filled {
  readonly segments: readonly Segment[];
  readonly unchecked: readonly Unchecked[];
  /** What ends the call's last statement, if the text does not. */
  readonly terminator: string;
  /** A quote or comment that never ends, in the file. */
  readonly unclosed: Span | null;
}

export type Segment =
  | { readonly kind: 'chunk'; readonly piece: Chunk; readonly runs: readonly Run[] }
  | { readonly kind: 'fixed'; readonly piece: Fixed; readonly text: string }
  | { readonly kind: 'hole'; readonly piece: Hole; readonly text: string };

/** Numbers the holes of a file: equal code has one number, and with it one stand-in. */
export type HoleNumbers = Map<string, number>;

type Style = 'value' | 'name' | 'number' | 'string' | 'nothing';

const stylesOf: Record<Hole['as'], readonly Style[]> = {
  value: ['value', 'name', 'number', 'string', 'nothing'],
  text: ['name', 'number', 'string', 'nothing'],
  name: ['name'],
};

/** A hole in the joined text. */
interface Place {
  readonly piece: Hole;
  readonly index: number;
  styles: readonly Style[];
  /** Inside a quote, a word or a comment, where only one style can stand. */
  inside: 'nothing' | 'token' | 'comment';
}

/**
 * Fills each hole so that PostgreSQL's grammar takes the statement: as a parameter, a name, a number, a string, or with nothing.
 * A statement that it takes in no way, and that may be right all the same, is left out.
 */
export function fill(file: string, pieces: readonly Piece[], numbers: HoleNumbers): Filled {
  const texts = pieces.map((piece) => (piece.kind === 'chunk' ? literalRuns(file, piece.span, piece.quote).map((run) => run.text).join('') : piece.kind === 'fixed' ? piece.text : ''));
  const places = pieces.flatMap((piece, index): Place[] => (piece.kind === 'hole' ? [{ piece, index, styles: stylesOf[piece.as], inside: 'nothing' }] : []));
  const work: Work = { texts, places, numbers };
  for (const place of places) standIn(work, place);
  settleInside(work);
  const lost = places.length === 0 ? [] : settle(work);
  return finish(file, pieces, work, lost);
}

interface Work {
  readonly texts: string[];
  readonly places: readonly Place[];
  readonly numbers: HoleNumbers;
}

function standIn({ texts, numbers }: Work, { piece, index, styles }: Place): void {
  texts[index] = stand(styles[0] ?? 'nothing', piece, numberOf(numbers, piece));
}

function numberOf(numbers: HoleNumbers, { code, span, written }: Hole): number {
  const key = written === 'binding' ? `${code}@${span.start}` : code;
  const known = numbers.get(key) ?? numbers.size + 1;
  numbers.set(key, known);
  return known;
}

const longest = 40;

function stand(style: Style, { code, written }: Hole, number: number): string {
  const room = Math.min(longest, written === 'interpolation' && !code.includes('\n') ? code.length : 0);
  if (style === 'value') return `$${String(number).padStart(room - 1, '0')}`;
  if (style === 'number') return String(number).padStart(Math.max(4, room), '0');
  const word = `${written === 'interpolation' ? '' : '_'}${code.replace(/\W/g, '_').slice(0, longest)}`;
  if (style === 'name') return written === 'binding' ? `_${number}_` : word;
  return style === 'string' ? `'${word.slice(0, Math.max(1, room - 2))}'` : '';
}

/** Whatever stands inside a bigger token is part of its text. */
function settleInside(work: Work): void {
  if (work.places.length === 0) return;
  const named = { ...work, texts: [...work.texts] };
  for (const place of work.places) standIn(named, { ...place, styles: ['name'] });
  const found = tokens(named.texts.join(''));
  const starts = offsets(named.texts);
  let token = 0;
  for (const place of work.places) {
    const start = starts[place.index] ?? 0;
    const end = start + (named.texts[place.index]?.length ?? 0);
    while ((found[token]?.end ?? Infinity) <= start) token += 1;
    const around = found[token];
    if (around === undefined || around.start > start || around.end < end || (around.start === start && around.end === end)) continue;
    place.inside = around.kind === 'comment' ? 'comment' : 'token';
    place.styles = ['name'];
    standIn(work, place);
  }
}

function offsets(texts: readonly string[]): readonly number[] {
  let at = 0;
  return texts.map((text) => (at += text.length) - text.length);
}

interface Lost {
  readonly span: Span;
  readonly places: readonly Place[];
}

const mostRounds = 80;

/** Tries the styles of the holes until the statements parse; what is left over cannot be read. */
function settle(work: Work): readonly Lost[] {
  const given = new Set<Place>();
  for (let round = 0; ; round += 1) {
    const broken = brokenStatements(work).filter(({ places }) => !places.some((place) => given.has(place)));
    const first = broken[0];
    if (first === undefined) break;
    const next = round < mostRounds ? first.candidates.find((place) => place.styles.length > 1) : undefined;
    if (next === undefined) for (const place of first.places) given.add(place);
    else {
      next.styles = next.styles.slice(1);
      standIn(work, next);
    }
  }
  return brokenStatements(work).map(({ span, places }) => ({ span, places }));
}

interface Broken extends Lost {
  /** Which hole to try otherwise, the likeliest first. */
  readonly candidates: readonly Place[];
}

/** Statements with holes that do not parse, and may do so once the holes are filled. */
function brokenStatements({ texts, places }: Work): readonly Broken[] {
  const text = texts.join('');
  const starts = offsets(texts);
  return sqlPieces(text).flatMap(({ from, start, end, close }) => {
    const span = { start, end };
    const isWithin = ({ index, inside }: Place): boolean => inside !== 'comment' && isBetween(starts[index] ?? 0, from, close === text.length ? Infinity : close);
    const inside = places.filter(isWithin);
    const problem = inside.length === 0 || start === end ? null : parseStatement(text.slice(start, end)).problem;
    if (problem === null) return isNothingBut(inside, texts, start, end) ? [{ span, places: inside, candidates: [] }] : [];
    const at = problem.message.endsWith('at end of input') ? Infinity : start + problem.span.start;
    const before = inside.filter((place) => (starts[place.index] ?? 0) <= at);
    return before.length === 0 ? [] : [{ span, places: inside, candidates: before.reverse() }];
  });
}

function isBetween(at: number, from: number, end: number): boolean {
  return from <= at && at < end;
}

/** A statement that is one hole says nothing, even if a lone word happened to parse. */
function isNothingBut(inside: readonly Place[], texts: readonly string[], start: number, end: number): boolean {
  return inside.length > 0 && start < end && inside.reduce((sum, { index }) => sum + (texts[index]?.length ?? 0), 0) >= end - start;
}

function sqlPieces(text: string): readonly SqlPiece[] {
  const found: SqlPiece[] = [];
  for (let at = 0; at < text.length; ) {
    const piece = pieceAt(text, at, text.length, { separator: null, quotes: 'trusting' });
    found.push(piece);
    at = piece.close;
  }
  return found;
}

function finish(file: string, pieces: readonly Piece[], { texts, places }: Work, lost: readonly Lost[]): Filled {
  const text = texts.join('');
  const starts = offsets(texts);
  const last = sqlPieces(text).at(-1);
  const open = last?.unclosed ?? null;
  const gone = [...lost.map((each) => each.span), ...(open === null ? [] : [{ start: open.start, end: text.length }])];
  const segments = pieces.map((piece, index): Segment => segmentOf(file, piece, keep(texts[index] ?? '', starts[index] ?? 0, gone)));
  const unclosed = open === null ? null : fileSpan(file, pieces, texts, open);
  return { segments, unchecked: notes(file, { pieces, texts, places, lost }), terminator: terminatorOf(text, last), unclosed };
}

/** The text without what is gone. */
function keep(text: string, start: number, gone: readonly Span[]): string {
  return gone.reduce((kept, span) => {
    const from = Math.max(0, span.start - start);
    const to = Math.min(kept.length, span.end - start);
    return to > from ? kept.slice(0, from) + blank(kept.slice(from, to)) + kept.slice(to) : kept;
  }, text);
}

function segmentOf(file: string, piece: Piece, text: string): Segment {
  if (piece.kind !== 'chunk') return piece.kind === 'fixed' ? { kind: 'fixed', piece, text } : { kind: 'hole', piece, text };
  let at = 0;
  const runs = literalRuns(file, piece.span, piece.quote).map((run): Run => ({ file: run.file, text: text.slice(at, (at += run.text.length)) }));
  return { kind: 'chunk', piece, runs };
}

function terminatorOf(text: string, last: SqlPiece | undefined): string {
  if (last === undefined) return '';
  const comment = last.comments.at(-1);
  const breaks = last.unclosed === null && comment?.kind === 'line' && comment.end === text.length ? '\n' : '';
  const isEnded = last.start === last.end || (last.unclosed === null && text[last.close - 1] === ';' && last.close - 1 >= last.end);
  return isEnded ? breaks : `${breaks};`;
}

/** Where a stretch of the joined text begins and ends in the file. */
function fileSpan(file: string, pieces: readonly Piece[], texts: readonly string[], span: Span): Span {
  const starts = offsets(texts);
  const at = (offset: number): number => {
    const index = starts.findLastIndex((start) => start <= offset);
    const piece = pieces[index];
    if (piece === undefined) return 0;
    let left = offset - (starts[index] ?? 0);
    if (piece.kind !== 'chunk') return piece.span.start;
    for (const run of literalRuns(file, piece.span, piece.quote)) {
      if (left < run.text.length) return run.file.start + left;
      left -= run.text.length;
    }
    return piece.span.end;
  };
  const start = at(span.start);
  return { start, end: Math.max(start + 1, at(span.end - 1) + 1) };
}

interface Told {
  readonly pieces: readonly Piece[];
  readonly texts: readonly string[];
  readonly places: readonly Place[];
  readonly lost: readonly Lost[];
}

function notes(file: string, { pieces, texts, places, lost }: Told): readonly Unchecked[] {
  const inLost = new Set(lost.flatMap((each) => each.places));
  const kept = places.filter((place) => place.inside !== 'comment' && !inLost.has(place));
  return [
    ...kept.map(({ piece, styles }): Unchecked => ({ span: piece.span, kind: 'interpolation', reason: styles[0] === 'nothing' ? nothingReason(piece) : valueReason(piece) })),
    ...lost.map((each): Unchecked => ({ span: fileSpan(file, pieces, texts, each.span), kind: 'interpolation', reason: lostReason(each.places) })),
  ];
}

function valueReason({ code, written }: Hole): string {
  const what = written === 'binding' ? `The value bound to ${quoted(code)}` : `The value of ${quoted(code)}`;
  return `${what} is known only when the migration runs, so what depends on it was not checked.`;
}

function nothingReason({ code }: Hole): string {
  return `What ${quoted(code)} adds to the statement is known only when the migration runs; the statement was checked without it.`;
}

function lostReason(places: readonly Place[]): string {
  const codes = [...new Set(places.map(({ piece }) => quoted(piece.code)))];
  return `What this statement does depends on ${codes.slice(0, 3).join(', ')}, known only when the migration runs, so it was not checked.`;
}

/** Code as a message quotes it: on one line, and not endless. */
export function quoted(code: string): string {
  const line = code.replace(/\s+/g, ' ');
  return `\`${line.length > 60 ? `${line.slice(0, 59)}…` : line}\``;
}
