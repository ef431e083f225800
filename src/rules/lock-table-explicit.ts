import { blocks } from '../model/lock.ts';
import { effects } from '../sql/effects.ts';
import { writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { listed } from './support/dependants.ts';
import { observeFailure, observeLock } from './support/evidence.ts';

/** LOCK TABLE in a mode that makes traffic wait. */
export const lockTableExplicit: StatementRule = defineRule({
  id: 'lock-table-explicit',
  title: 'LOCK TABLE holds up traffic until the end',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  kinds: ['LockStmt'],
  check(statement, context) {
    const locks = effects(statement).locks.filter(({ relation, mode }) => blocks(mode) !== 'nothing' && !context.isNew(relation));
    const [first] = locks;
    if (first === undefined) return [];
    const tables = listed(locks.map(({ relation }) => writeName(relation)));
    if (context.transaction === 'none') {
      return [{ message: `This fails: LOCK TABLE can only be used in a transaction, and this statement runs outside of one. Leave it out: each statement locks ${tables} as it needs.`, severity: 'error', span: headSpan(statement), relation: first.relation }];
    }
    return [{
      message: `${first.mode} on ${tables} makes ${blocks(first.mode)} wait from here to the end of the transaction, whatever the statements between need. Leave it out: each statement takes the lock that it needs, when it needs it.`,
      span: headSpan(statement),
      relation: first.relation,
    }];
  },
  observe: (match, trace) => (trace.error === null ? observeLock(match, trace, 'SHARE') : observeFailure(trace, ['25P01'])),
  docs: {
    what: 'LOCK TABLE of a table that exists before the migration, in a mode that makes reads or writes wait: SHARE and stronger; without a mode it is ACCESS EXCLUSIVE. An error where the statement runs outside a transaction, which PostgreSQL refuses (25P01).',
    why: 'The lock is held to the end of the transaction, and queues behind every transaction that uses the table, while everybody who comes later queues behind it. Each statement of a migration takes the lock that it needs by itself, later and often weaker.',
    instead: 'Leave it out. To keep writers away while rows are copied, copy in batches and let a trigger follow the writes. Where it has to be, let it be the first statement after SET LOCAL lock_timeout, so that nothing else is locked while it waits.',
  },
  examples: {
    bad: [
      { title: 'Reads and writes', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'LOCK TABLE orders;' },
      { title: 'Writes', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nCREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'LOCK TABLE orders, customers IN SHARE ROW EXCLUSIVE MODE;' },
      { title: 'Outside a transaction it fails', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'LOCK TABLE orders;', config: { plainTransaction: 'autocommit' }, fails: '25P01' },
    ],
    good: [
      { title: 'A mode that nobody waits for', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'LOCK TABLE orders IN ROW SHARE MODE;' },
      { title: 'A table of the same script', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY);\nLOCK TABLE orders;' },
    ],
  },
});
