import { quoteIdentifier, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { overlap, whom, writtenPolicy, type WrittenPolicy } from './support/policies.ts';
import { constantTruth } from './support/where.ts';

/** A permissive policy whose condition holds for every row. */
export const policyAlwaysTrue: StatementRule = defineRule({
  id: 'policy-always-true',
  title: 'A policy that every row passes',
  severity: 'warning',
  category: 'row-level security',
  scope: 'statement',
  sides: ['up'],
  kinds: ['CreatePolicyStmt', 'AlterPolicyStmt'],
  check(statement, context) {
    const policy = writtenPolicy(statement, context);
    if (policy === null || policy.known?.permissive === false || isNarrowed(policy, context)) return [];
    const what = opened(policy);
    if (what === null) return [];
    const who = policy.known === null ? 'whoever it is for' : whom(policy.known);
    return [{
      message: `The policy ${quoteIdentifier(policy.name)} tests nothing: ${who} may ${what} ${writeName(policy.table)}, whoever the row belongs to. Compare the row with the tenant or the user.`,
      span: headSpan(statement),
      relation: policy.table,
      ...(isMild(policy, context) ? { severity: 'information' as const } : {}),
    }];
  },
  docs: {
    what: 'A permissive policy with USING (true) or WITH CHECK (true), or another constant that is always true. It is an information where the policy only reads, or is for named roles other than the one that the application connects as (`rowSecurity.role` in the configuration). A table that also has a restrictive policy for the same command is left alone: that one does the testing.',
    why: 'Permissive policies are joined with OR (manual, CREATE POLICY): one that is always true makes all others of its command and role idle, and row-level security on the table is as good as off. WITH CHECK (true) beside a strict USING lets a tenant write rows for another, or give its own away.',
    instead: "Compare the row with who asks: USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint)). Where everybody really may read, say so FOR SELECT; where a role really may do everything, name it with TO, or give it BYPASSRLS.",
  },
  examples: {
    bad: [
      { setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: 'CREATE POLICY everybody ON notes USING (true);' },
      { title: 'Rows for anybody', setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: "CREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint)) WITH CHECK (true);" },
      { title: 'Everybody reads', setup: 'CREATE TABLE plans (id bigint PRIMARY KEY, name text);\nALTER TABLE plans ENABLE ROW LEVEL SECURITY;', sql: 'CREATE POLICY readable ON plans FOR SELECT USING (true);' },
    ],
    good: [
      { setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: "CREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));" },
      { title: 'A restrictive policy tests', setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;', sql: "CREATE POLICY allowed ON notes USING (true);\nCREATE POLICY of_tenant ON notes AS RESTRICTIVE USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));" },
    ],
  },
});

/** What a condition without a test allows; null when all of them test something. */
function opened({ known, using, check }: WrittenPolicy): string | null {
  const command = known?.command ?? 'all';
  if (isTrue(using)) return existing[command] ?? existing['all'] ?? null;
  return isTrue(check) ? 'write any row into' : null;
}

const existing: Readonly<Record<string, string>> = { all: 'see and change every row of', select: 'see every row of', update: 'change every row of', delete: 'delete every row of' };

function isTrue(condition: WrittenPolicy['using']): boolean {
  return condition !== null && constantTruth(condition) === true;
}

/** Whether a restrictive policy stands beside it. */
function isNarrowed({ table, known }: WrittenPolicy, context: StatementContext): boolean {
  return (context.tableAfter(table)?.policies ?? []).some((other) => !other.permissive && (known === null || overlap(known, other)));
}

function isMild({ known }: WrittenPolicy, context: StatementContext): boolean {
  const role = context.config.rowSecurity?.role;
  if (known === null || (role !== undefined && known.roles.includes(role))) return false;
  return known.command === 'select' || known.roles.length > 0;
}
