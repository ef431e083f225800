import { blocks } from '../model/lock.ts';
import { shift } from '../model/span.ts';
import { effects } from '../sql/effects.ts';
import { nameKey, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type HeldLock, type LockWindow, type Match, type ScriptContext, type ScriptRule } from './define-rule.ts';
import { bulkKinds, bulkWrite } from './support/bulk-writes.ts';

/** Rows that are written while the transaction holds a strong lock. */
export const backfillInSchemaMigration: ScriptRule = defineRule({
  id: 'backfill-in-schema-migration',
  title: 'Rows are written under a strong lock',
  severity: 'warning',
  category: 'transactions',
  scope: 'script',
  check(script) {
    const kinds = new Set<string>(bulkKinds);
    if (!script.statements.some(({ statement }) => kinds.has(statement.kind))) return [];
    const made = madeHere(script);
    return script.lockWindows().flatMap((window) => inWindow(window, made, script));
  },
  docs: {
    what: 'An UPDATE, DELETE, MERGE or INSERT … SELECT of a table that exists before the migration, in a transaction that holds a lock which makes reads or writes wait, taken by a statement before it. It is said once for each such transaction. Writes of a few rows are left out: VALUES, and conditions that compare a key with constants.',
    why: 'ALTER TABLE takes its lock for an instant, but a transaction keeps it until it ends. A backfill behind it, in the same transaction, turns that instant into the time that it takes to write all the rows.',
    instead: 'Put the backfill into a migration of its own, in batches that each commit; then whatever needs its result, such as NOT NULL, into a third.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text, plan text);', sql: "ALTER TABLE customers ADD COLUMN domain text;\nUPDATE customers SET domain = split_part(email, '@', 2) WHERE email IS NOT NULL;" },
      { title: 'Another table', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE sessions (id bigint PRIMARY KEY, ended_at timestamptz);', sql: "ALTER TABLE customers ADD COLUMN note text;\nDELETE FROM sessions WHERE ended_at < now() - interval '30 days';" },
    ],
    good: [
      { title: 'Each statement by itself', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);', sql: "ALTER TABLE customers ADD COLUMN domain text;\nUPDATE customers SET domain = split_part(email, '@', 2) WHERE email IS NOT NULL;", config: { plainTransaction: 'autocommit' } },
      { title: 'One row', setup: 'CREATE TABLE plans (code text PRIMARY KEY, price numeric);', sql: "ALTER TABLE plans ADD COLUMN yearly numeric;\nUPDATE plans SET yearly = 90 WHERE code = 'basic';" },
      { title: 'A new table', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);', sql: 'CREATE TABLE addresses (customer_id bigint PRIMARY KEY, email text);\nINSERT INTO addresses SELECT id, email FROM customers;' },
    ],
  },
});

/** What this script, or in a down its up, creates: nobody waits for it. */
function madeHere({ statements, side, otherSide }: ScriptContext): ReadonlySet<string> {
  const all = side === 'down' ? [...statements, ...(otherSide ?? [])] : statements;
  return new Set(all.flatMap(({ statement }) => effects(statement).created.map(({ name }) => nameKey(name))));
}

function inWindow({ locks, later }: LockWindow, made: ReadonlySet<string>, script: ScriptContext): readonly Match[] {
  for (const placed of later) {
    const write = bulkWrite(placed.statement, (name) => script.tableAfter(name));
    const held = write === null || made.has(nameKey(write.table)) ? undefined : strongestBefore(locks, placed.index);
    if (write == null || held === undefined) continue;
    return [{
      message: `Until this transaction ends, ${blocks(held.mode)} of ${writeName(held.relation)} wait: a statement above holds ${held.mode}, and this ${write.verb} of ${writeName(write.table)} makes it last. Put it into a migration of its own, in batches.`,
      span: shift(headSpan(placed.statement), placed.start),
      relation: held.relation,
      related: [{ span: shift(headSpan(held.by.statement), held.by.start), message: `It takes ${held.mode}.` }],
    }];
  }
  return [];
}

function strongestBefore(locks: readonly HeldLock[], index: number): HeldLock | undefined {
  const before = locks.filter(({ by }) => by.index < index);
  return before.find(({ mode }) => blocks(mode) === 'reads and writes') ?? before[0];
}
