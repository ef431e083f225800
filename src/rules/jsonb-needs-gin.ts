import { quoteIdentifier, writeName } from '../sql/names.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { definedColumns, definingKinds, typeSpan } from './support/definitions.ts';
import { constraintName } from './support/names.ts';

/** A jsonb column that no index serves. */
export const jsonbNeedsGin: StatementRule = defineRule({
  id: 'jsonb-needs-gin',
  title: 'A jsonb column without a GIN index',
  severity: 'information',
  category: 'constraints and indexes',
  optional: true,
  scope: 'statement',
  sides: ['up'],
  hasFix: true,
  kinds: definingKinds,
  check(statement, context) {
    return definedColumns(statement).filter(({ type }) => type?.name === 'jsonb' && !type.array).flatMap((column) => {
      const { table, name } = column;
      const indexes = context.tableAfter(table)?.indexes;
      // An index over an expression may be over the column.
      if (indexes === undefined || indexes.some(({ columns }) => columns.includes(name) || columns.includes(null))) return [];
      const index = constraintName(table, [name], 'idx');
      const end = statement.text.length;
      const canFix = statement.kind === 'CreateStmt' && context.canAddStatements && index !== null;
      return [{
        message: `No index of ${writeName(table)} serves a search in ${quoteIdentifier(name)}, so @> and ? read the whole table. Add one USING gin when queries look into it.`,
        span: typeSpan(statement, column),
        relation: table,
        fixes: canFix ? [{ title: 'Add a GIN index', edits: [{ span: { start: end, end }, text: `${context.between}CREATE INDEX ${quoteIdentifier(index)} ON ${writeName(table)} USING gin (${quoteIdentifier(name)})` }] }] : [],
      }];
    });
  },
  docs: {
    what: 'A new column is jsonb and no index of its table names it, nor an expression, when the migration is over. The rule is off until a team asks for it, because a document that is only read by the key of its row needs no index.',
    why: 'The operators of jsonb (@>, ?, @?) are served by GIN indexes alone (manual, 8.14.4); without one each search reads every row and every document that was stored out of line.',
    instead: 'Create an index USING gin, with jsonb_path_ops where only @> is used, or a btree on the one expression that queries compare.',
  },
  examples: {
    bad: [{ sql: 'CREATE TABLE events (id bigint PRIMARY KEY, body jsonb NOT NULL);', config: { rules: { 'jsonb-needs-gin': 'information' } }, fixChanges: 'There is an index.' }],
    good: [
      { sql: 'CREATE TABLE events (id bigint PRIMARY KEY, body jsonb NOT NULL);\nCREATE INDEX events_body_idx ON events USING gin (body jsonb_path_ops);', config: { rules: { 'jsonb-needs-gin': 'information' } } },
      { title: 'An expression', sql: "CREATE TABLE events (id bigint PRIMARY KEY, body jsonb NOT NULL);\nCREATE INDEX events_kind_idx ON events ((body ->> 'kind'));", config: { rules: { 'jsonb-needs-gin': 'information' } } },
    ],
  },
});
