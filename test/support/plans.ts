import type { Plan, PlannedScript } from '../../src/dryrun/plan.ts';
import { dryRun } from '../../src/dryrun/run.ts';
import { judgeRoundTrip, type RoundTrip } from '../../src/dryrun/round-trip.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import type { TransactionKind } from '../../src/model/migration.ts';
import type { LegName, LegTrace, Observed, StatementTrace, Trace } from '../../src/model/trace.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';

export interface PairTexts {
  readonly history?: readonly string[];
  readonly up: string;
  readonly down?: string;
  readonly mode?: TransactionKind;
  readonly statementTimeout?: number;
  /** Drizzle's dates, of the history and then of the pair. */
  readonly when?: readonly number[];
}

export interface PairRun extends RoundTrip {
  readonly trace: Trace;
}

/** A plan made of texts; statements end at semicolons. */
export async function planOf({ history = [], up, down, mode = 'transaction', statementTimeout = 20_000, when = [] }: PairTexts): Promise<Plan> {
  await loadParser();
  const script = (path: string, text: string, kind: TransactionKind): PlannedScript => ({
    path, text, statements: parseScript(text).statements, mode: { kind, tool: 'the test', optOut: null },
  });
  return {
    history: history.map((text, index) => ({ id: `past_${String(index + 1)}`, up: script(`/past_${String(index + 1)}.sql`, text, 'implicit'), when: when[index] })),
    migration: { id: 'now', when: when[history.length], up: script('/now.sql', up, mode), down: down === undefined ? null : script('/now_rollback.sql', down, mode) },
    statementTimeout,
  };
}

export async function runPair(target: Target, texts: PairTexts): Promise<PairRun> {
  const trace = await dryRun(target, await planOf(texts), { signal: new AbortController().signal, progress: () => undefined });
  return { trace, ...judgeRoundTrip(trace) };
}

export function legOf(trace: Trace, name: LegName): LegTrace {
  const found = trace.legs.find((each) => each.leg === name);
  if (found === undefined) throw new Error(`the leg "${name}" did not run`);
  return found;
}

/** What was measured; fails where nothing could be. */
export function measured<T>(observed: Observed<T>): T {
  if (observed.kind === 'unavailable') throw new Error(`not measured: ${observed.reason}`);
  return observed.value;
}

/** Locks on relations that were there before, as `relation MODE`, sorted. */
export function locksOf(statement: StatementTrace | undefined): readonly string[] {
  if (statement === undefined) throw new Error('there is no such statement');
  return measured(statement.locks).filter((lock) => lock.existedBefore).map((lock) => `${lock.relation} ${lock.mode}`).sort();
}
