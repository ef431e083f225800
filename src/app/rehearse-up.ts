import { proposals, type Undone } from '../down/generate.ts';
import type { Circumstances, Inverse, Step } from '../down/inverse.ts';
import { efforts, restore } from '../down/restore.ts';
import type { Plan, Progress } from '../dryrun/plan.ts';
import { rehearse, type Attempt, type RehearsedStatement, type Try } from '../dryrun/rehearse.ts';
import { prepared } from '../dryrun/run.ts';
import { diffSnapshots } from '../dryrun/schema/diff.ts';
import type { Target } from '../dryrun/targets/target.ts';
import { UserError } from '../model/errors.ts';
import type { TransactionMode } from '../model/migration.ts';
import type { SchemaChange, Snapshot } from '../model/snapshot.ts';
import { lineAt } from '../model/span.ts';
import type { DryRunRequest } from './dry-run.ts';

export interface Undoing extends Pick<DryRunRequest, 'signal' | 'progress'> {
  readonly mode: TransactionMode;
  /** Inverses that are known beforehand, one place for each statement. */
  readonly known?: readonly (Inverse | null)[];
}

/** What was learnt by running the up statement by statement. */
export interface Rehearsal {
  readonly undone: readonly Undone[];
  readonly steps: readonly RehearsedStatement[];
  /** Major version of the server. */
  readonly postgres: number;
}

/** Runs the up statement by statement, and after each looks for the statements that lead back. Rejects with a UserError when the up itself fails. */
export function rehearseUp(target: Target, plan: Plan, { signal, progress, mode, known = [] }: Undoing): Promise<Rehearsal> {
  const tell = part(progress, 0);
  return prepared(target, plan, { signal, progress: tell }, async (opened) => {
    const postgres = Number.parseInt(opened.capabilities.info.serverVersion, 10);
    const { up } = plan.migration;
    const steps: RehearsedStatement[] = [];
    const undone: Undone[] = [];
    const failure = await rehearse(opened.session, {
      script: up,
      async visit(step, attempt) {
        const { index } = step.placed;
        tell({ message: `Undoing statement ${String(index + 1)} of ${String(up.statements.length)}`, fraction: 0.55 + (0.45 * index) / up.statements.length });
        const outsideTransaction = mode.kind === 'autocommit' && step.transaction === 'none';
        undone.push(await undoStatement(step, { earlier: steps, circumstances: { postgres, outsideTransaction }, attempt, known: known[index] ?? null }));
        steps.push(step);
      },
    });
    if (failure === null) return { undone, steps, postgres };
    const line = lineAt(up.text, failure.span?.start ?? up.statements[undone.length]?.start ?? 0);
    throw new UserError('history-failed', `The up itself fails at ${up.path}:${String(line)}: ${failure.message} (${failure.sqlstate}).`, failure.hint ?? 'Mend the up first; a down is written from what it really does.');
  });
}

interface Trial {
  readonly earlier: readonly Step[];
  readonly circumstances: Circumstances;
  readonly attempt: Try;
  readonly known: Inverse | null;
}

/** The first proposal that leads back to the same catalog; else the one that leaves least, with what it leaves. */
async function undoStatement(step: Step, trial: Trial): Promise<Undone> {
  const { placed } = step;
  const proposed = trial.known === null ? proposals(step, trial.earlier, trial.circumstances) : [trial.known];
  let best: Undone | null = null;
  let refusal = '';
  for (const proposal of proposed) {
    if (proposal.kind === 'impossible' || placed.statement.kind === 'TransactionStmt') return { placed, inverse: proposal, remains: [] };
    const tried = await tryOut(step, proposal, trial);
    if (tried.kind === 'refused') refusal ||= tried.message;
    else if (tried.remains.length === 0) return { placed, ...tried };
    else if (best === null || tried.remains.length < best.remains.length) best = { placed, ...tried };
  }
  return best === null ? { placed, inverse: { kind: 'impossible', reason: `PostgreSQL refuses what would bring it back: ${refusal}.` }, remains: [] } : { ...best, inverse: honest(best) };
}

type Tried = { readonly kind: 'refused'; readonly message: string } | { readonly kind: 'ran'; readonly inverse: Inverse; readonly remains: readonly SchemaChange[] };

async function tryOut({ before, after }: Step, proposal: Exclude<Inverse, { kind: 'impossible' }>, { circumstances, attempt }: Trial): Promise<Tried> {
  const first: Attempt = proposal.statements.length === 0 ? { kind: 'ran', catalog: after } : await attempt(proposal.statements);
  // DROP DATABASE and the like refuse to be tried in a transaction: only the round trip can prove them.
  if (first.kind === 'refused') return first.sqlstate === '25001' ? { kind: 'ran', inverse: proposal, remains: [] } : first;
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

/** Progress of one of the two halves of the way: from 0, or from 0.6. */
export function part(progress: (progress: Progress) => void, from: number): (progress: Progress) => void {
  return ({ message, fraction }) => { progress({ message, fraction: from + fraction * (from === 0 ? 0.6 : 0.4) }); };
}
