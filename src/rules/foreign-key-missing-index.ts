import type { Fix } from '../model/edit.ts';
import type { Statement } from '../model/statement.ts';
import { quoteIdentifier, writeName } from '../sql/names.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { constraintSpan, definedConstraints, definingKinds, type DefinedConstraint } from './support/definitions.ts';
import { constraintName } from './support/names.ts';
import { outsideAdvice, runsOneByOne } from './support/transactions.ts';

/** A foreign key whose columns lead no index. */
export const foreignKeyMissingIndex: StatementRule = defineRule({
  id: 'foreign-key-missing-index',
  title: 'A foreign key without an index',
  severity: 'information',
  category: 'constraints and indexes',
  scope: 'statement',
  sides: ['up'],
  hasFix: true,
  kinds: definingKinds,
  check(statement, context) {
    return definedConstraints(statement).filter((each) => each.facts.kind === 'foreign key' && each.facts.enforced && hasNoIndex(each, context)).map((each) => {
      const { table, facts } = each;
      const [parent, columns] = [facts.references === null ? '' : writeName(facts.references.table), facts.columns.map(quoteIdentifier).join(', ')];
      return {
        message: `Every DELETE and every change of a key in ${parent} reads all of ${writeName(table)}, because no index begins with ${columns}. ${isYoung(each, statement, context) ? 'Add one in this migration.' : outsideAdvice(context, 'Add one with CREATE INDEX CONCURRENTLY')}`,
        span: constraintSpan(statement, each),
        relation: table,
        fixes: fixes(statement, each, context),
      };
    });
  },
  docs: {
    what: 'A foreign key is made whose columns are not the first ones of any index when the migration is over. Where the history does not tell all indexes of the table nothing is said.',
    why: 'PostgreSQL indexes what a foreign key refers to, never the referring columns (manual, 5.5.5). So each DELETE in the referenced table, and each UPDATE of its key, looks for referring rows by reading the whole table, once per row, and joins over the key do the same.',
    instead: 'Create an index that begins with the columns of the key, in any order: in the migration that creates the table, or CONCURRENTLY on a table that has rows. Where rows of the referenced table are never deleted and no query joins over the key, silence this rule with a reason.',
  },
  examples: {
    bad: [
      { title: 'A new table', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));', fixChanges: 'There is an index.' },
      { title: 'A table with rows, outside a transaction', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;', config: { plainTransaction: 'autocommit' }, fixChanges: 'There is an index.' },
      { title: 'In a transaction', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);\nCREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);', sql: 'ALTER TABLE orders ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;' },
    ],
    good: [
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY);', sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id));\nCREATE INDEX orders_customer_id_idx ON orders (customer_id, id);' },
      { title: 'The primary key begins with it', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'CREATE TABLE order_lines (order_id bigint REFERENCES orders (id), line integer, PRIMARY KEY (order_id, line));' },
    ],
  },
});

function hasNoIndex({ table, facts }: DefinedConstraint, context: StatementContext): boolean {
  const known = context.tableAfter(table);
  if (known === null || !known.isComplete || !known.constraints.some(({ name }) => name === facts.name)) return false;
  const wanted = new Set(facts.columns);
  return wanted.size > 0 && !known.indexes.some(({ columns }) => columns.slice(0, wanted.size).every((column) => column !== null && wanted.has(column)) && columns.length >= wanted.size);
}

/** Nobody has rows in it yet. */
function isYoung({ table }: DefinedConstraint, statement: Statement, context: StatementContext): boolean {
  return statement.kind === 'CreateStmt' || context.isNew(table);
}

function fixes(statement: Statement, each: DefinedConstraint, context: StatementContext): readonly Fix[] {
  const { table, facts } = each;
  const isNew = isYoung(each, statement, context);
  const name = constraintName(table, facts.columns, 'idx');
  if (!context.canAddStatements || (!isNew && !runsOneByOne(context)) || name === null) return [];
  const index = `CREATE INDEX${isNew ? '' : ' CONCURRENTLY'} ${quoteIdentifier(name)} ON ${writeName(table)} (${facts.columns.map(quoteIdentifier).join(', ')})`;
  const end = statement.text.length;
  return [{ title: `Add an index on ${facts.columns.map(quoteIdentifier).join(', ')}`, edits: [{ span: { start: end, end }, text: `${context.between}${index}` }] }];
}
