import { writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { touchesEveryRow, writingKinds } from './support/where.ts';

/** DELETE of every row of a table. */
export const deleteWithoutWhere: StatementRule = defineRule({
  id: 'delete-without-where',
  title: 'DELETE of every row',
  severity: 'warning',
  category: 'destructive and breaking',
  scope: 'statement',
  kinds: writingKinds,
  check(statement, context) {
    return touchesEveryRow(statement, 'DeleteStmt', context).map(({ table, where }) => ({
      message: `${where}: every row of ${writeName(table)} is deleted, along with the rows that reference it ON DELETE CASCADE, and no down brings them back. Say which rows, and delete many of them in batches.`,
      span: headSpan(statement),
      relation: table,
    }));
  },
  docs: {
    what: 'A DELETE without WHERE, or with a WHERE that is always true, from a table that exists before the migration.',
    why: 'All rows are lost, and with ON DELETE CASCADE those of other tables as well. One transaction holds the locks on all of them until it ends, and the space comes back only after a VACUUM.',
    instead: 'Say which rows are meant. Delete many rows in batches of some thousand, each in a transaction of its own, with a copy of what is deleted where it can be needed again.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE sessions (id bigint PRIMARY KEY);', sql: 'DELETE FROM sessions;' },
      { setup: 'CREATE TABLE sessions (id bigint PRIMARY KEY);', sql: 'DELETE FROM sessions WHERE true;' },
      { title: 'In a WITH', setup: 'CREATE TABLE sessions (id bigint PRIMARY KEY);\nCREATE TABLE ended (id bigint PRIMARY KEY);', sql: 'WITH gone AS (DELETE FROM sessions RETURNING *) INSERT INTO ended SELECT * FROM gone;' },
    ],
    good: [
      { setup: 'CREATE TABLE sessions (id bigint PRIMARY KEY, ended_at timestamptz);', sql: "DELETE FROM sessions WHERE ended_at < now() - interval '30 days';" },
      { title: 'The table is created in the same file', sql: 'CREATE TABLE numbers (n bigint PRIMARY KEY);\nINSERT INTO numbers VALUES (1);\nDELETE FROM numbers;' },
    ],
  },
});
