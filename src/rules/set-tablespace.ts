import type { Statement } from '../model/statement.ts';
import { relationName, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { child, listOf, text } from '../sql/walk.ts';
import { defineRule, type Match, type StatementContext, type StatementRule } from './define-rule.ts';
import { observeLock } from './support/evidence.ts';

/** SET TABLESPACE of a table, an index or a materialized view, or of all in a tablespace. */
export const setTablespace: StatementRule = defineRule({
  id: 'set-tablespace',
  title: 'SET TABLESPACE copies every file under its lock',
  severity: 'warning',
  category: 'locks and rewrites',
  scope: 'statement',
  kinds: ['AlterTableStmt', 'AlterTableMoveAllStmt'],
  check(statement, context) {
    if (statement.kind === 'AlterTableMoveAllStmt') {
      return [{ message: `Everything that is moved is locked ACCESS EXCLUSIVE until the last file is copied: reads and writes wait. ${advice}`, span: headSpan(statement) }];
    }
    return checkOne(statement, context);
  },
  observe: (match, trace) => observeLock(match, trace, 'ACCESS EXCLUSIVE'),
  docs: {
    what: 'ALTER TABLE, ALTER INDEX or ALTER MATERIALIZED VIEW … SET TABLESPACE of what exists before the migration, or ALL IN TABLESPACE.',
    why: 'PostgreSQL copies the files block by block, and writes them into the WAL, while it holds ACCESS EXCLUSIVE: reads and writes wait until the last one is there (manual, ALTER TABLE). The lock on an index holds up every query of its table as well, because planning looks at it.',
    instead: 'For an index, REINDEX (TABLESPACE …) INDEX CONCURRENTLY moves it beside the traffic. For a table, pg_repack with a tablespace does; or new partitions are created there, and old ones move at a quiet hour. A partitioned table itself has no files: there it only says where new partitions go.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'ALTER TABLE orders SET TABLESPACE pg_default;' },
      { title: 'An index', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);', sql: 'ALTER INDEX orders_note_idx SET TABLESPACE pg_default;' },
    ],
    good: [
      { title: 'An index, beside the traffic', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\nCREATE INDEX orders_note_idx ON orders (note);', sql: 'REINDEX (TABLESPACE pg_default) INDEX CONCURRENTLY orders_note_idx;', config: { plainTransaction: 'autocommit' } },
      { title: 'A partitioned table has no files', setup: 'CREATE TABLE events (id bigint, at date) PARTITION BY RANGE (at);', sql: 'ALTER TABLE events SET TABLESPACE pg_default;' },
    ],
  },
});

const advice = 'Move an index with REINDEX (TABLESPACE …) CONCURRENTLY, a table with pg_repack or at a quiet hour.';

function checkOne(statement: Statement, context: StatementContext): readonly Match[] {
  const relation = child(statement.node, 'relation');
  const moves = listOf(statement.node['cmds'], 'AlterTableCmd').some((each) => text(each, 'subtype') === 'AT_SetTableSpace');
  if (!moves || relation === null) return [];
  const name = relationName(relation);
  const table = statement.node['objtype'] === 'OBJECT_INDEX' ? context.tableOfIndex(name) : name;
  if (context.createdHere(name) || (table !== null && (context.isNew(table) || context.isPartitioned(table)))) return [];
  return [{ message: `The files of ${writeName(name)} are copied under ACCESS EXCLUSIVE, unless they are in that tablespace already: reads and writes wait. ${advice}`, span: headSpan(statement), relation: name }];
}
