import { listOf, text } from '../sql/walk.ts';
import { headSpan } from '../sql/spans.ts';
import type { AstNode } from '../model/statement.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { isToPublic, objectsOf, openAnyway, privilegesOf } from './support/grants.ts';

/** A privilege for every role that there is and will be. */
export const grantToPublic: StatementRule = defineRule({
  id: 'grant-to-public',
  title: 'A privilege for every role of the server',
  severity: 'warning',
  category: 'row-level security',
  scope: 'statement',
  sides: ['up'],
  kinds: ['GrantStmt'],
  check(statement) {
    const { node } = statement;
    if (node['is_grant'] !== true || !isToPublic(node) || openAnyway.has(text(node, 'objtype') ?? '') || isUsual(node)) return [];
    const mild = text(node, 'objtype') === 'OBJECT_SCHEMA' && privilegesOf(node) === 'USAGE';
    return [{
      message: `PUBLIC is every role of the server, those that somebody creates later as well: all of them get ${privilegesOf(node)} on ${objectsOf(node)}. Grant it to the roles that need it.`,
      span: headSpan(statement),
      ...(mild ? { severity: 'information' as const } : {}),
    }];
  },
  docs: {
    what: 'GRANT … TO PUBLIC on tables, sequences, schemas, databases and their like. USAGE on a schema alone is an information. Functions, types and languages are left out, and so are CONNECT and TEMPORARY on a database: PUBLIC has these by default.',
    why: 'PUBLIC is no group that somebody keeps: every role belongs to it, of every application and person on the server, and nobody can be taken out (manual 5.8). What is granted to it shows in no list of a role’s privileges.',
    instead: 'Create a role for each kind of user, grant to it, and make the users its members.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE plans (id bigint PRIMARY KEY);', sql: 'GRANT SELECT ON plans TO PUBLIC;' },
      { title: 'Everybody may create objects, and with them functions that others call unawares', sql: 'GRANT CREATE ON SCHEMA public TO PUBLIC;' },
    ],
    good: [
      { setup: 'CREATE TABLE plans (id bigint PRIMARY KEY);', sql: 'GRANT SELECT ON plans TO pg_monitor;' },
      { title: 'PUBLIC has it anyway', setup: 'CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$;', sql: 'GRANT EXECUTE ON FUNCTION one() TO PUBLIC;' },
    ],
  },
});

/** CONNECT and TEMPORARY are what PUBLIC has on every new database (manual 5.8). */
function isUsual(grant: AstNode): boolean {
  const given = listOf(grant['privileges'], 'AccessPriv').map((each) => text(each, 'priv_name'));
  return text(grant, 'objtype') === 'OBJECT_DATABASE' && given.length > 0 && given.every((each) => each === 'connect' || each === 'temporary' || each === 'temp');
}
