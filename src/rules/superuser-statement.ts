import type { AstNode, Statement } from '../model/statement.ts';
import { effects } from '../sql/effects.ts';
import { headSpan } from '../sql/spans.ts';
import { child, listOf, nodes, text } from '../sql/walk.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';

/** What PostgreSQL lets only superusers do. */
export const superuserStatement: StatementRule = defineRule({
  id: 'superuser-statement',
  title: 'It needs a superuser',
  severity: 'warning',
  category: 'row-level security',
  scope: 'statement',
  kinds: [
    'CreateRoleStmt', 'AlterRoleStmt', 'CreateEventTrigStmt', 'CreateFdwStmt', 'CreateTableSpaceStmt', 'CreateFunctionStmt', 'CreatePublicationStmt', 'CreateAmStmt', 'CreateOpClassStmt',
    'CreateOpFamilyStmt', 'DefineStmt', 'VariableSetStmt', 'CopyStmt', 'CreateCastStmt', 'CreateSubscriptionStmt',
  ],
  check(statement, context) {
    const what = reserved(statement, context);
    if (what === null) return [];
    return [{
      message: `${what} needs a superuser. A migration that runs as the owner of the database, as it should, or on hosted PostgreSQL, fails here. Let whoever runs the server do it once, before the migration.`,
      span: headSpan(statement),
    }];
  },
  docs: {
    what: 'A statement that PostgreSQL lets only superusers run: roles with SUPERUSER, REPLICATION or BYPASSRLS, event triggers, foreign-data wrappers, tablespaces, functions in C or LEAKPROOF, publications FOR ALL TABLES or of schemas, access methods and operator classes, base types, session_replication_role, files of the server in COPY, casts WITHOUT FUNCTION, and before PostgreSQL 16 subscriptions. Extensions are left out, since what hosts allow differs.',
    why: 'Migrations should run as a role that owns the database and no more, and hosted PostgreSQL has nothing else to give. There it fails (SQLSTATE 42501); where it does not, everybody who can merge a migration rules the server.',
    instead: 'Do it once where the server is set up, by hand or with the tool that creates it, and let migrations count on it. SQL and PL/pgSQL functions need no superuser, nor does COPY … FROM STDIN.',
  },
  examples: {
    bad: [
      { title: 'Triggers and foreign keys are off for the session', sql: "SET session_replication_role = 'replica';" },
      { title: 'An event trigger', setup: 'CREATE FUNCTION note_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;', sql: 'CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION note_ddl();' },
      { title: 'A role above the policies', setup: 'CREATE ROLE lockstep_example;', sql: 'ALTER ROLE lockstep_example BYPASSRLS;' },
    ],
    good: [
      { title: 'The values that they have by default', sql: 'RESET session_replication_role;' },
      { setup: 'CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;\nCREATE TABLE notes (id bigint PRIMARY KEY);', sql: 'CREATE TRIGGER noted AFTER INSERT ON notes FOR EACH ROW EXECUTE FUNCTION note();' },
    ],
  },
});

const byKind: Readonly<Record<string, (node: AstNode, context: StatementContext) => string | null>> = {
  CreateRoleStmt: roleAttribute,
  AlterRoleStmt: roleAttribute,
  CreateEventTrigStmt: () => 'CREATE EVENT TRIGGER',
  CreateFdwStmt: () => 'CREATE FOREIGN DATA WRAPPER',
  CreateTableSpaceStmt: () => 'CREATE TABLESPACE',
  CreateFunctionStmt: (node) => functionReason(node),
  CreatePublicationStmt: (node) => publicationReason(node),
  CreateAmStmt: () => 'CREATE ACCESS METHOD',
  CreateOpClassStmt: () => 'CREATE OPERATOR CLASS',
  CreateOpFamilyStmt: () => 'CREATE OPERATOR FAMILY',
  // Without a definition it is a shell, which anybody may make.
  DefineStmt: (node) => (nodes(node['definition']).length === 0 ? null : (defined[text(node, 'kind') ?? ''] ?? null)),
  CopyStmt: (node) => (text(node, 'filename') === null || node['is_program'] === true ? null : 'A file of the server in COPY'),
  CreateCastStmt: (node) => (child(node, 'func') === null && node['inout'] !== true ? 'CREATE CAST … WITHOUT FUNCTION' : null),
  CreateSubscriptionStmt: (_node, context) => (context.config.postgres < firstWithSubscribers ? 'CREATE SUBSCRIPTION' : null),
};

/** PostgreSQL 16 has the role pg_create_subscription for it. */
const firstWithSubscribers = 16;

const defined: Readonly<Record<string, string>> = { OBJECT_TSPARSER: 'CREATE TEXT SEARCH PARSER', OBJECT_TSTEMPLATE: 'CREATE TEXT SEARCH TEMPLATE', OBJECT_TYPE: 'A base type' };

function reserved(statement: Statement, context: StatementContext): string | null {
  if (statement.kind !== 'VariableSetStmt') return byKind[statement.kind]?.(statement.node, context) ?? null;
  const { setting } = effects(statement);
  return setting?.name === 'session_replication_role' && setting.value !== null ? 'Setting session_replication_role' : null;
}

function roleAttribute(node: AstNode): string | null {
  const given = listOf(node['options'], 'DefElem').find((each) => attributes[text(each, 'defname') ?? ''] !== undefined && child(child(each, 'arg') ?? {}, 'Boolean')?.['boolval'] === true);
  return given === undefined ? null : `A role with ${attributes[text(given, 'defname') ?? ''] ?? ''}`;
}

const attributes: Readonly<Record<string, string>> = { superuser: 'SUPERUSER', isreplication: 'REPLICATION', bypassrls: 'BYPASSRLS' };

function functionReason(node: AstNode): string | null {
  const options = listOf(node['options'], 'DefElem');
  const word = (name: string): string | null => text(child(child(options.find((each) => text(each, 'defname') === name) ?? {}, 'arg') ?? {}, 'String') ?? {}, 'sval');
  const language = word('language')?.toLowerCase();
  if (language === 'c' || language === 'internal') return `A function in the language ${language}`;
  const leakproof = options.find((each) => text(each, 'defname') === 'leakproof');
  return child(child(leakproof ?? {}, 'arg') ?? {}, 'Boolean')?.['boolval'] === true ? 'A LEAKPROOF function' : null;
}

function publicationReason(node: AstNode): string | null {
  if (node['for_all_tables'] === true) return 'A publication FOR ALL TABLES';
  return nodes(node['pubobjects']).some((each) => text(each.node, 'pubobjtype')?.startsWith('PUBLICATIONOBJ_TABLES_IN_') === true) ? 'A publication of a schema' : null;
}
