import { writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { bulkWrite } from './support/bulk-writes.ts';

/** UPDATE or DELETE of many rows in one statement. */
export const updateUnbatched: StatementRule = defineRule({
  id: 'update-unbatched',
  title: 'Many rows in one statement',
  severity: 'warning',
  category: 'transactions',
  scope: 'statement',
  optional: true,
  kinds: ['UpdateStmt', 'DeleteStmt'],
  check(statement, context) {
    // Without WHERE `update-without-where` and `delete-without-where` say it.
    if (statement.node['whereClause'] === undefined) return [];
    const write = bulkWrite(statement, (name) => context.table(name));
    if (write === null || context.isNew(write.table)) return [];
    return [{
      message: `All rows of ${writeName(write.table)} that it finds are locked until the whole ${write.verb} is committed, and VACUUM cleans up nothing meanwhile. Do it in batches along the primary key that each commit: New Migration has a template for it, “Backfill a column in batches”.`,
      span: headSpan(statement),
      relation: write.table,
    }];
  },
  docs: {
    what: 'An UPDATE or DELETE with a WHERE that may find many rows of a table that exists before the migration. Conditions that compare a primary or unique key with constants are left out. It is off until a team asks for it, because nothing in a script tells how many rows a table has.',
    why: 'One statement is one transaction: it keeps its row locks until the last row is written, blocks whoever updates one of them, lets the table grow by all old versions, sends replicas everything at once, and when it fails after an hour nothing is done.',
    instead: 'Batches of some thousand rows along the primary key, each in a transaction of its own, that can be run again from where they stopped.',
  },
  examples: {
    bad: [{ setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, plan text);', sql: "UPDATE customers SET plan = 'free' WHERE plan IS NULL;", config: { rules: { 'update-unbatched': 'warning' } } }],
    good: [
      { title: 'Rows by their key', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, plan text);', sql: "UPDATE customers SET plan = 'free' WHERE id IN (1, 2, 3);", config: { rules: { 'update-unbatched': 'warning' } } },
      { title: 'The table is created in the same file', sql: "CREATE TABLE plans (id bigint PRIMARY KEY, name text);\nINSERT INTO plans VALUES (1, 'Free');\nDELETE FROM plans WHERE name = 'Free';", config: { rules: { 'update-unbatched': 'warning' } } },
    ],
  },
});
