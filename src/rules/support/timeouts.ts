import type { PlacedStatement } from '../../model/statement.ts';
import { effects, type Setting } from '../../sql/effects.ts';
import type { HeldLock, ScriptContext } from '../define-rule.ts';

export const timeoutNames = ['lock_timeout', 'statement_timeout'] as const;

export type TimeoutName = (typeof timeoutNames)[number];

/** A timeout as a statement meets it. */
export interface InForce {
  /** As written; null: none is set. */
  readonly value: string | null;
  /** The statement of this script that set it; null: the runner, or nobody. */
  readonly by: PlacedStatement | null;
}

/** A statement that makes traffic wait, and the timeouts that are in force there. */
export interface TimedLock {
  readonly lock: HeldLock;
  readonly inTransaction: boolean;
  readonly timeouts: Readonly<Record<TimeoutName, InForce>>;
}

/** Of each statement that makes the traffic of an existing relation wait, in order. Nothing is read where there is none. */
export function timedLocks(script: ScriptContext): readonly TimedLock[] {
  const locks = new Map(script.blockers().map((each) => [each.by.index, each]));
  if (locks.size === 0) return [];
  const outside = script.mode?.kind === 'implicit' && script.statements.length > 1;
  let inTransaction = script.mode?.kind === 'transaction' || outside;
  const runner: Readonly<Record<TimeoutName, InForce>> = { lock_timeout: { value: script.config.runnerLockTimeout, by: null }, statement_timeout: { value: script.config.runnerStatementTimeout, by: null } };
  let session = runner;
  let undone = runner;
  let local: Partial<Record<TimeoutName, InForce>> = {};
  const found: TimedLock[] = [];
  for (const placed of script.statements) {
    const lock = locks.get(placed.index);
    if (lock !== undefined) found.push({ lock, inTransaction, timeouts: { ...session, ...local } });
    const { transaction, setting } = effects(placed.statement);
    if (transaction !== null) {
      // ROLLBACK takes SET back, too (manual, SET).
      if (transaction === 'rollback' && inTransaction) session = undone;
      if (transaction !== 'begin') local = {};
      if (transaction !== 'begin' || !inTransaction) undone = session;
      inTransaction = transaction === 'begin' || outside;
    }
    for (const name of setting === null ? [] : namesOf(setting)) {
      const now: InForce = setting?.value == null ? runner[name] : { value: setting.value, by: placed };
      if (setting?.scope === 'transaction') local = inTransaction ? { ...local, [name]: now } : local;
      else session = { ...session, [name]: now };
    }
  }
  return found;
}

/** RESET ALL and DISCARD ALL name no setting. */
function namesOf({ name }: Setting): readonly TimeoutName[] {
  return name === '*' ? timeoutNames : timeoutNames.filter((each) => each === name);
}

/** Milliseconds of a duration as PostgreSQL reads it (manual 19.1.1); null when it is none. */
export function milliseconds(value: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h|d)?\s*$/.exec(value);
  const factor = units[match?.[2] ?? 'ms'];
  return match === null || factor === undefined ? null : Number(match[1]) * factor;
}

const units: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };
