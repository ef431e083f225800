import { quoteIdentifier, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { hasKnownPolicies, isProtected, writtenPolicy } from './support/policies.ts';

/** A policy of a table whose row-level security nobody enables. */
export const policyWithoutRls: StatementRule = defineRule({
  id: 'policy-without-rls',
  title: 'A policy that does nothing',
  severity: 'warning',
  category: 'row-level security',
  scope: 'statement',
  hasFix: true,
  sides: ['up'],
  kinds: ['CreatePolicyStmt'],
  check(statement, context) {
    const policy = writtenPolicy(statement, context);
    if (policy === null) return [];
    const { table, name } = policy;
    const after = context.tableAfter(table);
    if (!hasKnownPolicies(after) || after.rowSecurity || (context.createdHere(table) && isProtected(table, context.config))) return [];
    const isSaid = (context.table(table)?.policies ?? []).some((each) => context.namedEarlier(policyKey(table, each.name)));
    if (isSaid) return [];
    const enable = `ALTER TABLE ${writeName(table)} ENABLE ROW LEVEL SECURITY`;
    const at = context.leadStart;
    return [{
      message: `The policy ${quoteIdentifier(name)} does nothing: row-level security of ${writeName(table)} is off, so every role with a grant sees and changes all of its rows. ${enable} in this migration.`,
      span: headSpan(statement),
      relation: table,
      fixes: context.canAddStatements ? [{ title: 'Enable row-level security before it', edits: [{ span: { start: at, end: at }, text: `${enable}${context.between}` }] }] : [],
    }];
  },
  docs: {
    what: 'A policy is created for a table whose row-level security is off when the script is through. It is said once for each table, and only of tables whose creation is known.',
    why: 'PostgreSQL accepts policies of such a table and keeps them, but applies none (manual 5.9): it looks protected, and every role with a grant still sees all rows.',
    instead: 'Write ALTER TABLE … ENABLE ROW LEVEL SECURITY into the same migration, and FORCE ROW LEVEL SECURITY where the application connects as the owner of the table.',
  },
  examples: {
    bad: [{ setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);', sql: "CREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));", fixChanges: 'row-level security is on' }],
    good: [
      { setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);', sql: "CREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;" },
      { title: 'A table that nobody told of', setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: "CREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));" },
    ],
  },
});

function policyKey(table: { readonly schema: string | null; readonly name: string }, policy: string): string {
  return `${table.schema ?? 'public'}.${table.name}\npolicy ${policy}`;
}
