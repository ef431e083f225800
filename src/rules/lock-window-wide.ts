import { effects } from '../sql/effects.ts';
import { nameKey, writeName } from '../sql/names.ts';
import type { PlacedStatement, Statement } from '../model/statement.ts';
import type { Span } from '../model/span.ts';
import { blocks } from '../model/lock.ts';
import { headSpan } from '../sql/spans.ts';
import { child, text } from '../sql/walk.ts';
import { defineRule, type HeldLock, type LockWindow, type Match, type ScriptContext, type ScriptRule } from './define-rule.ts';

/** Long work, or the wait for another table, while a lock keeps everybody out of a table. Said once a transaction. */
export const lockWindowWide: ScriptRule = defineRule({
  id: 'lock-window-wide',
  title: 'A strong lock is held while other work is done',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'script',
  check: (script) => script.lockWindows().flatMap((window) => checkWindow(window, script)),
  docs: {
    what: 'A statement takes ACCESS EXCLUSIVE on a table that exists before the migration, and a later one of the same transaction reads or writes all rows of another table, or computes a query for a new one: a warning. In an up also, as information, a later statement that needs a lock on another such table, unless it is the other end of a foreign key. UPDATE, DELETE and INSERT have a rule of their own.',
    why: 'PostgreSQL keeps every lock to the end of the transaction. Whatever runs after the first ACCESS EXCLUSIVE makes the readers and writers of that table wait for as long as it takes itself; and while it waits for a lock on a second table, they wait for the long queries there, too. Two migrations, or a migration and the application, that take two tables in different order end in a deadlock.',
    instead: 'Put the long work before the lock, or better into a migration of its own, and give each table a migration of its own. Where the tool has one transaction for all, let the instant ALTER TABLE come last.',
  },
  examples: {
    bad: [
      { title: 'A query for a new table', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, total bigint);', sql: 'ALTER TABLE customers ADD COLUMN note text;\nCREATE MATERIALIZED VIEW totals AS SELECT id, total FROM orders;' },
      { title: 'Two tables', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE customers ADD COLUMN note text;\nALTER TABLE orders ADD COLUMN note text;' },
    ],
    good: [
      { title: 'Each statement has a transaction of its own', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE customers ADD COLUMN note text;\nALTER TABLE orders ADD COLUMN note text;', config: { plainTransaction: 'autocommit' } },
      { title: 'The long work comes first', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, total bigint);', sql: 'CREATE MATERIALIZED VIEW totals AS SELECT id, total FROM orders;\nALTER TABLE customers ADD COLUMN note text;' },
      { title: 'One table', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'ALTER TABLE customers ADD COLUMN note text;\nALTER TABLE customers ADD COLUMN town text;' },
    ],
  },
});

function checkWindow({ locks: all, later }: LockWindow, script: ScriptContext): readonly Match[] {
  const locks = all.filter((each) => isOfTable(each.by.statement));
  const first = locks.find((each) => each.mode === 'ACCESS EXCLUSIVE');
  if (first === undefined) return [];
  const table = writeName(first.relation);
  const related = [{ span: spanOf(first.by), message: `ACCESS EXCLUSIVE on ${table} is taken here.` }];
  const slow = later.find((each) => each.index > first.by.index && isSlow(each, script) && !isOn(each, first));
  if (slow !== undefined) {
    return [{ message: `Reads and writes of ${table} wait for this statement as well: the lock on it, taken before, is held to the end of the transaction, and this one goes through whole tables. Put it before, or into a migration of its own.`, span: spanOf(slow), related }];
  }
  const second = script.side === 'up' ? locks.find((each) => isOther(each, first)) : undefined;
  if (second === undefined) return [];
  const other = writeName(second.relation);
  return [{
    message: `Reads and writes of ${table} wait while this statement waits for ${second.mode} on ${other}, and ${blocks(second.mode)} of ${other} until the transaction ends. Give each table a migration of its own.`,
    severity: 'information',
    span: spanOf(second.by),
    related,
  }];
}

/** What is dropped has no users left, and a view is made again in the transaction that drops it. */
function isOfTable({ kind, node }: Statement): boolean {
  if (kind === 'DropStmt') return ['OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE'].includes(text(node, 'removeType') ?? '');
  return kind !== 'AlterTableStmt' || ['OBJECT_TABLE', 'OBJECT_MATVIEW'].includes(text(node, 'objtype') ?? '');
}

/** Long work on the very table: the rule about that work says whom it keeps waiting. */
function isOn({ statement }: PlacedStatement, { relation }: HeldLock): boolean {
  return effects(statement).locks.every((each) => nameKey(each.relation) === nameKey(relation));
}

/** A lock of a later statement on a table that the first one left alone. A foreign key of the first table needs both in any case. */
function isOther({ relation, by }: HeldLock, first: HeldLock): boolean {
  const own = effects(by.statement).locks[0];
  return by.index > first.by.index && nameKey(relation) !== nameKey(first.relation) && (own === undefined || nameKey(own.relation) !== nameKey(first.relation));
}

/** Whether the statement reads or writes all rows of something that the script did not create itself. */
function isSlow({ statement, index }: PlacedStatement, script: ScriptContext): boolean {
  const { scan, rewrite, locks, validated, outsideOnly } = effects(statement);
  if (outsideOnly !== null || locks.length === 0 || locks.every(({ relation }) => isCreated(nameKey(relation), script))) return false;
  if (statement.kind === 'CreateTableAsStmt') return child(statement.node, 'into')?.['skipData'] !== true;
  // A constraint of the same transaction is validate-same-transaction's.
  if (validated.length > 0) return !script.statements.slice(0, index).some((each) => effects(each.statement).constraintsAdded.some(({ facts }) => validated.some(({ constraint }) => constraint === facts.name)));
  return scan.kind === 'yes' || rewrite.kind === 'yes';
}

function isCreated(key: string, script: ScriptContext): boolean {
  return script.statements.some(({ statement }) => effects(statement).created.some(({ name }) => nameKey(name) === key));
}

function spanOf({ statement, start }: PlacedStatement): Span {
  const { end } = headSpan(statement);
  return { start, end: start + end };
}
