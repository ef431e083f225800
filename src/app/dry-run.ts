import { judge } from '../analysis/judge.ts';
import type { PlannedScript, Plan, Progress } from '../dryrun/plan.ts';
import { judgeRoundTrip } from '../dryrun/round-trip.ts';
import { dryRun as runPlan } from '../dryrun/run.ts';
import { verify } from '../dryrun/verify/verify.ts';
import type { Target } from '../dryrun/targets/target.ts';
import type { Config } from '../model/config.ts';
import { UserError } from '../model/errors.ts';
import type { Migration, Side } from '../model/migration.ts';
import { isAsWritten, spanToFile, type ScriptSource, type Unchecked } from '../model/source.ts';
import { lineAt, type Span } from '../model/span.ts';
import type { DryRunReport, JudgedFinding, ScriptView } from '../model/report.ts';
import type { LegTrace, SqlError, TargetInfo, Trace } from '../model/trace.ts';
import type { Verification } from '../model/verification.ts';
import { pathOfSide, readScript } from './lint-input.ts';
import { inOneFile } from './file-findings.ts';
import { checkLive, openLive, prepareToCheck, type LiveScript } from './live-script.ts';
import type { Ports } from './ports.ts';
import type { Located, Project } from './project.ts';
import { readStats } from './stats.ts';
import { targetChoice, targetNotes, type TargetWish } from './target-choice.ts';

export interface DryRunRequest {
  readonly project: Project;
  /** The migration to run; its side does not matter. */
  readonly located: Located;
  /** Texts that an editor has not saved, by path. */
  readonly overrides: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
  /** Milliseconds for each statement; left out: 30 seconds. */
  readonly statementTimeout?: number;
  /** Where it is to run; left out: where `lockstep.config.json` says. */
  readonly target?: TargetWish;
  /** `on`: other sessions read and write the tables while the up runs, where the target lets them. */
  readonly probe?: 'on' | undefined;
}

/**
 * Runs a migration's up, down and up again on the target, after its whole history, and tells what happened together with
 * what the rules say. Rejects with a UserError: `file-unreadable`, `history-failed`, `target-failed`, `target-lacks`,
 * `cancelled`. Errors of the migration's own SQL are part of the report.
 */
export async function dryRun(ports: Pick<Ports, 'files' | 'targets' | 'now'>, request: DryRunRequest): Promise<DryRunReport> {
  await prepareToCheck();
  const texts = await readTexts(ports, request);
  const plan = planDryRun(request.located, texts, request.statementTimeout ?? defaultTimeout);
  const seen: { verification?: Verification } = {};
  const sizes = (await readStats(ports.files, request.project.root)) ?? undefined;
  const trace = await runPlan(targetOf(ports, request), plan, {
    ...request,
    sizes,
    async afterUp(session, states) {
      request.progress({ message: 'Looking at what the up left', fraction: 0.73 });
      seen.verification = await verify(session, { states, rowSecurity: request.located.folder.config.rowSecurity, tenantTables: 'all' });
    },
  });
  return reportOf(request, { migration: plan.migration, texts, trace, now: ports.now(), ...seen });
}

/** What one migration's run tells, put together with what the rules say of its texts. */
export function reportOf(request: Pick<DryRunRequest, 'project' | 'located'>, ran: Ran): DryRunReport {
  const { migration, trace, verification } = ran;
  return {
    version: 1,
    migration: migration.id,
    layout: request.located.folder.layout.title,
    scripts: scriptsOf(migration),
    trace: { ...inFiles(trace, migration), target: { ...trace.target, ...notesFor(request.located.folder.config, trace.target, migration) } },
    ...judgeRoundTrip(trace),
    findings: judgedFindings(request, ran),
    ...(verification === undefined ? {} : { verification }),
  };
}

function notesFor(config: Config, target: TargetInfo, { up, down }: Plan['migration']): Pick<TargetInfo, 'notes'> {
  const notes = [...(target.notes ?? []), ...targetNotes(config, target), ...notRun(up), ...(down === null ? [] : notRun(down))];
  return notes.length === 0 ? {} : { notes };
}

/** What a script does besides its SQL, and a dry run does not. */
function notRun({ path, file }: PlannedScript): readonly string[] {
  return (file?.source.unchecked ?? []).map(({ span, reason }) => `${path.slice(path.lastIndexOf('/') + 1)}:${String(lineAt(file?.text ?? '', span.start))}: ${reason}`);
}

/** The target that a request means. */
export function targetOf({ targets }: Pick<Ports, 'targets'>, { located, target }: Pick<DryRunRequest, 'target'> & { readonly located: Pick<Located, 'folder'> }): Target {
  return targets.of(targetChoice(located.folder.config, target));
}

/** Milliseconds for a statement unless something else is asked for. */
export const defaultTimeout = 30_000;

/** What has to run, from the texts of the history's ups and of the pair. A down without a statement counts as none. */
export function planDryRun({ folder, migration }: Located, texts: ReadonlyMap<string, string>, statementTimeout: number): Plan {
  const script = (of: Migration, side: Side): PlannedScript | null => {
    const path = pathOfSide(of, side);
    const text = path === null ? undefined : texts.get(path);
    if (path === null || text === undefined) return null;
    const read = readScript(text, { folder, migration: of, side });
    if (read?.reading == null) return null;
    const { script: { statements, text: sql }, reading: { mode, source } } = read;
    refuseUnreadable({ path, text }, source);
    return { path, text: sql, statements, mode, ...(sql === text && source.unchecked.length === 0 ? {} : { file: { text, source } }) };
  };
  const up = (of: Migration): PlannedScript => script(of, 'up') ?? unreadable(of.up.path);
  const down = script(migration, 'down');
  const before = folder.migrations.slice(0, folder.migrations.findIndex((each) => each.id === migration.id));
  return {
    history: before.map((past) => ({ id: past.id, up: up(past), when: past.when })),
    migration: { id: migration.id, when: migration.when, up: up(migration), down: down === null || down.statements.length === 0 ? null : down },
    statementTimeout,
  };
}

/** What is no SQL before the file runs cannot be tried: its effect is not known, so neither is anything after it. */
function refuseUnreadable({ path, text }: { readonly path: string; readonly text: string }, { unchecked }: ScriptSource): void {
  const first = unchecked.find(({ kind }) => kind !== 'dynamic');
  if (first === undefined) return;
  throw new UserError('script-unreadable', `${path}:${String(lineAt(text, first.span.start))}: ${first.reason}`, wayOut[first.kind]);
}

const wayOut: Readonly<Record<Unchecked['kind'], string>> = {
  builder: 'Write what this call does as SQL that stands in the file, and the dry run can try it; a tool that prints its SQL gives the words.',
  interpolation: 'Put the value itself, or a constant of this file, into the SQL, so that the dry run knows what to try.',
  unread: 'Let the SQL stand in this file, in a call that sends it, so that the dry run can try it.',
  dynamic: 'Write the statement outside the loop or the condition.',
};

function unreadable(path: string): never {
  throw new UserError('file-unreadable', `${path} cannot be read as UTF-8 text.`, 'Check that it exists, may be read and is saved as UTF-8.');
}

/** What the plan of a migration needs: the ups up to it, and its down. */
export async function readTexts({ files }: Pick<Ports, 'files'>, { located: { folder, migration }, overrides }: DryRunRequest): Promise<ReadonlyMap<string, string>> {
  const upTo = folder.migrations.findIndex((each) => each.id === migration.id) + 1;
  const paths = [...folder.migrations.slice(0, upTo).map((each) => each.up.path), pathOfSide(migration, 'down')].filter((path) => path !== null);
  const read = await Promise.all([...new Set(paths)].map(async (path) => [path, overrides.get(path) ?? (await files.read(path))] as const));
  return new Map(read.filter((each): each is readonly [string, string] => each[1] !== null));
}

function scriptsOf({ up, down }: Plan['migration']): readonly ScriptView[] {
  const view = (side: Side, { path, text, file }: PlannedScript): ScriptView => ({ side, path, text: file?.text ?? text });
  return down === null ? [view('up', up)] : [view('up', up), view('down', down)];
}

/** The trace with the places of the files, where those hold more than the SQL. */
function inFiles(trace: Trace, { up, down }: Plan['migration']): Trace {
  const legs = trace.legs.map((leg): LegTrace => {
    const source = (leg.side === 'up' ? up : down)?.file?.source;
    if (source === undefined || isAsWritten(source)) return leg;
    const place = (span: Span): Span => spanToFile(source, span);
    const error = (each: SqlError | null): SqlError | null => (each?.span == null ? each : { ...each, span: place(each.span) });
    return { ...leg, statements: leg.statements.map((each) => ({ ...each, span: place(each.span), error: error(each.error) })) };
  });
  return { ...trace, legs };
}

interface Ran {
  readonly migration: Plan['migration'];
  /** Of the pair, by path. */
  readonly texts: ReadonlyMap<string, string>;
  readonly trace: Trace;
  readonly now: Date;
  readonly verification?: Verification;
}

function judgedFindings({ project, located }: Pick<DryRunRequest, 'project' | 'located'>, { texts, trace, now }: Ran): readonly JudgedFinding[] {
  const open = (side: Side): { readonly side: Side; readonly path: string; readonly live: LiveScript } | null => {
    const path = pathOfSide(located.migration, side);
    const text = path === null ? undefined : texts.get(path);
    const live = text === undefined ? null : openLive(text, { project, located: { ...located, side } });
    return path === null || live === null ? null : { side, path, live };
  };
  const [up, down] = [open('up'), open('down')];
  const checked = [
    { own: up, other: down },
    { own: down, other: up },
  ].flatMap(({ own, other }) => (own === null ? [] : [{ ...own, findings: checkLive(own.live, { other: other?.live ?? null, now }) }]));
  const inFiles = up?.path === down?.path ? inOneFile(checked) : checked.map(({ findings }) => findings);
  return checked.flatMap((own, index) => {
    const leg = trace.legs.find((each) => each.leg === own.side) ?? null;
    return judge(inFiles[index] ?? [], leg).map(({ finding, confirmation, evidence }) => ({
      side: own.side, path: own.path, line: lineAt(own.live.text, finding.span.start), finding, confirmation, evidence,
    }));
  });
}
