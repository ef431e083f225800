import type { Progress } from '../dryrun/plan.ts';
import { verify } from '../dryrun/verify/verify.ts';
import { walkHistory, type WalkStep } from '../dryrun/walk.ts';
import { UserError } from '../model/errors.ts';
import type { FolderRun, HistoryReport, MigrationRun } from '../model/history-run.ts';
import type { Migration } from '../model/migration.ts';
import { lineAt } from '../model/span.ts';
import type { DryRunReport } from '../model/report.ts';
import type { Trace } from '../model/trace.ts';
import type { Verification } from '../model/verification.ts';
import { failure, verdictWords } from '../report/wording.ts';
import { changedSince } from './changed-since.ts';
import { defaultTimeout, reportOf } from './dry-run.ts';
import { prepareToCheck } from './live-script.ts';
import { plannedPair } from './planned-pair.ts';
import type { Ports } from './ports.ts';
import type { Located, MigrationFolder, Project } from './project.ts';
import { targetChoice, type TargetWish } from './target-choice.ts';

export interface DryRunAllRequest {
  readonly project: Project;
  readonly folders: readonly MigrationFolder[];
  /** Only migrations that are new or changed since this git revision are tried; null: all. */
  readonly since: string | null;
  readonly overrides: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  readonly progress: (progress: Progress) => void;
  readonly statementTimeout?: number;
  readonly target?: TargetWish;
}

type AllPorts = Pick<Ports, 'files' | 'processes' | 'targets' | 'now'>;

/**
 * Makes the round trip of every migration of the folders, in order. Rejects with a UserError when there are none, or a
 * target fails, or it is cancelled, or git does not know the revision; a history that cannot go on is part of the report.
 */
export async function dryRunAll(ports: AllPorts, request: DryRunAllRequest): Promise<HistoryReport> {
  const started = ports.now().getTime();
  const { since, progress } = request;
  const folders = request.folders.filter((folder) => folder.migrations.length > 0);
  if (folders.length === 0) throw new UserError('no-migrations', `No migrations were found in ${request.project.root}.`, 'Name the folder that holds them, or pin it with "layouts" in lockstep.config.json.');
  await prepareToCheck();
  const runs: FolderRun[] = [];
  for (const [index, folder] of folders.entries()) {
    const part = (each: Progress): void => { progress({ ...each, fraction: (index + each.fraction) / folders.length }); };
    runs.push(await runFolder(ports, { ...request, progress: part }, folder));
  }
  return { version: 1, since, folders: runs, duration: ports.now().getTime() - started };
}

/** A migration with everything that its run and its report need. */
interface Prepared {
  readonly step: WalkStep;
  readonly located: Located;
  readonly texts: ReadonlyMap<string, string>;
}

async function runFolder(ports: AllPorts, request: DryRunAllRequest, folder: MigrationFolder): Promise<FolderRun> {
  const chosen = request.since === null ? null : await changedSince(ports.processes, { folder, since: request.since, signal: request.signal });
  const prepared = new Map<string, Prepared>();
  for (const migration of folder.migrations) prepared.set(migration.id, await prepare(ports, request, { folder, migration, tried: chosen === null || chosen.has(migration.id) }));
  const steps = [...prepared.values()].map((each) => each.step);
  const tried = steps.filter((step) => step.tried);
  const runs: MigrationRun[] = [];
  const found: { target: FolderRun['target'] } = { target: null };
  if (tried.length > 0) {
    const seen: { verification?: Verification } = {};
    const stop = await walkHistory(ports.targets.of(targetChoice(folder.config, request.target)), {
      steps,
      statementTimeout: request.statementTimeout ?? defaultTimeout,
      signal: request.signal,
      progress: request.progress,
      async afterUp(session, states) {
        seen.verification = await verify(session, { states, rowSecurity: folder.config.rowSecurity, tenantTables: 'touched' });
      },
      visit(step, trace, duration) {
        const own = prepared.get(step.id);
        if (own === undefined) return;
        found.target = trace.target;
        runs.push(summary(report(ports, request, { ...own, trace, verification: seen.verification }), own, duration));
        delete seen.verification;
      },
    });
    if (stop !== null) runs.push(...tried.slice(runs.length).map((step) => notRun(step, stop.reason)));
  }
  return { path: folder.path, layout: folder.layout.title, target: found.target, migrations: steps.length, runs };
}

async function prepare(ports: AllPorts, request: DryRunAllRequest, { folder, migration, tried }: { readonly folder: MigrationFolder; readonly migration: Migration; readonly tried: boolean }): Promise<Prepared> {
  const { pair, texts } = await plannedPair(ports, request, { folder, migration });
  return { step: { id: pair.id, up: pair.up, down: pair.down, tried }, located: { folder, migration, side: 'up' }, texts };
}

function report(ports: AllPorts, { project }: DryRunAllRequest, { located, step, texts, trace, verification }: Prepared & { readonly trace: Trace; readonly verification: Verification | undefined }): DryRunReport {
  return reportOf({ project, located }, { migration: step, texts, trace, now: ports.now(), ...(verification === undefined ? {} : { verification }) });
}

function summary(report: DryRunReport, { step }: Prepared, duration: number): MigrationRun {
  const { headline, reasons } = verdictWords(report);
  const failed = failure(report);
  return {
    migration: step.id,
    path: step.up.path,
    verdict: report.verdict,
    headline,
    reasons,
    failure: failed === null ? null : failurePlace(report, failed),
    upAgainDiffers: report.upAgainDifferences.length > 0,
    findings: report.findings
      .filter((judged) => judged.confirmation !== 'withdrawn')
      .map(({ finding: { rule, severity, message }, side, path, line, confirmation }) => ({ rule, severity, side, path, line, message, confirmation })),
    verification: report.verification ?? null,
    duration,
  };
}

function failurePlace({ scripts }: DryRunReport, { leg, statement, error }: NonNullable<ReturnType<typeof failure>>): MigrationRun['failure'] {
  const text = scripts.find((script) => script.path === leg.path && script.side === leg.side)?.text ?? '';
  const at = error.span?.start ?? statement?.span.start ?? leg.statements.at(-1)?.span.end ?? 0;
  return { path: leg.path, line: lineAt(text, at), message: error.message, sqlstate: error.sqlstate };
}

function notRun({ id, up }: WalkStep, reason: UserError): MigrationRun {
  return { migration: id, path: up.path, verdict: 'not run', headline: 'Not run', reasons: [reason.message], failure: null, upAgainDiffers: false, findings: [], verification: null, duration: 0 };
}
