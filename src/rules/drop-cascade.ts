import type { Statement } from '../model/statement.ts';
import { droppedNames } from '../sql/effects/drop-rename.ts';
import { writeName } from '../sql/names.ts';
import { namedBy } from '../sql/objects.ts';
import { headSpan } from '../sql/spans.ts';
import { text } from '../sql/walk.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { dependantsOf, inWords } from './support/dependants.ts';

/** DROP … CASCADE of what others depend on. Tables, schemas and extensions have rules of their own. */
export const dropCascade: StatementRule = defineRule({
  id: 'drop-cascade',
  title: 'CASCADE drops what the statement does not name',
  severity: 'warning',
  category: 'destructive and breaking',
  scope: 'statement',
  kinds: ['DropStmt'],
  check(statement, context) {
    const type = text(statement.node, 'removeType') ?? '';
    const takes = taken[type];
    if (takes === undefined || statement.node['behavior'] !== 'DROP_CASCADE' || undoes(statement, context)) return [];
    const names = droppedNames(statement.node);
    const known = names.flatMap((name) => dependantsOf(context.table(name), names));
    const what = known.length > 0 ? inWords(known) : takes;
    return [{
      message: `CASCADE drops ${what} along with ${names.map(writeName).join(', ')}, without naming them, and a down has to make all of it again. Drop what depends on it by name first, then leave CASCADE out: PostgreSQL then refuses what was forgotten.`,
      span: headSpan(statement),
      severity: losesColumns.has(type) ? 'error' : 'warning',
    }];
  },
  docs: {
    what: 'DROP … CASCADE of a view, a materialized view, a sequence, a type, a domain, a function or another object that exists before the migration. The message names the views that the history knows to depend on it. An error for types and domains, because the columns of that type go with their values. DROP TABLE is `drop-table`, DROP COLUMN `drop-column`, and schemas and extensions have rules of their own.',
    why: 'CASCADE drops everything that depends on the object, and what depends on that: views, defaults, triggers, policies, generated columns, columns of the type. What that is depends on the database, so it can be more in production than it was in the test (manual, DROP VIEW and 5.15, Dependency Tracking).',
    instead: 'Drop the dependants by name, in order, and leave CASCADE out: then the migration stops where something was forgotten, instead of dropping it. Views can be made again in the same migration.',
  },
  examples: {
    bad: [
      { title: 'A view that another one reads', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);\nCREATE VIEW totals AS SELECT id, total FROM orders;\nCREATE VIEW high_totals AS SELECT id FROM totals WHERE total > 1000;', sql: 'DROP VIEW IF EXISTS totals CASCADE;' },
      { title: 'A type: the columns go with it', setup: "CREATE TYPE mood AS ENUM ('sad', 'happy');\nCREATE TABLE people (id bigint PRIMARY KEY, mood mood);", sql: 'DROP TYPE IF EXISTS mood CASCADE;' },
    ],
    good: [
      { title: 'The dependants are named', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);\nCREATE VIEW totals AS SELECT id, total FROM orders;\nCREATE VIEW high_totals AS SELECT id FROM totals WHERE total > 1000;', sql: 'DROP VIEW IF EXISTS high_totals;\nDROP VIEW IF EXISTS totals;' },
      { title: 'A down that undoes its up', side: 'down', sql: 'DROP TYPE IF EXISTS mood CASCADE;', otherSide: "CREATE TYPE mood AS ENUM ('sad', 'happy');" },
    ],
  },
});

const columns = 'the columns of the type, with their values,';
const losesColumns = new Set(['OBJECT_TYPE', 'OBJECT_DOMAIN']);

/** What CASCADE takes along where the history does not tell. */
const taken: Readonly<Record<string, string>> = {
  OBJECT_VIEW: 'the views that read it', OBJECT_MATVIEW: 'the views that read it', OBJECT_FOREIGN_TABLE: 'the views that read it', OBJECT_SEQUENCE: 'the defaults that use it',
  OBJECT_TYPE: columns, OBJECT_DOMAIN: columns, OBJECT_FUNCTION: 'the triggers, defaults, indexes, policies and views that call it', OBJECT_PROCEDURE: 'what calls it', OBJECT_ROUTINE: 'what calls it', OBJECT_AGGREGATE: 'the views that call it',
  OBJECT_OPERATOR: 'the indexes and views that use it', OBJECT_COLLATION: 'the columns and indexes that use it', OBJECT_FDW: 'its servers and their foreign tables', OBJECT_FOREIGN_SERVER: 'its foreign tables', OBJECT_LANGUAGE: 'its functions',
};

/** It drops what this script, or the up of this down, makes. */
function undoes(statement: Statement, context: StatementContext): boolean {
  const keys = namedBy(statement);
  if (keys.length === 0) return droppedNames(statement.node).every((name) => context.isNew(name));
  return keys.every((key) => context.namedEarlier(key) || (context.side === 'down' && context.namedByOtherSide(key)));
}
