import { blocks } from '../model/lock.ts';
import type { Statement } from '../model/statement.ts';
import { effects } from '../sql/effects.ts';
import { isTimeout } from '../sql/effects/session.ts';
import { quoteLiteral, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { blockingLock } from './support/blocking.ts';
import { runsOneByOne } from './support/transactions.ts';

/** A strong lock on an existing relation, taken without a limit to the waiting for it. Said once a script. */
export const lockTimeoutMissing: StatementRule = defineRule({
  id: 'lock-timeout-missing',
  title: 'A strong lock without lock_timeout',
  severity: 'warning',
  category: 'transactions',
  scope: 'statement',
  hasFix: true,
  kinds: [
    'AlterTableStmt', 'IndexStmt', 'DropStmt', 'CreateStmt', 'RenameStmt', 'AlterObjectSchemaStmt', 'CreateTrigStmt', 'RuleStmt', 'CreatePolicyStmt',
    'AlterPolicyStmt', 'TruncateStmt', 'LockStmt', 'RefreshMatViewStmt', 'ReindexStmt', 'ClusterStmt', 'VacuumStmt', 'AlterSeqStmt',
  ],
  check(statement, context) {
    if (isTimeout(context.lockTimeout) || context.unguardedBefore || isSwitchedOff(context)) return [];
    const lock = blockingLock(statement, context);
    if (lock === null) return [];
    const relation = `${lock.on === 'its table' ? 'the table of ' : ''}${writeName(lock.relation)}`;
    const set = `${runsOneByOne(context) ? 'SET' : 'SET LOCAL'} lock_timeout = ${quoteLiteral(context.config.lockTimeout)}`;
    const at = context.leadStart;
    return [{
      message: `${lock.mode} on ${relation} may wait for a long query without end, and ${blocks(lock.mode)} queue up behind it. Set lock_timeout before, so that the migration fails fast and can be tried again.`,
      span: headSpan(statement),
      fixes: !context.canAddStatements && canBeConcurrent(statement) ? [] : [{ title: set, edits: [{ span: { start: at, end: at }, text: `${set}${context.between}` }] }],
    }];
  },
  docs: {
    what: 'A statement needs a lock that makes reads or writes of an existing relation wait, and no lock_timeout is in force: neither this script sets one before, nor does the runner (`runnerLockTimeout` in `lockstep.config.json`). It is said once, at the first such statement of a script; a SET that follows it comes too late.',
    why: 'A lock request queues behind every transaction that uses the table, and everybody who comes later queues behind the request. One forgotten session or one long report then stops the whole application, although the statement itself would take a millisecond.',
    instead: "Start the migration with SET LOCAL lock_timeout = '5s' (SET outside a transaction), so that it gives up instead of holding up the others, and run it again later.",
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'ALTER TABLE customers ADD COLUMN note text;', config: { runnerLockTimeout: null } },
      { title: 'Outside a transaction, with a comment above', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: '-- for the support team\nALTER TABLE customers ADD COLUMN note text;', config: { runnerLockTimeout: null, plainTransaction: 'autocommit' } },
      { title: 'Set too late', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: "ALTER TABLE customers ADD COLUMN note text;\nSET LOCAL lock_timeout = '5s';", config: { runnerLockTimeout: null } },
      { title: 'In Drizzle', layout: 'drizzle', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'CREATE TABLE notes (id bigint PRIMARY KEY);\n--> statement-breakpoint\nALTER TABLE "customers" ADD COLUMN "note" text;', config: { runnerLockTimeout: null } },
      { title: 'Alone in a Prisma migration', layout: 'prisma', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'ALTER TABLE customers ADD COLUMN note text;', config: { runnerLockTimeout: null } },
    ],
    good: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: "SET LOCAL lock_timeout = '5s';\nALTER TABLE customers ADD COLUMN note text;", config: { runnerLockTimeout: null } },
      { title: 'The runner sets it', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'ALTER TABLE customers ADD COLUMN note text;', config: { runnerLockTimeout: '5s' } },
      { title: 'Nobody can be waiting for a new table', sql: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nALTER TABLE customers ADD COLUMN note text;', config: { runnerLockTimeout: null } },
    ],
  },
});

/** The script itself set it to zero, of which `timeout-disabled` speaks. */
function isSwitchedOff({ lockTimeout, config }: StatementContext): boolean {
  return lockTimeout !== null && lockTimeout !== config.runnerLockTimeout;
}

/** What runs outside a transaction, or would with CONCURRENTLY, has to stay alone where a second statement opens one. */
function canBeConcurrent(statement: Statement): boolean {
  return effects(statement).outsideOnly !== null || ['IndexStmt', 'ReindexStmt'].includes(statement.kind) || statement.node['removeType'] === 'OBJECT_INDEX';
}
