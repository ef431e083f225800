import type { Verdict } from '../model/report.ts';
import type { RowFingerprints, RowLoss, SchemaChange } from '../model/snapshot.ts';
import type { LegName, Trace } from '../model/trace.ts';
import { diffSnapshots } from './schema/diff.ts';

export interface RoundTrip {
  readonly verdict: Verdict;
  /** What the up changed. */
  readonly changes: readonly SchemaChange[];
  /** Before the up against after the down. */
  readonly leftovers: readonly SchemaChange[];
  readonly losses: readonly RowLoss[];
  /** After the second up against after the first. */
  readonly upAgainDifferences: readonly SchemaChange[];
}

/** Whether the down really brought everything back: the catalog, and the rows that were there before. */
export function judgeRoundTrip(trace: Trace): RoundTrip {
  const { before, afterUp, afterDown, afterUpAgain } = trace;
  const leftovers = afterDown === null ? [] : diffSnapshots(before.snapshot, afterDown.snapshot);
  const losses = afterDown === null ? [] : lostRows(before.rows, afterDown.rows);
  return {
    verdict: failedLeg(trace) ?? (losses.length > 0 ? 'data lost' : leftovers.length > 0 ? 'schema differs' : 'exact'),
    changes: afterUp === null ? [] : diffSnapshots(before.snapshot, afterUp.snapshot),
    leftovers,
    losses,
    upAgainDifferences: afterUp === null || afterUpAgain === null ? [] : diffSnapshots(afterUp.snapshot, afterUpAgain.snapshot),
  };
}

function failedLeg({ legs }: Trace): Verdict | null {
  const outcome = (name: LegName): string | undefined => legs.find((each) => each.leg === name)?.outcome;
  if (outcome('up') === 'failed') return 'up failed';
  if (outcome('down') === undefined) return 'no down';
  if (outcome('down') === 'failed') return 'down failed';
  return outcome('up again') === 'failed' ? 'up again failed' : null;
}

/** Tables that hold fewer rows than before, or whose columns hold other values. New rows and columns are no loss. */
export function lostRows(before: RowFingerprints, after: RowFingerprints): readonly RowLoss[] {
  return Object.entries(before).flatMap(([table, was]) => {
    if (was.rows === 0) return [];
    const is = after[table] ?? { rows: 0, columns: {} };
    const columns = Object.keys(was.columns).filter((column) => was.columns[column] !== is.columns[column]);
    return is.rows >= was.rows && columns.length === 0 ? [] : [{ table, rowsBefore: was.rows, rowsAfter: is.rows, columns }];
  });
}
