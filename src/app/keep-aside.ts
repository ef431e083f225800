import { keepAside } from '../down/keep/keep.ts';
import { keepingPlace, type KeepingPlace } from '../down/keep/kept.ts';
import { rewriteUp, type Kept, type RewrittenUp } from '../down/keep/rewrite.ts';
import type { Plan, PlannedScript } from '../dryrun/plan.ts';
import { diffSnapshots } from '../dryrun/schema/diff.ts';
import type { Target } from '../dryrun/targets/target.ts';
import { UserError } from '../model/errors.ts';
import type { KeptAside } from '../model/made-down.ts';
import type { TransactionMode } from '../model/migration.ts';
import type { SchemaChange, SchemaObject } from '../model/snapshot.ts';
import { lineAt } from '../model/span.ts';
import { parseScript } from '../sql/script.ts';
import type { DryRunRequest } from './dry-run.ts';
import { rehearseUp, type Rehearsal } from './rehearse-up.ts';

/** What an up could keep aside. */
export interface KeepingPlan {
  readonly place: KeepingPlace;
  readonly kept: readonly Kept[];
  /** In words, for a person who decides. */
  readonly words: readonly string[];
  /** Why the rest is lost, one sentence for each statement. */
  readonly refused: readonly string[];
  /** Null when nothing can be kept. */
  readonly rewritten: (RewrittenUp & { readonly script: PlannedScript }) | null;
}

/** The up rewritten so that it puts aside whatever its down could not bring back otherwise. */
export function keepingOf({ migration: { id, up } }: Plan, { undone, steps, postgres }: Rehearsal, separator: string | null): KeepingPlan {
  const place = keepingPlace(id);
  const keepings = new Map<number, Kept>();
  const refused: string[] = [];
  for (const [index, { inverse }] of undone.entries()) {
    const step = steps[index];
    const keeping = inverse.kind === 'exact' || step === undefined ? null : keepAside({ ...step, postgres }, place);
    if (keeping?.kind === 'kept') keepings.set(index, keeping);
    else if (keeping !== null && step !== undefined) refused.push(`Line ${String(lineAt(up.text, step.placed.start))} is not kept aside: ${keeping.reason}`);
  }
  const kept = [...keepings.values()];
  const words = kept.map((each) => each.what);
  if (kept.length === 0) return { place, kept, words, refused, rewritten: null };
  const alone = new Set(up.mode.kind === 'autocommit' ? steps.flatMap(({ transaction }, index) => (transaction === 'none' ? [index] : [])) : []);
  const rewritten = rewriteUp({ text: up.text, statements: up.statements, keepings, alone, separator, place });
  const { statements } = parseScript(rewritten.text, { separator });
  return { place, kept, words, refused, rewritten: statements.length === rewritten.inverses.length ? { ...rewritten, script: { ...up, text: rewritten.text, statements } } : null };
}

interface Rewriting {
  readonly plan: Plan;
  readonly keeping: KeepingPlan;
  readonly first: Rehearsal;
  /** The up's whole file with its SQL replaced by this; left out: the SQL is the file. */
  readonly fileOf?: (sql: string) => string;
}

interface KeptRehearsal extends Rehearsal {
  readonly plan: Plan;
  readonly kept: KeptAside;
}

/** Runs the rewritten up and generates its down; null when there is none. */
export async function rehearseKept(target: Target, { plan, keeping, first, fileOf = (sql) => sql }: Rewriting, undoing: Pick<DryRunRequest, 'signal' | 'progress'> & { readonly mode: TransactionMode }): Promise<KeptRehearsal | null> {
  const { rewritten, place } = keeping;
  if (rewritten === null) return null;
  const rewrittenPlan: Plan = { ...plan, migration: { ...plan.migration, up: rewritten.script } };
  const second = await rehearseUp(target, rewrittenPlan, { ...undoing, known: rewritten.inverses }).catch((error: unknown) => {
    if (!(error instanceof UserError) || error.code !== 'history-failed') throw error;
    throw new UserError('history-failed', `The data cannot be kept aside, because the rewritten up does not run: ${error.message}`, 'Generate the down without keeping data aside, or put what stands in the way into a migration of its own.');
  });
  const kept: KeptAside = {
    path: plan.migration.up.path,
    text: fileOf(rewritten.text),
    what: keeping.words,
    notes: keeping.kept.flatMap((each) => each.notes),
    end: rewritten.end,
    differences: otherwise(first, second, place),
  };
  return { ...second, plan: rewrittenPlan, kept };
}

/** What the rewritten up leaves different from the former one, but for what it keeps. */
function otherwise(first: Rehearsal, second: Rehearsal, { schema, schemas, suffix }: KeepingPlace): readonly SchemaChange[] {
  const changes = diffSnapshots(first.steps.at(-1)?.after ?? {}, second.steps.at(-1)?.after ?? {});
  const isKept = (object: SchemaObject): boolean =>
    [schema, ...schemas].some((each) => object.name === each || object.name.startsWith(`${each}.`) || object.name.includes(` IN SCHEMA ${each} `)) || (object.kind === 'column' && object.name.replace(/"$/, '').endsWith(suffix)) || (object.kind === 'sequence' && object.definition.replaceAll('"', '').endsWith(suffix));
  return changes.filter((each) => each.change === 'removed' || !isKept(each.after)).filter((each) => each.change !== 'altered' || each.before.kind !== 'table' || !each.after.definition.includes('\n-- columns in this order:'));
}
