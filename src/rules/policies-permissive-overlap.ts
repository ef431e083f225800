import { quoteIdentifier, writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';
import { overlap, writtenPolicy } from './support/policies.ts';

/** A second permissive policy for the same command and role. */
export const policiesPermissiveOverlap: StatementRule = defineRule({
  id: 'policies-permissive-overlap',
  title: 'Two policies of which one is enough',
  severity: 'information',
  category: 'row-level security',
  scope: 'statement',
  optional: true,
  sides: ['up'],
  kinds: ['CreatePolicyStmt'],
  check(statement, context) {
    const policy = writtenPolicy(statement, context);
    const made = policy?.known;
    if (policy == null || made?.permissive !== true) return [];
    const stays = new Set(context.tableAfter(policy.table)?.policies.map(({ name }) => name));
    const other = (context.table(policy.table)?.policies ?? []).find((each) => each.permissive && each.name !== made.name && stays.has(each.name) && overlap(made, each));
    if (other === undefined) return [];
    const command = made.command === 'all' ? other.command : made.command;
    return [{
      message: `The table ${writeName(policy.table)} has the permissive policy ${quoteIdentifier(other.name)} for ${command === 'all' ? 'the same commands' : command.toUpperCase()} already: a row that passes either of them is let through. Write AS RESTRICTIVE if it has to pass both; one policy with OR is faster if not.`,
      span: headSpan(statement),
      relation: policy.table,
    }];
  },
  docs: {
    what: 'A permissive policy is created for a table that has another permissive one for the same command and an overlapping set of roles. It is off until a team asks for it, because several permissive policies can be meant so.',
    why: 'Permissive policies are joined with OR (manual, CREATE POLICY), so each one widens what the others allow. A second one that was meant to narrow opens the table instead. And all of them are evaluated for every row.',
    instead: 'AS RESTRICTIVE for a condition that has to hold besides the others. TO, and FOR a single command, so that policies do not meet. Or one policy with OR.',
  },
  examples: {
    bad: [{
      setup: "CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, secret boolean NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));",
      sql: 'CREATE POLICY not_secret ON notes FOR SELECT USING (NOT secret);',
      config: { rules: { 'policies-permissive-overlap': 'information' } },
    }],
    good: [
      {
        setup: "CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, secret boolean NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));",
        sql: 'CREATE POLICY not_secret ON notes AS RESTRICTIVE FOR SELECT USING (NOT secret);',
        config: { rules: { 'policies-permissive-overlap': 'information' } },
      },
      {
        title: 'Another command',
        setup: "CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY read_own ON notes FOR SELECT USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));",
        sql: "CREATE POLICY add_own ON notes FOR INSERT WITH CHECK (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));",
        config: { rules: { 'policies-permissive-overlap': 'information' } },
      },
    ],
  },
});
