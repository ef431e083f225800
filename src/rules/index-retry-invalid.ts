import { nameKey, quoteIdentifier, relationName, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { child, text } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { runsOneByOne } from './support/transactions.ts';

/** CREATE INDEX CONCURRENTLY IF NOT EXISTS, which takes the ruins of a failed build for the index. */
export const indexRetryInvalid: StatementRule = defineRule({
  id: 'index-retry-invalid',
  title: 'IF NOT EXISTS keeps an invalid index',
  severity: 'information',
  category: 'locks and rewrites',
  scope: 'statement',
  hasFix: true,
  kinds: ['IndexStmt'],
  check(statement, context) {
    const relation = child(statement.node, 'relation');
    const name = text(statement.node, 'idxname');
    if (relation === null || name === null || statement.node['concurrent'] !== true || statement.node['if_not_exists'] !== true) return [];
    const index = { schema: relationName(relation).schema, name };
    if (context.namedEarlier(nameKey(index)) || context.exists(index) || context.isPartitioned(relationName(relation)) || context.createdHere(relationName(relation))) return [];
    const drop = `DROP INDEX CONCURRENTLY IF EXISTS ${writeName(index)}`;
    const at = context.leadStart;
    return [{
      message: `When a build of ${quoteIdentifier(name)} failed before, its INVALID index is there still, and IF NOT EXISTS takes it for done. Put ${drop} before it, so that a second try builds it.`,
      span: headSpan(statement),
      relation: relationName(relation),
      fixes: runsOneByOne(context) ? [{ title: drop, edits: [{ span: { start: at, end: at }, text: `${drop}${context.between}` }] }] : [],
    }];
  },
  docs: {
    what: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS without a DROP INDEX of that name before it in the same script.',
    why: 'When CREATE INDEX CONCURRENTLY fails, by a deadlock, a duplicate key or a timeout, it leaves an INVALID index behind: every write keeps it up, no query uses it, and a UNIQUE one may not be unique. IF NOT EXISTS looks for the name alone (manual, CREATE INDEX), so that the next try does nothing and succeeds.',
    instead: 'DROP INDEX CONCURRENTLY IF EXISTS right before it: where nothing failed, that does nothing. With a tool that runs such a statement only alone in its migration, look at pg_index.indisvalid after a failed deployment, and drop what is invalid by hand.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_note_idx ON orders (note);', config: { plainTransaction: 'autocommit' } },
      { title: 'Alone in a Prisma migration, where a second statement would open a transaction', layout: 'prisma', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_note_idx ON orders (note);' },
    ],
    good: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_note_idx;\nCREATE INDEX CONCURRENTLY IF NOT EXISTS orders_note_idx ON orders (note);', config: { plainTransaction: 'autocommit' } },
      { title: 'Without IF NOT EXISTS a second try fails, and says so', setup: 'CREATE TABLE orders (id bigint PRIMARY KEY, note text);', sql: 'CREATE INDEX CONCURRENTLY orders_note_idx ON orders (note);', config: { plainTransaction: 'autocommit' } },
    ],
  },
});
