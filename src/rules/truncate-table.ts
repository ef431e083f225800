import { writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { truncated } from './support/truncate.ts';

/** TRUNCATE of a table with rows. */
export const truncateTable: StatementRule = defineRule({
  id: 'truncate-table',
  title: 'TRUNCATE loses all rows',
  severity: 'error',
  category: 'destructive and breaking',
  scope: 'statement',
  kinds: ['TruncateStmt'],
  check(statement, context) {
    const tables = statement.node['behavior'] === 'DROP_CASCADE' ? [] : truncated(statement).filter((table) => !context.isNew(table));
    const [first] = tables;
    if (first === undefined) return [];
    return [{
      message: `All rows of ${tables.map(writeName).join(', ')} are lost, no down brings them back, and reads and writes wait until the transaction ends. DELETE the rows that are meant in batches, with a copy of them at hand.`,
      span: headSpan(statement),
      relation: first,
    }];
  },
  docs: {
    what: 'TRUNCATE, without CASCADE, of a table that exists before the migration.',
    why: 'TRUNCATE empties the table at once, whatever is in it in production, and takes ACCESS EXCLUSIVE, so reads and writes wait until the transaction ends. It fires no ON DELETE trigger, and to older snapshots the table looks empty, although its rows were there when they began (manual, TRUNCATE).',
    instead: 'DELETE … WHERE the rows that are meant, in batches of some thousand, each in a transaction of its own. Keep a copy where they can be needed again.',
  },
  examples: {
    bad: [{ setup: 'CREATE TABLE sessions (id bigint PRIMARY KEY);', sql: 'TRUNCATE sessions;' }],
    good: [
      { setup: 'CREATE TABLE sessions (id bigint PRIMARY KEY, ended_at timestamptz);', sql: "DELETE FROM sessions WHERE ended_at < now() - interval '30 days';" },
      { title: 'The table is created in the same file', sql: 'CREATE TABLE numbers (n bigint PRIMARY KEY);\nTRUNCATE numbers;' },
    ],
  },
});
