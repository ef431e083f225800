import { relationName, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { child, listOf } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** An index of more columns than a query is likely to use. */
export const indexWide: StatementRule = defineRule({
  id: 'index-wide',
  title: 'An index on more than three columns',
  severity: 'information',
  category: 'constraints and indexes',
  optional: true,
  scope: 'statement',
  sides: ['up'],
  kinds: ['IndexStmt'],
  check(statement) {
    const relation = child(statement.node, 'relation');
    const count = listOf(statement.node['indexParams'], 'IndexElem').length;
    if (relation === null || statement.node['unique'] === true || count <= most) return [];
    return [{ message: `This index on ${writeName(relationName(relation))} has ${String(count)} columns: those behind the first that a query does not compare by equality narrow its search no further, and each makes the index larger and updates dearer.`, span: headSpan(statement), relation: relationName(relation) }];
  },
  docs: {
    what: 'An index that is not unique has more than three columns, those of INCLUDE not counted. The rule is off until a team asks for it, because only the queries can tell whether an index pays.',
    why: 'A btree is searched by its leading columns up to the first one that is not compared by equality; the rest are only filtered (manual, 11.3). Every column makes the index larger, and an UPDATE of any of them can no longer be heap-only.',
    instead: 'Begin with what queries compare by equality, stop where the rows are few, and put what is only read into INCLUDE.',
  },
  examples: {
    bad: [{ sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, a int, b int, c int, d int);\nCREATE INDEX orders_wide_idx ON orders (a, b, c, d);', config: { rules: { 'index-wide': 'information' } } }],
    good: [{ sql: 'CREATE TABLE orders (id bigint PRIMARY KEY, a int, b int, c int, d int);\nCREATE INDEX orders_a_b_c_idx ON orders (a, b, c) INCLUDE (d);', config: { rules: { 'index-wide': 'information' } } }],
  },
});

const most = 3;
