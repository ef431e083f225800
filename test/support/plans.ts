import type { Plan, PlannedScript } from '../../src/dryrun/plan.ts';
import { dryRun } from '../../src/dryrun/run.ts';
import { judgeRoundTrip, type RoundTrip } from '../../src/dryrun/round-trip.ts';
import type { Target } from '../../src/dryrun/targets/target.ts';
import type { TransactionKind } from '../../src/model/migration.ts';
import type { LegName, LegTrace, Observed, StatementTrace, Trace } from '../../src/model/trace.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { parseScript } from '../../src/sql/script.ts';

/** A text of the history runs as one message, or as it says itself. */
export type PastText = string | { readonly text: string; readonly mode: TransactionKind };

export interface PairTexts {
  readonly history?: readonly PastText[];
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
    history: history.map((past, index) => {
      const { text, mode: pastMode } = typeof past === 'string' ? { text: past, mode: 'implicit' as const } : past;
      return { id: `past_${String(index + 1)}`, up: script(`/past_${String(index + 1)}.sql`, text, pastMode), when: when[index] };
    }),
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
