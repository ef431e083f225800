import type { Verdict } from '../model/report.ts';
import type { Remainder, RowLoss, SchemaChange } from '../model/snapshot.ts';
import type { LegName, Trace } from '../model/trace.ts';
import { leftRows, lostRows, movedSequences, rewoundSequences } from './rows.ts';
import { diffSnapshots } from './schema/diff.ts';

export interface RoundTrip {
  readonly verdict: Verdict;
  /** What the up changed. */
  readonly changes: readonly SchemaChange[];
  /** Before the up against after the down. */
  readonly leftovers: readonly SchemaChange[];
  readonly losses: readonly RowLoss[];
  readonly remainders: readonly Remainder[];
  /** After the second up against after the first. */
  readonly upAgainDifferences: readonly SchemaChange[];
}

/** Whether the down really brought everything back: the catalog, and the rows that were there before. */
export function judgeRoundTrip(trace: Trace): RoundTrip {
  const { before, afterUp, afterDown, afterUpAgain } = trace;
  const leftovers = afterDown === null ? [] : diffSnapshots(before.snapshot, afterDown.snapshot);
  const losses = afterDown === null ? [] : lostRows(before.rows, afterDown.rows);
  const remainders = afterDown === null ? [] : [...leftRows(before.rows, afterDown.rows), ...movedSequences(before.sequences ?? {}, afterDown.sequences ?? {}), ...rewoundSequences(before.positions ?? {}, afterDown.positions ?? {})];
  return {
    verdict: failedLeg(trace) ?? broughtBack({ losses, leftovers, remainders }),
    changes: afterUp === null ? [] : diffSnapshots(before.snapshot, afterUp.snapshot),
    leftovers,
    losses,
    remainders,
    upAgainDifferences: afterUp === null || afterUpAgain === null ? [] : diffSnapshots(afterUp.snapshot, afterUpAgain.snapshot),
  };
}

function broughtBack({ losses, leftovers, remainders }: Pick<RoundTrip, 'losses' | 'leftovers' | 'remainders'>): Verdict {
  if (losses.length > 0) return 'data lost';
  if (leftovers.length > 0) return 'schema differs';
  return remainders.length > 0 ? 'contents differ' : 'exact';
}

function failedLeg({ legs }: Trace): Verdict | null {
  const outcome = (name: LegName): string | undefined => legs.find((each) => each.leg === name)?.outcome;
  if (outcome('up') === 'failed') return 'up failed';
  if (outcome('down') === undefined) return 'no down';
  if (outcome('down') === 'failed') return 'down failed';
  return outcome('up again') === 'failed' ? 'up again failed' : null;
}
