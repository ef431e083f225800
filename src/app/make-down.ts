import { inReverse, proposals, type Undone } from '../down/generate.ts';
import type { Circumstances, Inverse, Step } from '../down/inverse.ts';
import { efforts, restore } from '../down/restore.ts';
import { writeDown } from '../down/write.ts';
import type { Plan, PlannedScript, Progress } from '../dryrun/plan.ts';
import { rehearse, type Attempt, type Try } from '../dryrun/rehearse.ts';
import { judgeRoundTrip } from '../dryrun/round-trip.ts';
import { dryRun, prepared } from '../dryrun/run.ts';
import { diffSnapshots } from '../dryrun/schema/diff.ts';
import { newDown } from '../layouts/header.ts';
import type { Config } from '../model/config.ts';
import { UserError } from '../model/errors.ts';
import type { MadeDown, UndoneStatement } from '../model/made-down.ts';
import type { TransactionMode } from '../model/migration.ts';
import type { SchemaChange, Snapshot } from '../model/snapshot.ts';
import { lineAt } from '../model/span.ts';
import { quoteLiteral } from '../sql/names.ts';
import { parseScript } from '../sql/script.ts';
import type { Target } from '../dryrun/targets/target.ts';
import { planDryRun, readTexts, targetOf, type DryRunRequest } from './dry-run.ts';
import { prepareToCheck } from './live-script.ts';
import type { Ports } from './ports.ts';

/**
 * Writes the down of a migration from what the catalog was before each of its statements. Every inverse is tried right after
 * its statement, and the whole pair makes a round trip in the end. Rejects with a UserError: those of a dry run, and
 * `history-failed` when the up itself does not run.
 */
export async function makeDown(ports: Pick<Ports, 'files' | 'targets' | 'now'>, request: DryRunRequest): Promise<MadeDown> {
  await prepareToCheck();
  const { located: { folder, migration } } = request;
  const texts = await readTexts(ports, request);
  const plan = planDryRun(request.located, texts, request.statementTimeout ?? 30_000);
  const mode = folder.layout.transaction('down', folder.config);
  const target = targetOf(ports, request);
  const undone = await undo(target, plan, { ...request, mode, config: folder.config });
  const path = migration.down?.path ?? migration.downPath;
  const header = newDown(path ?? '', { id: migration.id, name: migration.name, now: ports.now() }).text;
  const text = writeDown(undone, { header, separator: folder.layout.separator, opening: opening(mode, folder.config) });
  const down = plannedDown(text, { path: path ?? `the down of ${migration.id}`, mode, separator: folder.layout.separator });
  const trace = await dryRun(target, { ...plan, migration: { ...plan.migration, down } }, { signal: request.signal, progress: part(request.progress, 0.6) });
  const { verdict, leftovers, losses, remainders } = judgeRoundTrip(trace);
  const statements = inReverse(undone).map(({ placed, inverse }): UndoneStatement => ({
    line: lineAt(plan.migration.up.text, placed.start), sql: placed.statement.text, kind: inverse.kind, reason: inverse.kind === 'exact' ? null : inverse.reason,
  }));
  const existing = path === null ? null : (texts.get(path) ?? null);
  return { migration: migration.id, path, existing, isFree: existing === null || plan.migration.down === null, text, statements, verdict, leftovers, losses, remainders };
}

interface Undoing extends Pick<DryRunRequest, 'signal' | 'progress'> {
  readonly mode: TransactionMode;
  readonly config: Config;
}

/** Runs the up statement by statement, and after each looks for the statements that lead back. */
export function undo(target: Target, plan: Plan, { signal, progress, mode }: Undoing): Promise<readonly Undone[]> {
  const tell = part(progress, 0);
  return prepared(target, plan, { signal, progress: tell }, async (opened) => {
    const postgres = Number.parseInt(opened.capabilities.info.serverVersion, 10);
    const { up } = plan.migration;
    const steps: Step[] = [];
    const undone: Undone[] = [];
    const failure = await rehearse(opened.session, {
      script: up,
      async visit(step, attempt) {
        tell({ message: `Undoing statement ${String(step.placed.index + 1)} of ${String(up.statements.length)}`, fraction: 0.55 + (0.45 * step.placed.index) / up.statements.length });
        const outsideTransaction = mode.kind === 'autocommit' && step.transaction === 'none';
        undone.push(await undoStatement(step, { earlier: steps, circumstances: { postgres, outsideTransaction }, attempt }));
        steps.push(step);
      },
    });
    if (failure === null) return undone;
    const line = lineAt(up.text, failure.span?.start ?? up.statements[undone.length]?.start ?? 0);
    throw new UserError('history-failed', `The up itself fails at ${up.path}:${String(line)}: ${failure.message} (${failure.sqlstate}).`, failure.hint ?? 'Mend the up first; a down is written from what it really does.');
  });
}

interface Trial {
  readonly earlier: readonly Step[];
  readonly circumstances: Circumstances;
  readonly attempt: Try;
}

/** The first proposal that leads back to the same catalog; else the one that leaves least, with what it leaves. */
async function undoStatement(step: Step, { earlier, circumstances, attempt }: Trial): Promise<Undone> {
  const { placed } = step;
  const proposed = proposals(step, earlier, circumstances);
  let best: Undone | null = null;
  let refusal = '';
  for (const proposal of proposed) {
    if (proposal.kind === 'impossible' || placed.statement.kind === 'TransactionStmt') return { placed, inverse: proposal, remains: [] };
    const tried = await tryOut(step, proposal, { earlier, circumstances, attempt });
    if (tried.kind === 'refused') refusal ||= tried.message;
    else if (tried.remains.length === 0) return { placed, ...tried };
    else if (best === null || tried.remains.length < best.remains.length) best = { placed, ...tried };
  }
  return best === null ? { placed, inverse: { kind: 'impossible', reason: `PostgreSQL refuses what would bring it back: ${refusal}.` }, remains: [] } : { ...best, inverse: honest(best) };
}

type Tried = { readonly kind: 'refused'; readonly message: string } | { readonly kind: 'ran'; readonly inverse: Inverse; readonly remains: readonly SchemaChange[] };

async function tryOut({ before, after }: Step, proposal: Exclude<Inverse, { kind: 'impossible' }>, { circumstances, attempt }: Trial): Promise<Tried> {
  const first: Attempt = proposal.statements.length === 0 ? { kind: 'ran', catalog: after } : await attempt(proposal.statements);
  if (first.kind === 'refused') return first;
  const remains = left(before, first.catalog, proposal);
  const [effort] = efforts;
  if (remains.length === 0 || effort === undefined) return { kind: 'ran', inverse: proposal, remains };
  // What still differs is undone in the same way once more.
  const rest = restore({ now: first.catalog, was: before, circumstances, effort });
  if (rest.kind === 'impossible') return { kind: 'ran', inverse: proposal, remains };
  const statements = [...proposal.statements, ...rest.statements];
  const second = await attempt(statements);
  if (second.kind === 'refused' || left(before, second.catalog, proposal).length >= remains.length) return { kind: 'ran', inverse: proposal, remains };
  const reason = [proposal, rest].flatMap((each) => (each.kind === 'lossy' ? [each.reason] : [])).join(' ');
  return { kind: 'ran', inverse: reason === '' ? { kind: 'exact', statements } : { kind: 'lossy', statements, reason }, remains: left(before, second.catalog, proposal) };
}

/** What differs, but for the order of columns where the inverse says that itself. */
function left(before: Snapshot, after: Snapshot, inverse: Inverse): readonly SchemaChange[] {
  const changes = diffSnapshots(before, after);
  if (inverse.kind === 'exact') return changes;
  return changes.filter((change) => change.change !== 'altered' || before[`table ${change.before.name}`]?.definition !== after[`table ${change.before.name}`]?.definition || change.before.kind !== 'table');
}

function honest({ inverse, remains }: Undone): Inverse {
  if (inverse.kind === 'impossible' || remains.length === 0) return inverse;
  const names = remains.map((change) => (change.change === 'removed' ? change.before : change.after)).map((object) => `${object.kind} ${object.name}`);
  const reasons = [...(inverse.kind === 'lossy' ? [inverse.reason] : []), `Not as before: ${[...new Set(names)].join(', ')}.`];
  return { kind: 'lossy', statements: inverse.statements, reason: reasons.join(' ') };
}

/** The lock_timeout that the policies ask of a script, unless the runner sets it. */
function opening(mode: TransactionMode, config: Config): readonly string[] {
  if (config.runnerLockTimeout !== null || config.rules['lock-timeout-missing'] === 'off') return [];
  return [`SET ${mode.kind === 'autocommit' ? '' : 'LOCAL '}lock_timeout = ${quoteLiteral(config.lockTimeout)}`];
}

function plannedDown(text: string, { path, mode, separator }: { readonly path: string; readonly mode: TransactionMode; readonly separator: string | null }): PlannedScript | null {
  const { statements } = parseScript(text, { separator, span: null });
  return statements.length === 0 ? null : { path, text, statements, mode };
}

/** One of the two halves of the way. */
function part(progress: (progress: Progress) => void, from: number): (progress: Progress) => void {
  return ({ message, fraction }) => { progress({ message, fraction: from + fraction * (from === 0 ? 0.6 : 0.4) }); };
}
