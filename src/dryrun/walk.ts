import { UserError } from '../model/errors.ts';
import type { CatalogState, Trace } from '../model/trace.ts';
import { fillTables } from './fill/fill.ts';
import { applyPast, needsOf, replay } from './history.ts';
import { changedTables, MadeRows, onlyShapesSchema, sameState } from './made-rows.ts';
import type { PlannedScript, RunOptions } from './plan.ts';
import { judgeRoundTrip } from './round-trip.ts';
import { readState, runLegs } from './run.ts';
import { diffSnapshots } from './schema/diff.ts';
import type { OpenTarget, Target } from './targets/target.ts';

/** One migration of a history; those that are not tried are only applied. */
export interface WalkStep {
  readonly id: string;
  readonly up: PlannedScript;
  readonly down: PlannedScript | null;
  readonly tried: boolean;
}

export interface WalkRequest extends RunOptions {
  readonly steps: readonly WalkStep[];
  readonly statementTimeout: number;
  /** Called after each tried step, in order, with its milliseconds; what it does not keep is forgotten. */
  readonly visit: (step: WalkStep, trace: Trace, duration: number) => void;
}

/** The first step that could not even be begun, and why: a migration before it cannot be applied. */
export interface WalkStop {
  readonly step: WalkStep;
  readonly reason: UserError;
}

/**
 * Makes the round trip of every tried migration of a history, in order, on one opened target. Each starts from what
 * replaying the migrations before it yields, as a dry run of that migration alone does. To get there from the one before,
 * made-up rows are taken away where that provably leaves the same database; else the history is replayed on a fresh one.
 * Returns where the history ends early, or null. Rejects as `dryRun` does.
 */
export async function walkHistory(target: Target, request: WalkRequest): Promise<WalkStop | null> {
  const walk = new Walk(target, request);
  try {
    return await walk.run();
  } finally {
    await walk.close();
  }
}

/** A database on its way along the history. */
interface Place {
  readonly opened: OpenTarget;
  readonly rows: MadeRows;
  /** How many steps are applied. */
  at: number;
}

/** One walk; it ends the databases that it opens. */
class Walk {
  readonly #target: Target;
  readonly #request: WalkRequest;
  readonly #count: number;
  #place: Place | null = null;
  #tried = 0;

  constructor(target: Target, request: WalkRequest) {
    this.#target = target;
    this.#request = request;
    this.#count = Math.max(1, request.steps.filter((step) => step.tried).length);
  }

  async run(): Promise<WalkStop | null> {
    for (const [index, step] of this.#request.steps.entries()) {
      if (!step.tried) continue;
      const started = performance.now();
      try {
        await this.#reach(index, step);
      } catch (error) {
        if (error instanceof UserError && error.code === 'history-failed') return { step, reason: error };
        throw error;
      }
      const trace = await this.#try(index, step);
      this.#request.visit(step, trace, performance.now() - started);
      await this.#settle(index, trace);
      this.#tried += 1;
    }
    return null;
  }

  async close(): Promise<void> {
    const place = this.#place;
    this.#place = null;
    await place?.opened.close();
  }

  #tell(step: WalkStep, message: string, part: number): void {
    this.#request.progress({ message: `${String(this.#tried + 1)} of ${String(this.#count)} · ${step.id}: ${message}`, fraction: (this.#tried + part) / this.#count });
  }

  /** Brings a database to where the first `index` steps are applied. */
  async #reach(index: number, step: WalkStep): Promise<void> {
    const place = this.#place;
    if (place === null) return this.#open(index, step);
    if (place.at === index) return;
    await place.rows.removeAll();
    for (const past of this.#request.steps.slice(place.at, index)) {
      this.#tell(step, `applying ${past.id}`, 0);
      await applyPast(place.opened.session, past);
      place.at += 1;
    }
    await place.rows.remember();
  }

  async #open(index: number, step: WalkStep): Promise<void> {
    this.#tell(step, 'replaying the history', 0);
    const { steps, statementTimeout, signal } = this.#request;
    const history = steps.slice(0, index);
    const opened = await this.#target.open({ ...(await needsOf(history, scriptsOf(steps))), statementTimeout, signal });
    this.#place = { opened, rows: new MadeRows(opened.session), at: index };
    if (opened.capabilities.realData) {
      throw new UserError('target-lacks', 'A whole history starts from an empty database, and this target brings one with data.', 'Choose the embedded PostgreSQL, a container or a server for it.');
    }
    await replay(opened, history, () => undefined);
    await this.#place.rows.remember();
  }

  async #try(index: number, step: WalkStep): Promise<Trace> {
    const place = this.#place;
    if (place === null) throw new Error('a step is tried before its database is there');
    const { opened } = place;
    const unfilled = await fillTables(opened.session);
    const watch = { tell: (message: string, part: number) => { this.#tell(step, message, part); }, afterUp: this.#request.afterUp };
    const runs = await runLegs(opened, { migration: step }, watch);
    return { target: opened.capabilities.info, history: { migrations: index, cached: false, duration: 0 }, unfilled, ...runs };
  }

  /** Goes on from where the trial ended, if that is or leads to a place that replaying would lead to; else gives the database up. */
  async #settle(index: number, trace: Trace): Promise<void> {
    const place = this.#place;
    const step = this.#request.steps[index];
    if (place === null || step === undefined) return;
    const settled = (await stayedAfter(place, step, trace)) ?? (await wentBack(place, step, trace));
    if (settled === null) await this.close();
    else place.at = index + (settled === 'after' ? 1 : 0);
  }
}

/** The database is as a plain up would have left it, but for made-up rows, which are taken away where the schema changed. */
async function stayedAfter(place: Place, { up }: WalkStep, trace: Trace): Promise<'after' | null> {
  const { before, afterUp } = trace;
  if (afterUp === null || !onlyShapesSchema(up)) return null;
  const now = await lastState(place, trace);
  if (!sameState(afterUp, now, place.rows.owned(now))) return null;
  await place.rows.removeFrom(changedTables(diffSnapshots(before.snapshot, now.snapshot), { before: before.rows, now: now.rows }));
  return 'after';
}

/** The up was rolled back, or the down is proven to bring everything back: nothing has happened but the made-up rows. */
async function wentBack(place: Place, { id, down }: WalkStep, trace: Trace): Promise<'before' | null> {
  const { before, afterUp } = trace;
  if (afterUp === null) {
    const now = await readState(place.opened.session);
    return sameState(before, now, Object.keys(before.rows)) ? 'before' : null;
  }
  const { verdict, upAgainDifferences } = judgeRoundTrip(trace);
  if (down === null || verdict !== 'exact' || upAgainDifferences.length > 0) return null;
  try {
    await applyPast(place.opened.session, { id, up: down });
    return 'before';
  } catch (error) {
    if (error instanceof UserError && error.code === 'history-failed') return null;
    throw error;
  }
}

async function lastState({ opened }: Place, { legs, afterUp, afterUpAgain }: Trace): Promise<CatalogState> {
  const known = afterUpAgain ?? (legs.length === 1 ? afterUp : null);
  return known ?? readState(opened.session);
}

function scriptsOf(steps: readonly WalkStep[]): readonly PlannedScript[] {
  return steps.flatMap(({ up, down }) => (down === null ? [up] : [up, down]));
}
