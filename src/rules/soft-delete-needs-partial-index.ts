import { quoteIdentifier, writeName } from '../sql/names.ts';
import { spanAt } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { definedColumns, definingKinds } from './support/definitions.ts';

/** Rows that are marked instead of deleted, in every index of their table. */
export const softDeleteNeedsPartialIndex: StatementRule = defineRule({
  id: 'soft-delete-needs-partial-index',
  title: 'Soft deletion without a partial index',
  severity: 'information',
  category: 'constraints and indexes',
  optional: true,
  scope: 'statement',
  sides: ['up'],
  kinds: definingKinds,
  check(statement, context) {
    return definedColumns(statement).filter(({ name }) => marks.has(name)).flatMap(({ table, name, node }) => {
      const after = context.tableAfter(table);
      if (after === null || after.indexes.some(({ partial }) => partial)) return [];
      const living = name.startsWith('is_') || name === 'deleted' ? `NOT ${quoteIdentifier(name)}` : `${quoteIdentifier(name)} IS NULL`;
      return [{ message: `Rows of ${writeName(table)} that ${quoteIdentifier(name)} marks stay in every index, and UNIQUE keys still count them. Give what queries look for an index with WHERE ${living}.`, span: spanAt(statement, node['location']), relation: table }];
    });
  },
  docs: {
    what: 'A new column is called deleted_at, archived_at, deleted, is_deleted or the like, and no index of its table has a WHERE when the migration is over. The rule is off until a team asks for it: names are a guess, and only the queries can tell which index pays.',
    why: 'Queries leave out the marked rows, but full indexes hold them and grow with everything that was ever deleted. A UNIQUE key keeps the e-mail address of a deleted customer from being used again.',
    instead: 'Create the indexes, unique ones as well, with WHERE deleted_at IS NULL.',
  },
  examples: {
    bad: [{ sql: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, deleted_at timestamptz);', config: { rules: { 'soft-delete-needs-partial-index': 'information' } } }],
    good: [{ sql: 'CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, deleted_at timestamptz);\nCREATE UNIQUE INDEX customers_email_key ON customers (email) WHERE deleted_at IS NULL;', config: { rules: { 'soft-delete-needs-partial-index': 'information' } } }],
  },
});

const marks: ReadonlySet<string> = new Set(['deleted_at', 'deletedAt', 'archived_at', 'archivedAt', 'deleted', 'is_deleted', 'isDeleted', 'is_archived']);
