import type { Fix } from '../model/edit.ts';
import { blocks } from '../model/lock.ts';
import { shift } from '../model/span.ts';
import type { PlacedStatement } from '../model/statement.ts';
import { isTimeout } from '../sql/effects/session.ts';
import { quoteLiteral, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type Match, type ScriptContext, type ScriptRule } from './define-rule.ts';
import { timedLocks, timeoutNames, type TimedLock, type TimeoutName } from './support/timeouts.ts';

/** A timeout set to zero before a statement that makes traffic wait. */
export const timeoutDisabled: ScriptRule = defineRule({
  id: 'timeout-disabled',
  title: 'A timeout is switched off before a strong lock',
  severity: 'warning',
  category: 'transactions',
  scope: 'script',
  hasFix: true,
  check(script) {
    const said = new Set<PlacedStatement>();
    return timedLocks(script).flatMap((timed) => timeoutNames.flatMap((name) => {
      const { value, by } = timed.timeouts[name];
      if (by === null || value === null || isTimeout(value) || said.has(by)) return [];
      said.add(by);
      return [match(name, by, timed, script)];
    }));
  },
  docs: {
    what: 'One of lock_timeout and statement_timeout is set to zero, by SET, SET LOCAL or set_config(), and while that holds a statement takes a lock that makes reads or writes of an existing relation wait. Where only CONCURRENTLY, VALIDATE or a backfill follows, nothing is said: these may take their time.',
    why: 'Zero means no limit. Without lock_timeout the statement queues behind the oldest query for as long as that runs, and everybody else queues behind it; without statement_timeout nothing ends it once it holds the lock, however many rows it turns out to read.',
    instead: 'Switch a timeout off only for the statement that needs the time, in a migration of its own, and leave it on for those that lock.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'SET lock_timeout = 0;\nALTER TABLE customers ADD COLUMN note text;' },
      { title: 'No limit to the holding', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: "SELECT set_config('statement_timeout', '0', true);\nALTER TABLE customers ADD COLUMN note text;" },
    ],
    good: [
      { title: 'Only for what may take long', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);', sql: 'SET statement_timeout = 0;\nCREATE INDEX CONCURRENTLY customers_email_idx ON customers (email);', config: { plainTransaction: 'autocommit' } },
      { title: 'On again before the lock', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: "SET lock_timeout = 0;\nCREATE TABLE notes (id bigint PRIMARY KEY);\nSET lock_timeout = '5s';\nALTER TABLE customers ADD COLUMN note text;" },
    ],
  },
});

function match(name: TimeoutName, by: PlacedStatement, { lock }: TimedLock, { config }: ScriptContext): Match {
  const what = `${lock.mode} on ${writeName(lock.relation)}`;
  const message = name === 'lock_timeout'
    ? `With lock_timeout off, ${what} may wait for a long query without end, and ${blocks(lock.mode)} queue up behind it. Leave it on here, and switch it off for nothing but what may wait.`
    : `With statement_timeout off, nothing ends what holds ${what} while ${blocks(lock.mode)} wait, however long it takes. Leave it on here, and switch it off for nothing but what may take long.`;
  return {
    message,
    span: shift(headSpan(by.statement), by.start),
    relation: lock.relation,
    related: [{ span: shift(headSpan(lock.by.statement), lock.by.start), message: `It takes ${lock.mode}.` }],
    fixes: name === 'lock_timeout' ? switchedOn(by, config.lockTimeout) : [],
  };
}

function switchedOn({ start, statement }: PlacedStatement, value: string): readonly Fix[] {
  if (statement.kind !== 'VariableSetStmt') return [];
  const set = `${statement.node['is_local'] === true ? 'SET LOCAL' : 'SET'} lock_timeout = ${quoteLiteral(value)}`;
  return [{ title: set, edits: [{ span: { start, end: start + statement.text.length }, text: set }] }];
}
