import type { Finding } from '../model/finding.ts';
import type { PlacedStatement, Statement } from '../model/statement.ts';
import type { SqlScript } from '../sql/script.ts';
import type { ActiveRules } from './active-rules.ts';
import { session, subjectOf, subjectsOf } from './changes.ts';
import { checkStatement } from './check-statement.ts';
import { Mentions } from './mentions.ts';
import { changesOf } from './notes.ts';
import { Timeline, type TimelineInput } from './timeline.ts';
import { toFindings, type RuleMatch } from './to-finding.ts';

/** What the rules say of one statement where it stands. */
interface Said {
  readonly placed: PlacedStatement;
  readonly matches: readonly RuleMatch[];
  readonly findings: readonly Finding[];
}

/** What was said of a script, kept until its next edit. */
interface Check {
  readonly input: TimelineInput;
  readonly rules: ActiveRules;
  /** By the statement's index; null where the rules say nothing. */
  readonly said: readonly (Said | null)[];
  readonly unguardedAt: number | null;
  /** Null for a script that was never edited. */
  readonly mentions: Mentions | null;
  readonly edits: number;
}

/** The statements of the new script from `head` to `end` stand for those of the old one from `head` to `oldEnd`; all others are the same. */
interface Gap {
  readonly head: number;
  readonly oldEnd: number;
  readonly end: number;
}

/** Mentions grow with each edit; then they are made anew. */
const mostEdits = 2000;

/**
 * What the rules say of each statement, in order. After an edit only the statements are checked again that the edit touched, and those that
 * asked about a subject which the edit changes. They are told the part of the script's story that is about the subjects they ask for.
 */
export function checkScript(input: TimelineInput, rules: ActiveRules): readonly Finding[] {
  const { memory } = input.script;
  const last = memory.checked as Check | null; // The slot is written here only.
  const check = (last === null ? null : checkEdited(last, input, rules)) ?? checkAll(input, rules, last === null ? null : new Mentions());
  memory.checked = check;
  const findings: Finding[] = [];
  for (const said of check.said) if (said !== null) for (const finding of said.findings) findings.push(finding);
  return findings;
}

function checkAll(input: TimelineInput, rules: ActiveRules, mentions: Mentions | null): Check {
  const hear = mentions === null ? null : (statement: Statement, key: string): void => mentions.asked(statement, key);
  const timeline = new Timeline(input);
  const said: (Said | null)[] = [];
  for (const placed of input.script.statements) {
    mentions?.changed(placed.statement);
    said.push(checkNext(placed, timeline, rules, hear));
  }
  return { input, rules, said, unguardedAt: timeline.unguardedAt, mentions, edits: 0 };
}

/** Null when the edit changes what holds for the whole script. */
function checkEdited(last: Check, input: TimelineInput, rules: ActiveRules): Check | null {
  const { mentions } = last;
  const gap = gapBetween(last.input.script, input.script);
  if (mentions === null || last.edits === mostEdits || !isAlike(last, input, rules)) return null;
  const gone = last.input.script.statements.slice(gap.head, gap.oldEnd);
  const come = input.script.statements.slice(gap.head, gap.end);
  for (const { statement } of come) mentions.changed(statement);
  const changed = changedSubjects(gone, come);
  if (changed.has(session)) return null;
  const again = checkAgain(last, input, gap, mentions.tied([session, ...changed]));
  if (place(again.unguardedAt, gap.head, gap.end) !== place(last.unguardedAt, gap.head, gap.oldEnd)) return null;
  const said = last.said.slice();
  said.splice(gap.head, gap.oldEnd - gap.head, ...come.map(() => null));
  for (const [index, each] of again.said) said[index] = each;
  for (let index = gap.end; index < said.length; index += 1) {
    const [each, placed] = [said[index], input.script.statements[index]];
    if (each != null && placed !== undefined && each.placed !== placed) said[index] = sayAt(placed, each.matches, rules);
  }
  return { input, rules, said, unguardedAt: again.unguardedAt, mentions, edits: last.edits + 1 };
}

interface Again {
  readonly said: ReadonlyMap<number, Said | null>;
  readonly unguardedAt: number | null;
}

/** Checks the edited statements and those that asked about a changed subject. The comments above a statement belong to its piece: editing them is editing it. */
function checkAgain(last: Check, input: TimelineInput, gap: Gap, changed: ReadonlySet<string>): Again {
  const mentions = last.mentions ?? new Mentions();
  const come = input.script.statements.slice(gap.head, gap.end).map(({ statement }) => statement);
  const askers = mentions.askers(changed);
  const isDue = ({ index, statement }: PlacedStatement): boolean => (index >= gap.head && index < gap.end) || askers.has(statement);
  const unguardedAt = moved(last.unguardedAt, gap);
  const unguarded = unguardedAt === null ? undefined : input.script.statements[unguardedAt];
  const known = unguarded === undefined || isDue(unguarded) ? null : unguardedAt;
  let told = changed;
  for (;;) {
    const heard = new Set(told);
    const hear = (statement: Statement, key: string): void => {
      mentions.asked(statement, key);
      heard.add(subjectOf(key));
    };
    const named = new Set([...come, ...askers, ...mentions.changers(told)]);
    const story = input.script.statements.filter(({ statement }) => named.has(statement));
    const again = retell({ ...input, story }, last.rules, { isDue, known, hear });
    if (heard.size === told.size) return again;
    // A rule asked about a subject that the story left out: once more, with that subject's part.
    told = mentions.tied(heard);
  }
}

interface Retelling {
  readonly isDue: (placed: PlacedStatement) => boolean;
  /** The first unguarded statement, where it is none of those that are due. */
  readonly known: number | null;
  readonly hear: Hear;
}

function retell(input: TimelineInput & { readonly story: readonly PlacedStatement[] }, rules: ActiveRules, { isDue, known, hear }: Retelling): Again {
  const timeline = new Timeline(input);
  const said = new Map<number, Said | null>();
  for (const placed of input.story) {
    if (known !== null && known < placed.index && !timeline.unguardedBefore) timeline.loseGuard(known);
    timeline.moveTo(placed);
    if (isDue(placed)) said.set(placed.index, checkNext(placed, timeline, rules, hear));
    else timeline.tell(placed);
  }
  return { said, unguardedAt: timeline.unguardedAt ?? known };
}

/** Told of each key that was asked for at a statement. */
type Hear = (statement: Statement, key: string) => void;

function checkNext(placed: PlacedStatement, timeline: Timeline, rules: ActiveRules, hear: Hear | null): Said | null {
  const memo = checkStatement(placed.statement, timeline, rules);
  timeline.advance(placed);
  if (hear !== null) {
    for (const { key } of memo?.answers ?? none) if (key !== nowhere) hear(placed.statement, key);
    for (const key of timeline.asked) hear(placed.statement, key);
  }
  timeline.asked.length = 0;
  return memo === null || memo.matches.length === 0 ? null : sayAt(placed, memo.matches, rules);
}

const none: readonly never[] = [];
/** The key of questions that are about no subject. */
const nowhere = '';

function sayAt(placed: PlacedStatement, matches: readonly RuleMatch[], rules: ActiveRules): Said {
  return { placed, matches, findings: matches.flatMap((match) => toFindings(match, placed.start, placed.index, rules)) };
}

/** What rules can be told of the script as a whole is the same; `rules` stand for the configuration, the side and the mode. */
function isAlike(last: Check, input: TimelineInput, rules: ActiveRules): boolean {
  const isAlone = ({ script }: TimelineInput): boolean => script.statements.length <= 1;
  return last.rules === rules && last.input.otherSide === input.otherSide && last.input.past === input.past && isAlone(last.input) === isAlone(input);
}

/** An edit leaves the statements before it as they are, and the pieces after it. */
function gapBetween(old: SqlScript, script: SqlScript): Gap {
  const [oldCount, count] = [old.statements.length, script.statements.length];
  let head = 0;
  while (head < count && old.statements[head] === script.statements[head]) head += 1;
  let tail = 0;
  for (let back = 1; back <= Math.min(old.pieces.length, script.pieces.length); back += 1) {
    const piece = script.pieces[script.pieces.length - back];
    if (piece === undefined || piece !== old.pieces[old.pieces.length - back] || tail === Math.min(oldCount, count) - head) break;
    if (piece.statement !== null) tail += 1;
  }
  return { head, oldEnd: oldCount - tail, end: count - tail };
}

/** None when the new statements change what the old ones did. */
function changedSubjects(gone: readonly PlacedStatement[], come: readonly PlacedStatement[]): ReadonlySet<string> {
  const [before, after] = [gone, come].map((statements) => statements.map(({ statement }) => changesOf(statement)));
  if (JSON.stringify(before) === JSON.stringify(after)) return new Set();
  return new Set([...(before ?? none), ...(after ?? none)].flat().flatMap(subjectsOf));
}

/** The index of the same statement after the edit, or null when the edit touched it. */
function moved(index: number | null, { head, oldEnd, end }: Gap): number | null {
  if (index === null || (index >= head && index < oldEnd)) return null;
  return index < head ? index : index - oldEnd + end;
}

/** Where a statement is as seen from the edit. */
function place(index: number | null, head: number, end: number): string {
  if (index === null) return 'nowhere';
  return index < head ? `before ${String(index)}` : index < end ? 'in it' : `after ${String(index - end)}`;
}
