import { blocks } from '../model/lock.ts';
import { shift } from '../model/span.ts';
import type { PlacedStatement } from '../model/statement.ts';
import { quoteLiteral, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type ScriptRule } from './define-rule.ts';
import { milliseconds, timedLocks } from './support/timeouts.ts';

/** A lock_timeout under which traffic waits longer than the team allows. */
export const timeoutTooLong: ScriptRule = defineRule({
  id: 'timeout-too-long',
  title: 'A lock_timeout that lets everybody wait',
  severity: 'warning',
  category: 'transactions',
  scope: 'script',
  hasFix: true,
  check(script) {
    const { lockTimeout } = script.config;
    const longest = (milliseconds(lockTimeout) ?? 0) > (milliseconds(usualLimit) ?? 0) ? lockTimeout : usualLimit;
    const said = new Set<PlacedStatement>();
    return timedLocks(script).flatMap(({ lock, timeouts: { lock_timeout: { value, by } } }) => {
      if (by === null || value === null || said.has(by) || (milliseconds(value) ?? 0) <= (milliseconds(longest) ?? Infinity)) return [];
      said.add(by);
      const { kind, node, text } = by.statement;
      const set = `${node['is_local'] === true ? 'SET LOCAL' : 'SET'} lock_timeout = ${quoteLiteral(lockTimeout)}`;
      return [{
        message: `While ${lock.mode} on ${writeName(lock.relation)} waits for a long query, ${blocks(lock.mode)} wait behind it, here for as long as ${value}; more than ${longest} is too long. Give up earlier, and try again.`,
        span: shift(headSpan(by.statement), by.start),
        relation: lock.relation,
        fixes: kind === 'VariableSetStmt' ? [{ title: set, edits: [{ span: { start: by.start, end: by.start + text.length }, text: set }] }] : [],
      }];
    });
  },
  docs: {
    what: 'A script sets lock_timeout to more than ten seconds, or more than `lockTimeout` of the configuration where that is longer, and takes a lock under it that makes reads or writes of an existing relation wait.',
    why: 'A lock that is waited for blocks as a lock that is held does: every later query of the table queues behind it. The timeout is therefore the length of the outage that one forgotten transaction can make of this migration.',
    instead: 'A lock_timeout of a few seconds, shorter than what callers of the application put up with, and several attempts.',
  },
  examples: {
    bad: [{ setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: "SET LOCAL lock_timeout = '2min';\nALTER TABLE customers ADD COLUMN note text;" }],
    good: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: "SET LOCAL lock_timeout = '5s';\nALTER TABLE customers ADD COLUMN note text;" },
      { title: 'The team allows it', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: "SET LOCAL lock_timeout = '20s';\nALTER TABLE customers ADD COLUMN note text;", config: { lockTimeout: '30s' } },
    ],
  },
});

/** Callers of an application seldom wait longer for an answer. */
const usualLimit = '10s';
