import { nameKey, quoteIdentifier, writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';
import { droppedPolicies } from './support/policies.ts';

/** DROP POLICY and CREATE POLICY of one table in two transactions. */
export const policyDropWindow: StatementRule = defineRule({
  id: 'policy-drop-window',
  title: 'A table without its policy between two statements',
  severity: 'warning',
  category: 'row-level security',
  scope: 'statement',
  kinds: ['DropStmt'],
  check(statement, context) {
    if (context.transaction !== 'none') return [];
    return droppedPolicies(statement).filter(({ table, name }) => isInUse(table, name, context) && context.laterCreatesPolicy(table)).map(({ table, name }) => {
      const restrictive = context.table(table)?.policies.some((each) => each.name === name && !each.permissive) === true;
      return {
        message: `Until the CREATE POLICY below is done, ${quoteIdentifier(name)} is missing, because each statement here commits by itself: ${restrictive ? `what it restricts in ${writeName(table)} is open` : `the application sees no row of ${writeName(table)} that only this policy lets through`}, for good if the script stops between the two. Use ALTER POLICY, or put both between BEGIN and COMMIT.`,
        span: headSpan(statement),
        relation: table,
      };
    });
  },
  docs: {
    what: 'In a script whose statements commit one by one a policy is dropped, and a later statement creates one for the same table.',
    why: 'In between the table stands without it: rows that only this policy let through are gone for the application, or, when it was a restrictive one, rows that it held back are to be seen. A script that fails between the two leaves it so.',
    instead: 'ALTER POLICY changes the condition and the roles in one step. The command and AS RESTRICTIVE it cannot change: then put DROP POLICY and CREATE POLICY into one transaction.',
  },
  examples: {
    bad: [{
      setup: "CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant')::bigint));",
      sql: "DROP POLICY IF EXISTS of_tenant ON notes;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));",
      config: { plainTransaction: 'autocommit' },
    }],
    good: [
      {
        setup: "CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant')::bigint));",
        sql: "ALTER POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));",
        config: { plainTransaction: 'autocommit' },
      },
      {
        title: 'In one transaction',
        setup: "CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant')::bigint));",
        sql: "BEGIN;\nDROP POLICY IF EXISTS of_tenant ON notes;\nCREATE POLICY of_tenant ON notes FOR SELECT USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));\nCOMMIT;",
        config: { plainTransaction: 'autocommit' },
      },
      {
        title: 'There is no such policy yet',
        setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;',
        sql: "DROP POLICY IF EXISTS of_tenant ON notes;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));",
        config: { plainTransaction: 'autocommit' },
      },
    ],
  },
});

/** False where it is known that the policy does not exist or does not apply. */
function isInUse(table: QualifiedName, name: string, context: StatementContext): boolean {
  if (context.createdHere({ schema: table.schema, name: table.name })) return false;
  const known = context.table(table);
  if (known?.isComplete !== true) return !context.namedEarlier(`${nameKey(table)}\npolicy ${name}`);
  return known.rowSecurity && known.policies.some((each) => each.name === name);
}
