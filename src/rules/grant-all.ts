import type { Statement } from '../model/statement.ts';
import type { Fix } from '../model/edit.ts';
import { headSpan, statementTokens } from '../sql/spans.ts';
import { isKeyword } from '../sql/tokens.ts';
import { listOf, text } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { granteesOf, isToPublic, objectsOf } from './support/grants.ts';

/** GRANT ALL where the privileges differ in what they can do. */
export const grantAll: StatementRule = defineRule({
  id: 'grant-all',
  title: 'GRANT ALL gives more than it is meant to',
  severity: 'information',
  category: 'row-level security',
  scope: 'statement',
  hasFix: true,
  sides: ['up'],
  kinds: ['GrantStmt'],
  check(statement) {
    const { node } = statement;
    const more = beyond[text(node, 'objtype') ?? ''];
    // A list of columns stands in AccessPriv, too.
    if (node['is_grant'] !== true || more === undefined || listOf(node['privileges'], 'AccessPriv').length > 0 || isToPublic(node)) return [];
    return [{
      message: `ALL on ${objectsOf(node)} is more than ${more.usual}: ${granteesOf(node)} may also ${more.further}. List the privileges that it needs.`,
      span: headSpan(statement),
      fixes: text(node, 'objtype') === 'OBJECT_TABLE' ? listing(statement) : [],
    }];
  },
  docs: {
    what: 'GRANT ALL on tables, schemas or databases. Where ALL is a single privilege (functions) or a harmless few (sequences), nothing is said; of PUBLIC another rule speaks.',
    why: 'ALL on a table includes TRUNCATE and REFERENCES, which row-level security does not hold back (manual 5.9), and TRIGGER, which lets a role run its code with the rights of whoever writes the table next. ALL on a schema includes CREATE. And a later version of PostgreSQL can add to it, as 17 did with MAINTAIN.',
    instead: 'List what the role needs: GRANT SELECT, INSERT, UPDATE, DELETE. For its migrations a role owns the tables and needs no grant.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'GRANT ALL PRIVILEGES ON orders TO pg_monitor;', fixChanges: 'the privileges' },
      { title: 'A schema', setup: 'CREATE SCHEMA app;', sql: 'GRANT ALL ON SCHEMA app TO pg_monitor;' },
    ],
    good: [{ setup: 'CREATE TABLE orders (id bigint PRIMARY KEY);', sql: 'GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO pg_monitor;' }],
  },
});

const beyond: Readonly<Record<string, { readonly usual: string; readonly further: string }>> = {
  OBJECT_TABLE: { usual: 'reading and writing rows', further: 'TRUNCATE past row-level security, and put triggers on it that run with the rights of others' },
  OBJECT_SCHEMA: { usual: 'using what is in it', further: 'create objects there' },
  OBJECT_DATABASE: { usual: 'connecting to it', further: 'create schemas there' },
};

function listing(statement: Statement): readonly Fix[] {
  const all = statementTokens(statement);
  const [word, next] = [all[1], all[2]];
  if (word === undefined || !isKeyword(word, 'ALL')) return [];
  const end = next !== undefined && isKeyword(next, 'PRIVILEGES') ? next.end : word.end;
  return [{ title: 'Grant SELECT, INSERT, UPDATE and DELETE instead', edits: [{ span: { start: word.start, end }, text: 'SELECT, INSERT, UPDATE, DELETE' }] }];
}
