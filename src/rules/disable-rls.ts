import { effects } from '../sql/effects.ts';
import { writeName, type QualifiedName } from '../sql/names.ts';
import { headSpan } from '../sql/spans.ts';
import { defineRule, type StatementContext, type StatementRule } from './define-rule.ts';

/** Row-level security that is switched off, or no longer binds the owner. */
export const disableRls: StatementRule = defineRule({
  id: 'disable-rls',
  title: 'Row-level security is switched off',
  severity: 'error',
  category: 'row-level security',
  scope: 'statement',
  kinds: ['AlterTableStmt'],
  check(statement, context) {
    return effects(statement).rowSecurity.flatMap(({ table, enabled, forced }) => {
      if (context.createdHere(table) || context.securedByOtherSide(table)) return [];
      const place = { span: headSpan(statement), relation: table };
      if (enabled === false && wasOn(table, 'rowSecurity', context)) {
        return [{ ...place, message: `From here on every role with a grant sees and changes all rows of ${writeName(table)}, whoever they belong to: its policies stay, but none applies. ${switchedBack}` }];
      }
      if (forced !== false || !wasOn(table, 'rowSecurityForced', context)) return [];
      return [{ ...place, severity: 'warning' as const, message: `From here on the owner of ${writeName(table)} sees and changes all of its rows: no policy applies to it any more. An application that connects as the owner is bound by none.` }];
    });
  },
  docs: {
    what: 'DISABLE ROW LEVEL SECURITY or NO FORCE ROW LEVEL SECURITY on a table that exists before the migration. Nothing is said in a down whose up switched it on, nor where the same transaction switches it on again: the table is locked meanwhile.',
    why: 'Its policies stay in the catalog, so the table looks protected, but none applies: every tenant sees the rows of all others, at once and without an error that anybody would notice.',
    instead: 'Change what is in the way: ALTER POLICY, or a policy for the role that needs more. A migration that has to see all rows runs as the owner (without FORCE) or as a role with BYPASSRLS; one that cannot switches it off and on again in one transaction.',
  },
  examples: {
    bad: [
      { setup: "CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));", sql: 'ALTER TABLE notes DISABLE ROW LEVEL SECURITY;' },
      { title: 'For its owner', setup: "CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));", sql: 'ALTER TABLE notes NO FORCE ROW LEVEL SECURITY;' },
    ],
    good: [
      { title: 'A down that undoes its up', side: 'down', setup: 'CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint NOT NULL);', sql: 'DROP POLICY IF EXISTS of_tenant ON notes;\nALTER TABLE notes DISABLE ROW LEVEL SECURITY;', otherSide: "ALTER TABLE notes ENABLE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));" },
      { title: 'On again in the same transaction', setup: "CREATE TABLE notes (id bigint PRIMARY KEY, tenant_id bigint, body text);\nALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\nCREATE POLICY of_tenant ON notes USING (tenant_id = (SELECT current_setting('app.tenant_id')::bigint));", sql: 'ALTER TABLE notes NO FORCE ROW LEVEL SECURITY;\nDELETE FROM notes WHERE id IN (1, 2);\nALTER TABLE notes FORCE ROW LEVEL SECURITY;' },
    ],
  },
});

const switchedBack = 'Change a policy instead, or switch it on again in the same transaction.';

/** False where it is known to be off, and where nobody sees the gap. */
function wasOn(table: QualifiedName, what: 'rowSecurity' | 'rowSecurityForced', context: StatementContext): boolean {
  const before = context.table(table);
  if (before?.isComplete === true && !before[what]) return false;
  return context.transaction === 'none' || context.tableAfter(table)?.[what] !== true;
}
