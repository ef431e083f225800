import { headSpan } from '../sql/spans.ts';
import { child, listOf, text } from '../sql/walk.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { granteesOf, isToPublic, openAnyway, privilegesOf } from './support/grants.ts';

/** ALTER DEFAULT PRIVILEGES that opens what does not exist yet. */
export const defaultPrivilegesWidened: StatementRule = defineRule({
  id: 'default-privileges-widened',
  title: 'Whatever is created later is open from the start',
  severity: 'warning',
  category: 'row-level security',
  scope: 'statement',
  sides: ['up'],
  kinds: ['AlterDefaultPrivilegesStmt'],
  check(statement) {
    const grant = child(statement.node, 'action');
    const type = text(grant ?? {}, 'objtype') ?? '';
    if (grant?.['is_grant'] !== true || openAnyway.has(type)) return [];
    const [toPublic, all] = [isToPublic(grant), listOf(grant['privileges'], 'AccessPriv').length === 0 && type === 'OBJECT_TABLE'];
    if (!toPublic && !all) return [];
    return [{
      message: `Each ${things[type] ?? 'object'} that is created from now on gives ${privilegesOf(grant)} to ${granteesOf(grant)}${toPublic ? ', which is every role of the server' : ''}, and the migration that creates it will not show it. Grant on the objects, or only what every one of them may give.`,
      span: headSpan(statement),
      ...(toPublic ? {} : { severity: 'information' as const }),
    }];
  },
  docs: {
    what: 'ALTER DEFAULT PRIVILEGES … GRANT to PUBLIC, or of ALL on tables (an information). Functions and types are left out: PUBLIC may use these by default.',
    why: 'It opens tables that nobody has thought of yet: the next one with secrets in it is readable the moment it is created, although no statement of its migration says so.',
    instead: 'Grant on each table in the migration that creates it. Where a default is wanted, give it to a role of its own, and SELECT rather than ALL.',
  },
  examples: {
    bad: [
      { sql: 'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;' },
      { title: 'ALL to one role', sql: 'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO pg_monitor;' },
    ],
    good: [
      { sql: 'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO pg_monitor;' },
      { title: 'Less than before', sql: 'ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;' },
    ],
  },
});

const things: Readonly<Record<string, string>> = { OBJECT_TABLE: 'table', OBJECT_SEQUENCE: 'sequence', OBJECT_SCHEMA: 'schema' };
