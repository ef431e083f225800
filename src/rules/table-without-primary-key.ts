import { relationName, writeName } from '../sql/names.ts';
import { nameSpanAt } from '../sql/spans.ts';
import { child } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** A table that leaves its migration without a primary key. */
export const tableWithoutPrimaryKey: StatementRule = defineRule({
  id: 'table-without-primary-key',
  title: 'A table without a primary key',
  severity: 'information',
  category: 'constraints and indexes',
  scope: 'statement',
  sides: ['up'],
  kinds: ['CreateStmt'],
  check(statement, context) {
    const relation = child(statement.node, 'relation');
    if (relation === null || relation['relpersistence'] === 't') return [];
    const name = relationName(relation);
    if (statement.node['if_not_exists'] === true && context.exists(name)) return [];
    const known = context.tableAfter(name);
    // A partitioned table can only have a key that holds its partition columns, so many have none on purpose.
    if (known === null || !known.isComplete || known.partitioned || known.constraints.some(({ kind }) => kind === 'primary key')) return [];
    const unique = known.constraints.find(({ kind, columns }) => kind === 'unique' && columns.every((column) => known.columns.some((each) => each.name === column && each.notNull)));
    return [{
      message: `The table ${writeName(name)} gets no primary key: no single row of it can be meant, and logical replication refuses its UPDATE and DELETE. ${unique === undefined ? 'Give it one, such as id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY.' : 'Its UNIQUE key holds no null, so make that the PRIMARY KEY.'}`,
      span: nameSpanAt(statement, Number(relation['location'] ?? 0)),
      relation: name,
    }];
  },
  docs: {
    what: 'CREATE TABLE makes a table that has no primary key when the migration is over. Temporary and partitioned tables, partitions, and tables whose columns come from another one (LIKE, INHERITS, OF, AS) are left alone.',
    why: 'Without a key two equal rows cannot be told apart, ORMs and change capture refuse the table, and once it is published for logical replication every UPDATE and DELETE on it fails, because there is no replica identity (manual, 29.1.1).',
    instead: 'Declare the PRIMARY KEY in the CREATE TABLE, where it costs nothing: the natural key, the two columns of a table that joins others, or an identity column.',
  },
  examples: {
    bad: [
      { sql: 'CREATE TABLE visits (at timestamptz NOT NULL, path text NOT NULL);' },
      { title: 'It has a key, but not as the primary one', sql: 'CREATE TABLE members (team_id bigint NOT NULL, person_id bigint NOT NULL, UNIQUE (team_id, person_id));' },
    ],
    good: [
      { sql: 'CREATE TABLE visits (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, path text NOT NULL);' },
      { title: 'Added later in the same file', sql: 'CREATE TABLE members (team_id bigint NOT NULL, person_id bigint NOT NULL);\nALTER TABLE members ADD PRIMARY KEY (team_id, person_id);' },
      { title: 'A partitioned table', sql: 'CREATE TABLE events (id bigint NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);' },
    ],
  },
});
