import { effects } from '../sql/effects.ts';
import { nameKey, writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { droppedPolicies, hasKnownPolicies, isProtected } from './support/policies.ts';

/** A table with row-level security that the script leaves without any policy. */
export const rlsWithoutPolicy: StatementRule = defineRule({
  id: 'rls-without-policy',
  title: 'Row-level security that lets nobody in',
  severity: 'warning',
  category: 'row-level security',
  scope: 'statement',
  sides: ['up'],
  kinds: ['AlterTableStmt', 'DropStmt'],
  check(statement, context) {
    const enabled = effects(statement).rowSecurity.filter((each) => each.enabled === true).map(({ table }) => table);
    const left = unique(droppedPolicies(statement).map(({ table }) => table)).filter((table) => !context.laterEnablesRowSecurity(table));
    return [...enabled, ...left].filter((table) => isShut(table, context)).map((table) => {
      const isNew = context.createdHere(table);
      return {
        message: `Row-level security of ${writeName(table)} is on and no policy is left for it: ${isNew ? 'only its owner will see a row or write one' : 'for everybody but its owner its rows are gone, and every INSERT fails'}. Create its policies in this migration.`,
        span: headSpan(statement),
        relation: table,
        ...(isNew ? { severity: 'information' as const } : {}),
      };
    });
  },
  docs: {
    what: 'Row-level security is enabled on a table, or its last policy is dropped, and when the script is through the table has no policy at all. It is said only of tables whose creation is known. Of a table that the same script creates it is an information: some are meant for their owner alone.',
    why: 'Where row-level security is on and no policy applies, PostgreSQL denies everything (manual 5.9): queries of the application give no rows, without any error, and its INSERTs fail. Only the owner of the table and roles with BYPASSRLS go on.',
    instead: 'Create the policies in the same migration, before or behind ENABLE ROW LEVEL SECURITY. Replace a policy with ALTER POLICY, or with DROP POLICY and CREATE POLICY in one transaction.',
  },
  examples: {
    bad: [
      { title: 'A table that is in use', setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);', sql: 'ALTER TABLE notes ENABLE ROW LEVEL SECURITY;' },
      { title: 'The last policy goes', setup: "CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));", sql: 'DROP POLICY IF EXISTS of_tenant ON notes;' },
    ],
    good: [
      { setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);', sql: "ALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));" },
      { title: 'The policies are there already', setup: "CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));", sql: 'ALTER TABLE notes ENABLE ROW LEVEL SECURITY;' },
    ],
  },
});

/** Of a new table in a protected schema `table-without-rls` says it. */
function isShut(table: QualifiedName, context: StatementContext): boolean {
  const after = context.tableAfter(table);
  return hasKnownPolicies(after) && after.rowSecurity && after.policies.length === 0 && !(context.createdHere(table) && isProtected(table, context.config));
}

function unique(names: readonly QualifiedName[]): readonly QualifiedName[] {
  return names.filter((name, index) => names.findIndex((other) => nameKey(other) === nameKey(name)) === index);
}
