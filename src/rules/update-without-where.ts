import { writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { touchesEveryRow, writingKinds } from './support/where.ts';

/** UPDATE of every row of a table. */
export const updateWithoutWhere: StatementRule = defineRule({
  id: 'update-without-where',
  title: 'UPDATE of every row',
  severity: 'warning',
  category: 'destructive and breaking',
  scope: 'statement',
  kinds: writingKinds,
  check(statement, context) {
    // UPDATE … FROM without WHERE still updates every row, once for some row of the other table.
    return touchesEveryRow(statement, 'UpdateStmt', context).map(({ table, where }) => ({
      message: `${where}: every row of ${writeName(table)} is written anew and stays locked until the transaction ends, and the values before are lost. Say which rows, and update a large table in batches of their own transactions.`,
      span: headSpan(statement),
      relation: table,
    }));
  },
  docs: {
    what: 'An UPDATE without WHERE, or with a WHERE that is always true, of a table that exists before the migration.',
    why: 'Every row gets a new version in one transaction: the table grows to twice its size, every index is written, replicas lag, and until the commit each concurrent UPDATE of any row waits. And when the WHERE was forgotten, the values before are lost.',
    instead: 'Say which rows are meant, even when it is WHERE new_column IS NULL. Backfill a large table in batches of some thousand rows, each in a transaction of its own, outside the migration that changes the schema.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, plan text);', sql: "UPDATE customers SET plan = 'free';" },
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, plan text);', sql: "UPDATE customers SET plan = 'free' WHERE true;" },
      { title: 'A constant', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, plan text);', sql: "UPDATE customers SET plan = 'free' WHERE 1 = 1 AND NOT false;" },
    ],
    good: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, plan text);', sql: "UPDATE customers SET plan = 'free' WHERE plan IS NULL;" },
      { title: 'The table is created in the same file', sql: "CREATE TABLE plans (name text PRIMARY KEY);\nINSERT INTO plans VALUES ('Free');\nUPDATE plans SET name = lower(name);" },
    ],
  },
});
