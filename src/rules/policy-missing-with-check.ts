import { quoteIdentifier, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { writtenPolicy } from './support/policies.ts';

/** A policy with neither USING nor WITH CHECK. */
export const policyMissingWithCheck: StatementRule = defineRule({
  id: 'policy-missing-with-check',
  title: 'A policy without a condition',
  severity: 'warning',
  category: 'row-level security',
  scope: 'statement',
  sides: ['up'],
  kinds: ['CreatePolicyStmt'],
  check(statement, context) {
    const policy = writtenPolicy(statement, context);
    if (policy?.known == null || policy.using !== null || policy.check !== null) return [];
    const { permissive, command } = policy.known;
    const [name, table] = [quoteIdentifier(policy.name), writeName(policy.table)];
    const wanted = conditions[command] ?? 'USING (…)';
    const message = permissive
      ? `The policy ${name} has no condition, and so it lets nobody ${allowed[command] ?? 'in'} ${table}: a policy without one passes no row. Give it ${wanted}.`
      : `The policy ${name} has no condition, and so it restricts nothing: PostgreSQL passes over it. Give it ${wanted}.`;
    return [{ message, span: headSpan(statement), relation: policy.table }];
  },
  docs: {
    what: 'A policy is created with neither USING nor WITH CHECK. Of a policy that has USING alone nothing is said: PostgreSQL tests new rows with it, too (manual, CREATE POLICY).',
    why: 'PostgreSQL accepts it, and it does the opposite of what it looks like: a permissive one passes no row, so an INSERT policy without WITH CHECK refuses every INSERT; a restrictive one restricts nothing.',
    instead: 'Write WITH CHECK for INSERT, USING for SELECT and DELETE, and USING, with WITH CHECK where new rows have other conditions, for UPDATE and ALL.',
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: 'CREATE POLICY add_notes ON notes FOR INSERT;' },
      { title: 'A restriction without a condition', setup: "CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));", sql: 'CREATE POLICY strict ON notes AS RESTRICTIVE;' },
    ],
    good: [
      { setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: "CREATE POLICY add_notes ON notes FOR INSERT WITH CHECK (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));" },
      { title: 'New rows are tested with USING', setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: "CREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));" },
    ],
  },
});

const allowed: Readonly<Record<string, string>> = { insert: 'insert into', select: 'read', update: 'update', delete: 'delete from', all: 'read or write' };
const conditions: Readonly<Record<string, string>> = { insert: 'WITH CHECK (…)', update: 'USING (…), which tests the old and the new row', all: 'USING (…), which tests old and new rows' };
