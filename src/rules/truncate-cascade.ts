import { nameKey, writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { listed } from './support/dependants.ts';
import { truncated } from './support/truncate.ts';

/** TRUNCATE … CASCADE. */
export const truncateCascade: StatementRule = defineRule({
  id: 'truncate-cascade',
  title: 'TRUNCATE … CASCADE empties other tables too',
  severity: 'error',
  category: 'destructive and breaking',
  scope: 'statement',
  kinds: ['TruncateStmt'],
  check(statement, context) {
    const tables = truncated(statement);
    const old = tables.filter((table) => !context.isNew(table));
    const [first] = old;
    if (first === undefined || statement.node['behavior'] !== 'DROP_CASCADE') return [];
    const further = referring(tables, context);
    const others = further.length > 0 ? `By the history these are ${listed(further.map(writeName))}.` : 'A dry run shows which these are.';
    return [{
      message: `All rows of ${old.map(writeName).join(', ')} are lost, and all rows of every table that refers to it, whatever they refer to. ${others} No down brings them back. DELETE the rows that are meant, in batches.`,
      span: headSpan(statement),
      relation: first,
    }];
  },
  docs: {
    what: 'TRUNCATE … CASCADE of a table that exists before the migration. The message names the tables that the history knows to refer to it, directly or through others.',
    why: 'CASCADE truncates every table with a foreign key to the named ones, and the tables that refer to those, with all rows, also those whose key is null. ON DELETE SET NULL or RESTRICT are not asked, and reads and writes of all these tables wait (manual, TRUNCATE).',
    instead: 'DELETE … WHERE the rows that are meant, in batches: then the foreign keys do what they say. Where several tables really have to be emptied, name each of them and leave CASCADE out.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);\nCREATE TABLE lines (id bigint PRIMARY KEY, order_id bigint REFERENCES orders);', sql: 'TRUNCATE customers CASCADE;' },
    ],
    good: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, closed_at timestamptz);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers);', sql: "DELETE FROM customers WHERE closed_at < now() - interval '10 years';" },
      { title: 'The table is created in the same file', sql: 'CREATE TABLE numbers (n bigint PRIMARY KEY);\nTRUNCATE numbers CASCADE;' },
    ],
  },
});

/** The other tables that CASCADE reaches, as far as the history tells. */
function referring(tables: readonly QualifiedName[], context: StatementContext): readonly QualifiedName[] {
  const seen = new Set(tables.map(nameKey));
  const found: QualifiedName[] = [];
  const pending = [...tables];
  for (const table of pending) {
    for (const incoming of context.table(table)?.incoming ?? []) {
      if (seen.has(nameKey(incoming.table))) continue;
      seen.add(nameKey(incoming.table));
      found.push(incoming.table);
      pending.push(incoming.table);
    }
  }
  return found;
}
