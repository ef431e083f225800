import type { Statement } from '../model/statement.ts';
import { effects } from '../sql/effects.ts';
import { indexFacts } from '../sql/effects/create.ts';
import type { KnownIndex } from '../sql/known-table.ts';
import { nameKey, quoteIdentifier, relationName, writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { child, text } from '../sql/walk.ts';
import { defineRule, type Match, type StatementRule } from './define-rule.ts';

/** An index that holds what another one holds. */
export const indexDuplicate: StatementRule = defineRule({
  id: 'index-duplicate',
  title: 'An index that another one makes needless',
  severity: 'information',
  category: 'constraints and indexes',
  scope: 'statement',
  sides: ['up'],
  kinds: ['IndexStmt', 'CreateStmt', 'AlterTableStmt'],
  check(statement, context) {
    return madeIndexes(statement).flatMap(({ table, index }, position, all): readonly Match[] => {
      const after = context.tableAfter(table);
      const stays = (each: KnownIndex): boolean => each.name === '' || (after?.indexes.some(({ name }) => name === each.name) ?? false);
      const before = [...(context.table(table)?.indexes ?? []), ...all.slice(0, position).filter((each) => nameKey(each.table) === nameKey(table)).map((each) => each.index)];
      const others = before.filter((each) => each.name !== index.name && stays(each));
      if (!stays(index)) return [];
      const same = others.find((other) => isServedBy(index, other));
      const older = others.find((other) => other.constraint === null && isServedBy(other, index));
      const message = same === undefined ? (older === undefined ? null : outdone(older, table)) : needless(index, same, table);
      return message === null ? [] : [{ message, span: headSpan(statement), relation: table }];
    });
  },
  docs: {
    what: 'An index has the same columns in the same order as another index of the table, or they are the first columns of it; or a new index does that to an older one which stays. Only plain indexes are compared: same method, no WHERE, no expressions, operator classes, collations or orders of their own, and a unique one is needless only beside a unique one of the same columns.',
    why: 'Each index is written by each INSERT and by most UPDATEs, takes room in the cache and has to be vacuumed. A btree on (a, b) answers whatever one on (a) can answer.',
    instead: 'Leave the shorter one out, or drop it CONCURRENTLY once the longer one is there. Keep both only where the shorter one is so much smaller that it has been measured to pay.',
  },
  examples: {
    bad: [
      { title: 'The same columns', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);', sql: 'CREATE INDEX CONCURRENTLY customers_email_idx ON customers (email);', config: { plainTransaction: 'autocommit' } },
      { title: 'The first columns', sql: 'CREATE TABLE lines (order_id bigint, line integer, PRIMARY KEY (order_id, line));\nCREATE INDEX lines_order_id_idx ON lines (order_id);' },
      { title: 'The older one becomes needless', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, at date);\nCREATE INDEX orders_customer_id_idx ON orders (customer_id);', sql: 'CREATE INDEX CONCURRENTLY orders_customer_id_at_idx ON orders (customer_id, at);', config: { plainTransaction: 'autocommit' } },
      { title: 'A unique key on the primary key', sql: 'CREATE TABLE customers (id bigint PRIMARY KEY, CONSTRAINT customers_id_key UNIQUE (id));' },
    ],
    good: [
      { title: 'The older one goes', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, at date);\nCREATE INDEX orders_customer_id_idx ON orders (customer_id);', sql: 'CREATE INDEX CONCURRENTLY orders_customer_id_at_idx ON orders (customer_id, at);\nDROP INDEX CONCURRENTLY IF EXISTS orders_customer_id_idx;', config: { plainTransaction: 'autocommit' } },
      { title: 'Another order', sql: 'CREATE TABLE lines (order_id bigint, line integer, PRIMARY KEY (order_id, line));\nCREATE INDEX lines_line_idx ON lines (line, order_id);' },
      { title: 'Only some of the rows', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, at date, paid boolean);\nCREATE INDEX orders_at_idx ON orders (at);\nCREATE INDEX orders_open_idx ON orders (at) WHERE NOT paid;' },
    ],
  },
});

interface MadeIndex {
  readonly table: QualifiedName;
  readonly index: KnownIndex;
}

/** The indexes that a statement makes. One without a name is only compared, and compared with. */
function madeIndexes(statement: Statement): readonly MadeIndex[] {
  const relation = child(statement.node, 'relation');
  if (statement.kind === 'IndexStmt' && relation !== null && text(statement.node, 'idxname') === null) return [{ table: relationName(relation), index: indexFacts('', statement.node) }];
  return effects(statement).created.flatMap(({ table, index }) => (table === null || index === undefined ? [] : [{ table, index }]));
}

/** Whether the other index does all that this one does. */
function isServedBy(index: KnownIndex, other: KnownIndex): boolean {
  if (index.method !== other.method || index.partial || other.partial || !index.plain || !other.plain || index.columns.includes(null)) return false;
  const isPrefix = index.columns.every((column, at) => other.columns[at] === column);
  if (!isPrefix || (index.method !== 'btree' && index.columns.length !== other.columns.length)) return false;
  return !index.unique || (other.unique && index.columns.length === other.columns.length);
}

function needless(index: KnownIndex, other: KnownIndex, table: QualifiedName): string {
  const columns = index.columns.map((column) => quoteIdentifier(column ?? '')).join(', ');
  return `The index on (${columns}) is needless: ${quoteIdentifier(other.name)} of ${writeName(table)} ${other.columns.length === index.columns.length ? 'has the same columns' : 'begins with the same columns'}, and every write keeps both up to date.`;
}

function outdone(older: KnownIndex, table: QualifiedName): string {
  return `With this index ${quoteIdentifier(older.name)} of ${writeName(table)} becomes needless, and every write keeps both up to date. Drop it CONCURRENTLY in a later migration.`;
}
