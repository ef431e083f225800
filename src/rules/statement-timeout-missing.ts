import { blocks } from '../model/lock.ts';
import { shift } from '../model/span.ts';
import { effects } from '../sql/effects.ts';
import { isTimeout } from '../sql/effects/session.ts';
import { quoteLiteral, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type ScriptRule } from './define-rule.ts';
import { timedLocks } from './support/timeouts.ts';

/** A strong lock on an existing relation, held without a limit. Said once a script. */
export const statementTimeoutMissing: ScriptRule = defineRule({
  id: 'statement-timeout-missing',
  title: 'A strong lock without statement_timeout',
  severity: 'warning',
  category: 'transactions',
  scope: 'script',
  optional: true,
  hasFix: true,
  check(script) {
    const timed = timedLocks(script).find(({ timeouts: { statement_timeout: { value, by } } }) => !isTimeout(value) && by === null);
    if (timed === undefined) return [];
    const { lock, inTransaction } = timed;
    // A second statement makes a transaction of what such a tool sends as one message.
    const joins = script.mode?.kind === 'implicit' && script.statements.length === 1;
    const set = `${inTransaction || joins ? 'SET LOCAL' : 'SET'} statement_timeout = ${quoteLiteral(usual)}`;
    const at = script.leadStart(lock.by);
    return [{
      message: `Nothing ends this statement while it holds ${lock.mode} on ${writeName(lock.relation)} and ${blocks(lock.mode)} wait, should it take longer than anybody thought. Set statement_timeout before it.`,
      span: shift(headSpan(lock.by.statement), lock.by.start),
      relation: lock.relation,
      fixes: joins && effects(lock.by.statement).outsideOnly !== null ? [] : [{ title: set, edits: [{ span: { start: at, end: at }, text: `${set}${script.between}` }] }],
    }];
  },
  docs: {
    what: 'A statement takes a lock that makes reads or writes of an existing relation wait, and no statement_timeout is in force: neither this script sets one before, nor does the runner (`runnerStatementTimeout`). It is said once, at the first such statement. It is off until a team asks for it: lock_timeout limits the waiting, which is what goes wrong most often.',
    why: 'The other timeout, lock_timeout, ends the waiting for a lock, never the holding. A statement that reads more rows than anybody thought, or waits for a disk, keeps the table closed for as long as it takes.',
    instead: "SET LOCAL statement_timeout = '1min' at the head of the migration (SET outside a transaction). What may take longer, a backfill or CONCURRENTLY, goes into a migration of its own, with a limit of its own.",
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'ALTER TABLE customers ADD COLUMN note text;', config: { rules: { 'statement-timeout-missing': 'warning' } } },
      { title: 'In Drizzle, with a comment above', layout: 'drizzle', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'CREATE TABLE notes (id bigint PRIMARY KEY);\n--> statement-breakpoint\n-- for support\nALTER TABLE "customers" ADD COLUMN "note" text;', config: { rules: { 'statement-timeout-missing': 'warning' } } },
    ],
    good: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: "SET LOCAL statement_timeout = '1min';\nALTER TABLE customers ADD COLUMN note text;", config: { rules: { 'statement-timeout-missing': 'warning' } } },
      { title: 'The runner sets it', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'ALTER TABLE customers ADD COLUMN note text;', config: { runnerStatementTimeout: '1min', rules: { 'statement-timeout-missing': 'warning' } } },
    ],
  },
});

/** Long for a statement that others wait for, and short for an outage; a team writes its own in the place of it. */
const usual = '1min';
