import type { Severity } from '../model/finding.ts';
import type { Side } from '../model/migration.ts';
import type { Confirmation, DryRunReport, JudgedFinding, ScriptView } from '../model/report.ts';
import type { SchemaChange } from '../model/snapshot.ts';
import type { Span } from '../model/span.ts';
import type { LegName, LegTrace, SqlError, StatementTrace } from '../model/trace.ts';
import { lineStarts, placeOf } from './build.ts';
import type { DiffRow } from './line-diff.ts';
import { schemaBlocks } from './schema-blocks.ts';
import { codeLines, type CodeLine, type Mark } from './view-code.ts';
import { basisOf, estimateNote, type Basis } from './estimates.ts';
import { asidesView, type AsidesView } from './view-asides.ts';
import { locksView, type LocksView } from './view-locks.ts';
import { statementsView, type StatementsView } from './view-statements.ts';
import type { Target, ToTarget } from './view-target.ts';
import { verificationPart, type VerificationView } from './verify-words.ts';
import { bytes, count, duration, failure, legTitles, lossSentence, remainderSentence, verdictWords, type Tone, type VerdictWords } from './wording.ts';

/** A figure at the top of the page. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  readonly tone: Tone;
}

export interface ScriptPane {
  readonly side: Side;
  readonly title: string;
  readonly path: string;
  readonly lines: readonly CodeLine[];
}

/** An object that changed, a table with its columns and constraints, its two definitions side by side. */
export interface DiffBlock {
  readonly change: SchemaChange['change'];
  readonly kind: string;
  readonly name: string;
  readonly rows: readonly DiffRow[];
  /** Whole definitions, for the editor's own diff; empty where the object did not exist. */
  readonly before: string;
  readonly after: string;
}

export interface LegView {
  readonly leg: LegName;
  readonly title: string;
  readonly outcome: LegTrace['outcome'];
  readonly duration: string;
  readonly statements: StatementsView;
  readonly locks: LocksView;
}

export interface FailureView {
  readonly title: string;
  readonly error: SqlError;
  readonly place: Target;
}

export interface FindingView {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly confirmation: Confirmation;
  readonly evidence: string;
  readonly side: Side;
  readonly place: Target;
}

/** What the page shows of one dry run: plain data with every word already chosen. */
export interface ReportView {
  readonly version: 1;
  readonly migration: string;
  /** "Drizzle · embedded PostgreSQL 18.6 · after 11 migrations". */
  readonly circumstances: string;
  readonly verdict: VerdictWords;
  readonly failure: FailureView | null;
  readonly facts: readonly Fact[];
  readonly scripts: readonly ScriptPane[];
  readonly changes: readonly DiffBlock[];
  readonly legs: readonly LegView[];
  readonly leftovers: readonly DiffBlock[];
  readonly losses: readonly { readonly table: string; readonly sentence: string }[];
  /** What the down left in tables and sequences, as sentences. */
  readonly remainders: readonly string[];
  readonly upAgain: readonly DiffBlock[];
  readonly findings: readonly FindingView[];
  readonly unfilled: readonly { readonly table: string; readonly reason: string }[];
  /** What was looked at after the up; left out when there is nothing to say of it. */
  readonly verification?: VerificationView;
  readonly asides: AsidesView;
  /** What the estimates in this report rest on; null where it has none. */
  readonly estimateNote: string | null;
  /** False when no down ran to its end, so that nothing can be said of what it brings back. */
  readonly roundTrip: boolean;
}

/** Chooses what the page shows of a report. */
export function reportView(report: DryRunReport): ReportView {
  const starts = new Map(report.scripts.map((script) => [script.path, lineStarts(script.text)]));
  const basis = basisOf(report.trace);
  const target = (path: string, span: Span): Target => ({ path, span, line: placeOf(starts.get(path) ?? [0], span.start).line });
  return {
    version: 1,
    migration: report.migration,
    circumstances: circumstances(report),
    verdict: verdictWords(report),
    failure: failureView(report, target),
    facts: facts(report),
    scripts: report.scripts.map((script) => pane(script, report)),
    changes: schemaBlocks(report.changes),
    legs: report.trace.legs.filter((leg) => leg.outcome !== 'not run').map((leg) => legView(leg, target, basis)),
    leftovers: schemaBlocks(report.leftovers),
    losses: report.losses.map((loss) => ({ table: loss.table, sentence: lossSentence(loss) })),
    remainders: report.remainders.map(remainderSentence),
    upAgain: schemaBlocks(report.upAgainDifferences),
    findings: sortedFindings(report.findings).map((judged) => findingView(judged, target)),
    unfilled: report.trace.unfilled,
    asides: asidesView(report.trace),
    estimateNote: estimateNote(report.trace),
    roundTrip: report.trace.afterDown !== null,
    ...verificationPart(report.verification),
  };
}

function circumstances(report: DryRunReport): string {
  const { target, history } = report.trace;
  const replayed = history.migrations === 0 ? 'on an empty database' : `after ${count(history.migrations, 'migration')}${history.cached ? ' from the cache' : ''}`;
  return [report.layout, target.title, replayed].join(' · ');
}

function legView(leg: LegTrace, target: ToTarget, basis: Basis | null): LegView {
  return {
    leg: leg.leg,
    title: legTitles[leg.leg],
    outcome: leg.outcome,
    duration: duration(leg.duration),
    statements: statementsView(leg, target, basis),
    locks: locksView(leg, target),
  };
}

function failureView(report: DryRunReport, target: ToTarget): FailureView | null {
  const failed = failure(report);
  if (failed === null) return null;
  const { leg, statement, error } = failed;
  const title = `${legTitles[leg.leg]}, ${statement === null ? 'at its COMMIT' : `statement ${statement.index + 1}`}`;
  return { title, error, place: target(leg.path, error.span ?? statement?.span ?? endOf(leg)) };
}

/** Where a commit takes place: right after the last statement. */
function endOf({ statements }: LegTrace): Span {
  const end = statements.at(-1)?.span.end ?? 0;
  return { start: end, end };
}

function facts(report: DryRunReport): readonly Fact[] {
  const up = report.trace.legs.find((leg) => leg.leg === 'up');
  if (up === undefined) return [];
  const down = report.trace.legs.find((leg) => leg.leg === 'down' && leg.outcome !== 'not run');
  return [
    { label: 'Up', value: duration(up.duration), note: count(up.statements.length, 'statement'), tone: up.outcome === 'failed' ? 'bad' : 'plain' },
    down === undefined
      ? { label: 'Down', value: '–', note: 'not run', tone: 'plain' }
      : { label: 'Down', value: duration(down.duration), note: count(down.statements.length, 'statement'), tone: down.outcome === 'failed' ? 'bad' : 'plain' },
    lockFact(up),
    measuredFact('Tables rewritten', up, (statement) => (statement.rewrites.kind === 'measured' ? statement.rewrites.value.filter((rewrite) => rewrite.relationKind === 'table').map((rewrite) => rewrite.relation) : null)),
    measuredFact('Tables scanned', up, (statement) => (statement.scans.kind === 'measured' ? statement.scans.value.map((scan) => scan.relation) : null)),
    walFact(up),
  ];
}

/** The longest time in which a running application had to wait for the up. */
function lockFact(up: LegTrace): Fact {
  const worst = locksView(up, () => nowhere).waits[0];
  if (worst !== undefined) return { label: 'Blocks longest', value: worst.held, note: `${worst.relation}: ${worst.blocks}`, tone: worst.blocks === 'writes' ? 'warn' : 'bad' };
  const unobserved = up.statements.some((statement) => statement.outcome === 'done' && statement.locks.kind === 'unavailable');
  return { label: 'Blocks longest', value: unobserved ? 'unknown' : 'nothing', note: unobserved ? 'locks were not all observable' : 'no one has to wait', tone: 'plain' };
}

function measuredFact(label: string, up: LegTrace, relations: (statement: StatementTrace) => readonly string[] | null): Fact {
  const done = up.statements.filter((statement) => statement.outcome === 'done');
  const names = [...new Set(done.flatMap((statement) => relations(statement) ?? []))];
  const unknown = done.some((statement) => relations(statement) === null);
  if (names.length === 0) return { label, value: unknown ? 'unknown' : 'none', note: unknown ? 'not all observable' : '', tone: 'plain' };
  return { label, value: String(names.length), note: names.join(', '), tone: 'warn' };
}

function walFact(up: LegTrace): Fact {
  const done = up.statements.filter((statement) => statement.outcome === 'done');
  const total = done.reduce((sum, statement) => sum + (statement.walBytes.kind === 'measured' ? statement.walBytes.value : 0), 0);
  const unknown = done.some((statement) => statement.walBytes.kind === 'unavailable');
  return { label: 'WAL', value: unknown && total === 0 ? 'unknown' : bytes(total), note: unknown ? 'not all observable' : 'written by the up', tone: 'plain' };
}

function pane(script: ScriptView, report: DryRunReport): ScriptPane {
  const legs = report.trace.legs.filter((leg) => leg.side === script.side);
  const errors = legs.flatMap((leg) => leg.statements.flatMap(errorMark));
  const findings = report.findings
    .filter((judged) => judged.side === script.side && judged.path === script.path)
    .map((judged): Mark => ({ span: judged.finding.span, tone: judged.confirmation === 'withdrawn' ? 'withdrawn' : judged.finding.severity, note: `${judged.finding.rule}: ${judged.finding.message}` }));
  const statements = (legs[0]?.statements ?? []).map((statement) => statement.span);
  return { side: script.side, title: script.side === 'up' ? 'Up' : 'Down', path: script.path, lines: codeLines(script.text, statements, [...errors, ...findings]) };
}

function errorMark(statement: StatementTrace): readonly Mark[] {
  return statement.error === null ? [] : [{ span: statement.error.span ?? statement.span, tone: 'error', note: statement.error.message }];
}

function findingView(judged: JudgedFinding, target: ToTarget): FindingView {
  const { rule, severity, message, span } = judged.finding;
  const { confirmation, evidence, side } = judged;
  return { rule, severity, message, confirmation, evidence, side, place: { ...target(judged.path, span), line: judged.line } };
}

/** What the run saw comes first, what it refuted last; in between and inside, by place. */
function sortedFindings(findings: readonly JudgedFinding[]): readonly JudgedFinding[] {
  const order: Readonly<Record<Confirmation, number>> = { confirmed: 0, 'not observed': 1, withdrawn: 2 };
  const key = (judged: JudgedFinding): number => order[judged.confirmation] * 2 + (judged.side === 'up' ? 0 : 1);
  return [...findings].sort((a, b) => key(a) - key(b) || a.finding.span.start - b.finding.span.start);
}

const nowhere: Target = { path: '', span: { start: 0, end: 0 }, line: 1 };
