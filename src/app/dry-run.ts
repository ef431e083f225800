import { judge } from '../analysis/judge.ts';
import type { PlannedScript, Plan, Progress } from '../dryrun/plan.ts';
import { judgeRoundTrip } from '../dryrun/round-trip.ts';
import { dryRun as runPlan } from '../dryrun/run.ts';
import { verify } from '../dryrun/verify/verify.ts';
import type { Target } from '../dryrun/targets/target.ts';
import type { Config } from '../model/config.ts';
import { UserError } from '../model/errors.ts';
import type { Migration, Side } from '../model/migration.ts';
import { lineAt } from '../model/span.ts';
import type { DryRunReport, JudgedFinding, ScriptView } from '../model/report.ts';
import type { TargetInfo, Trace } from '../model/trace.ts';
import type { Verification } from '../model/verification.ts';
import { parseScript } from '../sql/script.ts';
import { scriptOptions } from './lint-input.ts';
import { checkLive, openLive, prepareToCheck } from './live-script.ts';
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
  /** Where it is to run; left out: where `lockstep.json` says. */
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
    trace: { ...trace, target: { ...trace.target, ...notesFor(request.located.folder.config, trace.target) } },
    ...judgeRoundTrip(trace),
    findings: judgedFindings(request, ran),
    ...(verification === undefined ? {} : { verification }),
  };
}

function notesFor(config: Config, target: TargetInfo): Pick<TargetInfo, 'notes'> {
  const notes = [...(target.notes ?? []), ...targetNotes(config, target)];
  return notes.length === 0 ? {} : { notes };
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
    const path = pathOf(of, side);
    const text = path === null ? undefined : texts.get(path);
    if (path === null || text === undefined) return null;
    const { statements } = parseScript(text, scriptOptions(text, { folder, migration: of, side }));
    return { path, text, statements, mode: folder.layout.transaction(side, folder.config) };
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

/** Where a side stands, or would stand: an editor may hold a down that is on no disk yet. */
function pathOf(migration: Migration, side: Side): string | null {
  return side === 'up' ? migration.up.path : (migration.down?.path ?? migration.downPath);
}

function unreadable(path: string): never {
  throw new UserError('file-unreadable', `${path} cannot be read as UTF-8 text.`, 'Check that it exists, may be read and is saved as UTF-8.');
}

/** What the plan of a migration needs: the ups up to it, and its down. */
export async function readTexts({ files }: Pick<Ports, 'files'>, { located: { folder, migration }, overrides }: DryRunRequest): Promise<ReadonlyMap<string, string>> {
  const upTo = folder.migrations.findIndex((each) => each.id === migration.id) + 1;
  const paths = [...folder.migrations.slice(0, upTo).map((each) => each.up.path), pathOf(migration, 'down')].filter((path) => path !== null);
  const read = await Promise.all([...new Set(paths)].map(async (path) => [path, overrides.get(path) ?? (await files.read(path))] as const));
  return new Map(read.filter((each): each is readonly [string, string] => each[1] !== null));
}

function scriptsOf({ up, down }: Plan['migration']): readonly ScriptView[] {
  const views: ScriptView[] = [{ side: 'up', path: up.path, text: up.text }];
  return down === null ? views : [...views, { side: 'down', path: down.path, text: down.text }];
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
  const open = (side: Side): { readonly side: Side; readonly path: string; readonly live: ReturnType<typeof openLive> } | null => {
    const path = pathOf(located.migration, side);
    const text = path === null ? undefined : texts.get(path);
    return path === null || text === undefined ? null : { side, path, live: openLive(text, { project, located: { ...located, side } }) };
  };
  const [up, down] = [open('up'), open('down')];
  return [
    { own: up, other: down },
    { own: down, other: up },
  ].flatMap(({ own, other }) => {
    if (own === null) return [];
    const leg = trace.legs.find((each) => each.leg === own.side) ?? null;
    const findings = checkLive(own.live, { other: other?.live ?? null, now });
    return judge(findings, leg).map(({ finding, confirmation, evidence }) => ({
      side: own.side, path: own.path, line: lineAt(own.live.script.text, finding.span.start), finding, confirmation, evidence,
    }));
  });
}
