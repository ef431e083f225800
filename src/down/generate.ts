import type { SchemaChange, Snapshot } from '../model/snapshot.ts';
import type { PlacedStatement } from '../model/statement.ts';
import { because, nothing, type Circumstances, type Inverse, type Step } from './inverse.ts';
import { changesSecret } from './invert/secrets.ts';
import { executedBy } from './invert/execute.ts';
import { swapMember } from './invert/member.ts';
import { invertRename } from './invert/rename.ts';
import { invertRows, rowsBehindCode, type Births } from './invert/rows.ts';
import { fetches, invertSubscription } from './invert/subscription.ts';
import { invertTransaction } from './invert/transaction.ts';
import { invertUnseen } from './invert/unseen.ts';
import { efforts, restore } from './restore.ts';

/** Inverses of one statement, the best first: whoever has a database takes the first that proves itself there. Never empty. */
export function proposals(step: Step, earlier: readonly Step[], circumstances: Circumstances): readonly [Inverse, ...Inverse[]] {
  const executed = executedBy(step, earlier);
  if (executed !== null) return executed === 'unknown' ? [because(['What the prepared statement does to rows is not undone.'], [])] : proposals(executed, earlier, circumstances);
  const { statement } = step.placed;
  const births = birthsOf(earlier);
  const told = invertTransaction(statement) ?? invertRows(step, births);
  if (told !== null) return [told];
  const subscribed = invertSubscription(step, circumstances);
  if (subscribed !== null) return [subscribed];
  const changed = isChanged(step.before, step.after);
  const member = swapMember(statement);
  if (member !== null) return [member];
  const renamed = changed || invertUnseen(statement).kind === 'impossible' ? invertRename(step) : null;
  if (renamed !== null) return [renamed];
  const fetched = fetches(statement);
  const reasons = [...rowsBehindCode(step, births), ...(fetched === null ? [] : [fetched])];
  if (!changed) return [reasons.length === 0 || changesSecret(statement) ? invertUnseen(statement) : because(reasons, [])];
  const [first, ...others] = distinct(efforts.map((effort) => withReasons(restore({ now: step.after, was: step.before, circumstances, effort }), reasons)));
  return [first ?? nothing, ...others];
}

/** One statement of the up and how it is undone. */
export interface Undone {
  readonly placed: PlacedStatement;
  readonly inverse: Inverse;
  /** What the inverse was seen to leave different; empty when it was proven. */
  readonly remains: readonly SchemaChange[];
}

/** The order in which a down runs: the last statement is undone first. What a ROLLBACK of the up took back needs no inverse. */
export function inReverse(undone: readonly Undone[]): readonly Undone[] {
  const kept: Undone[] = [];
  for (const each of undone) {
    if (each.placed.statement.node['kind'] !== 'TRANS_STMT_ROLLBACK') kept.push(each);
    else kept.length = Math.max(0, kept.findLastIndex(({ placed: { statement } }) => statement.node['kind'] === 'TRANS_STMT_BEGIN' || statement.node['kind'] === 'TRANS_STMT_START'));
  }
  return kept.reverse();
}

function isChanged(before: Snapshot, after: Snapshot): boolean {
  const keys = Object.keys(before);
  return keys.length !== Object.keys(after).length || keys.some((key) => before[key]?.definition !== after[key]?.definition);
}

function birthsOf(earlier: readonly Step[]): Births {
  const made = earlier.filter(({ placed }) => placed.statement.kind !== 'RenameStmt' && placed.statement.kind !== 'AlterObjectSchemaStmt');
  return { has: (key) => made.some(({ before, after }) => before[key] === undefined && after[key] !== undefined) };
}

function withReasons(inverse: Inverse, reasons: readonly string[]): Inverse {
  if (reasons.length === 0 || inverse.kind === 'impossible') return inverse;
  return because([...(inverse.kind === 'lossy' ? [inverse.reason] : []), ...reasons], inverse.statements);
}

function distinct(inverses: readonly Inverse[]): readonly Inverse[] {
  const texts = inverses.map((each) => JSON.stringify(each));
  return inverses.filter((_, index) => texts.indexOf(texts[index] ?? '') === index);
}
