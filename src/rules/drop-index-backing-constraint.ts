import { droppedNames } from '../sql/effects/drop-rename.ts';
import type { KnownIndex, KnownTable } from '../sql/known-table.ts';
import { quoteIdentifier, writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type Match, type StatementContext, type StatementRule } from './define-rule.ts';

/** DROP INDEX of an index that keeps rows unique. */
export const dropIndexBackingConstraint: StatementRule = defineRule({
  id: 'drop-index-backing-constraint',
  title: 'DROP INDEX of what keeps rows unique',
  severity: 'error',
  category: 'destructive and breaking',
  scope: 'statement',
  kinds: ['DropStmt'],
  check(statement, context) {
    if (statement.node['removeType'] !== 'OBJECT_INDEX') return [];
    return droppedNames(statement.node).flatMap((index) => checkIndex(index, context)).map((match) => ({ ...match, span: headSpan(statement) }));
  },
  docs: {
    what: 'DROP INDEX of an index that, by the history, belongs to a PRIMARY KEY, UNIQUE or EXCLUDE constraint: an error, because PostgreSQL refuses it. In an up also DROP INDEX of a unique index without a constraint, when nothing else keeps those columns unique afterwards: a warning.',
    why: 'The index of a constraint cannot go without it, not even with CASCADE (SQLSTATE 2BP01; manual, DROP INDEX). A unique index without a constraint can, and from then on double rows come in and ON CONFLICT on its columns fails.',
    instead: 'DROP CONSTRAINT drops the index along. Where only the index is to be built anew, REINDEX INDEX CONCURRENTLY does it in its place.',
  },
  examples: {
    bad: [
      { title: 'The index of a constraint', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text CONSTRAINT customers_email_key UNIQUE);', sql: 'DROP INDEX CONCURRENTLY IF EXISTS customers_email_key;', config: { plainTransaction: 'autocommit' }, fails: '2BP01' },
      { title: 'A unique index of its own', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);\nCREATE UNIQUE INDEX customers_email_idx ON customers (email);', sql: 'DROP INDEX CONCURRENTLY IF EXISTS customers_email_idx;', config: { plainTransaction: 'autocommit' } },
    ],
    good: [
      { title: 'Another unique index takes its place', setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text);\nCREATE UNIQUE INDEX customers_email_idx ON customers (email);', sql: 'CREATE UNIQUE INDEX CONCURRENTLY customers_email_key ON customers (email);\nDROP INDEX CONCURRENTLY IF EXISTS customers_email_idx;', config: { plainTransaction: 'autocommit', rules: { 'index-duplicate': 'off' } } },
      { setup: 'CREATE TABLE customers (id bigint PRIMARY KEY, name text);\nCREATE INDEX customers_name_idx ON customers (name);', sql: 'DROP INDEX CONCURRENTLY IF EXISTS customers_name_idx;', config: { plainTransaction: 'autocommit' } },
    ],
  },
});

function checkIndex(name: QualifiedName, context: StatementContext): readonly Omit<Match, 'span'>[] {
  const table = context.tableOfIndex(name);
  const known = table === null ? undefined : context.table(table)?.indexes.find((each) => each.name === name.name);
  if (table === null || known === undefined) return [];
  if (known.constraint !== null) {
    return [{ relation: table, message: `This fails: ${quoteIdentifier(known.name)} is the index of a constraint of ${writeName(table)}, and PostgreSQL drops it with the constraint only. Write ALTER TABLE ${writeName(table)} DROP CONSTRAINT ${quoteIdentifier(known.constraint)}.` }];
  }
  const isMissed = known.unique && context.side === 'up' && !context.isNew(table) && !isUniqueOtherwise(known, context.tableAfter(table));
  if (!isMissed) return [];
  return [{
    relation: table, severity: 'warning',
    message: `From now on two rows of ${writeName(table)} can agree where ${quoteIdentifier(known.name)} kept them apart, and ON CONFLICT on its columns fails. Build the index that takes its place first, with CREATE UNIQUE INDEX CONCURRENTLY.`,
  }];
}

/** The table is gone, or has a unique index that allows no more than this one. */
function isUniqueOtherwise(dropped: KnownIndex, after: KnownTable | null): boolean {
  return after === null || after.indexes.some((each) => each.unique && !each.partial && each.columns.length > 0 && each.columns.every((column) => column !== null && dropped.columns.includes(column)));
}
