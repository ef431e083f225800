import { nameKey, writeName } from '../sql/names.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { constraintSpan, definedConstraints } from './support/definitions.ts';
import { observeLock } from './support/evidence.ts';

/** A new table's REFERENCES stops the writes of the table that it refers to. */
export const foreignKeyLocksParent: StatementRule = defineRule({
  id: 'foreign-key-locks-parent',
  title: 'REFERENCES in CREATE TABLE locks the other table',
  severity: 'information',
  category: 'constraints and indexes',
  optional: true,
  scope: 'statement',
  kinds: ['CreateStmt'],
  check(statement, context) {
    const seen = new Set<string>();
    return definedConstraints(statement).flatMap((each) => {
      const parent = each.facts.references?.table;
      if (parent === undefined || nameKey(parent) === nameKey(each.table) || context.isNew(parent) || seen.has(nameKey(parent))) return [];
      seen.add(nameKey(parent));
      return [{
        message: `Writes to ${writeName(parent)} wait from here until the transaction ends, and all that come after wait while this waits for them: a new table that refers to it takes SHARE ROW EXCLUSIVE on it. Keep the transaction short, with a lock_timeout.`,
        span: constraintSpan(statement, each),
        relation: parent,
      }];
    });
  },
  observe: (match, trace) => observeLock(match, trace, 'SHARE ROW EXCLUSIVE'),
  docs: {
    what: 'CREATE TABLE has a foreign key to a table that exists before the migration. The rule is off until a team asks for it: the lock is taken for an instant where the transaction is short, lock-timeout-missing asks for the timeout that bounds the waiting, and lock-window-wide tells when it is held long.',
    why: 'The new table is empty, but the triggers of the key are made on the other table too, under SHARE ROW EXCLUSIVE (manual, CREATE TABLE): no INSERT, UPDATE or DELETE there until the transaction ends. A long transaction on that table makes this statement wait, and every write queues up behind it.',
    instead: 'Set a short lock_timeout and put nothing slow behind it into the same transaction. Or create the table without the key and add it in a migration of its own.',
  },
  examples: {
    bad: [{ setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint UNIQUE REFERENCES customers (id));', config: { rules: { 'foreign-key-locks-parent': 'information' } } }],
    good: [{ title: 'The other table is new as well', sql: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint UNIQUE REFERENCES customers (id), parent_id bigint UNIQUE REFERENCES orders (id));', config: { rules: { 'foreign-key-locks-parent': 'information' } } }],
  },
});
