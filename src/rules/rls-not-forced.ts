import { effects } from '../sql/effects.ts';
import { writeName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementRule } from './define-rule.ts';

/** Row-level security that the table's owner does not notice. */
export const rlsNotForced: StatementRule = defineRule({
  id: 'rls-not-forced',
  title: 'Row-level security that its owner bypasses',
  severity: 'warning',
  category: 'row-level security',
  scope: 'statement',
  optional: true,
  hasFix: true,
  sides: ['up'],
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return effects(statement).rowSecurity.filter(({ table, enabled }) => enabled === true && context.tableAfter(table)?.rowSecurityForced !== true).map(({ table }) => {
      const end = statement.text.length;
      return {
        message: `The owner of ${writeName(table)} still sees and changes all of its rows: without FORCE ROW LEVEL SECURITY no policy applies to it, and applications often connect as the role that runs the migrations.`,
        span: headSpan(statement),
        relation: table,
        fixes: [{ title: 'FORCE ROW LEVEL SECURITY too', edits: [{ span: { start: end, end }, text: ', FORCE ROW LEVEL SECURITY' }] }],
      };
    });
  },
  docs: {
    what: 'Row-level security is enabled on a table and not forced by the end of the script. It is off until a team asks for it, because it is right where the application connects as a role of its own that owns nothing.',
    why: 'The owner of a table bypasses its policies unless they are forced (manual 5.9). A project that connects and migrates as one role, as most do that were begun on a hosted PostgreSQL, has policies that apply to nobody.',
    instead: 'Write FORCE ROW LEVEL SECURITY beside ENABLE, or let the application connect as a role that does not own the tables. Superusers and roles with BYPASSRLS are bound by neither.',
  },
  examples: {
    bad: [{
      setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);',
      sql: "ALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));",
      config: { rules: { 'rls-not-forced': 'warning' } },
      fixChanges: 'row-level security is forced',
    }],
    good: [
      { setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);', sql: "ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));", config: { rules: { 'rls-not-forced': 'warning' } } },
      { title: 'In a statement of its own', setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);', sql: "ALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nALTER TABLE notes FORCE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));", config: { rules: { 'rls-not-forced': 'warning' } } },
    ],
  },
});
