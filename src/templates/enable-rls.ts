import type { TableFacts } from '../model/schema.ts';
import { quoteIdentifier } from '../sql/names.ts';
import { defineTemplate, type TemplateContext } from './define-template.ts';
import { given } from './support/given.ts';
import { findTable, written } from './support/identifiers.ts';
import { indexDraft, isIndexed } from './support/indexes.ts';
import { dropPolicies, protect, tenantQuestions, usualTenantColumn, type Tenancy } from './support/policies.ts';
import { together } from './support/scripts.ts';
import { built, tableSlug } from './support/steps.ts';

/** Row-level security for a table that tenants share already. */
export const enableRls = defineTemplate({
  id: 'enable-rls',
  title: 'Protect a table with row-level security',
  detail: 'Row-level security, also for the owner, and a policy for each command that compares the tenant’s column with a setting; with an index on that column where none is there.',
  inputs: [
    {
      kind: 'table', id: 'table', prompt: 'Which table?',
      refuse: (value, _, { schema }) => (findTable(schema, String(value))?.rowSecurity === 'off' ? null : `${String(value)} has row-level security already.`),
    },
    { kind: 'column', id: 'column', of: 'table', prompt: 'Which column says whose row it is?', placeholder: 'tenant_id', initial: (answers, context) => initialColumn(findTable(context.schema, String(answers['table'])), context) },
    ...tenantQuestions(),
  ],
  build(answers, context) {
    const ask = given(answers, context);
    const table = ask.table('table');
    const column = ask.column(table, 'column');
    const tenancy: Tenancy = { table, column: column.name, type: column.type, setting: ask.text('setting'), role: ask.optionalText('role'), taken: table.policies };
    const alter = `ALTER TABLE ${written(table)}`;
    return built(context, [
      ...(isIndexed(table, [column.name]) || table.partitioned ? [] : [indexDraft({ table, columns: [column.name], method: 'btree', kind: 'plain', where: null }, context)]),
      {
        names: [`enable_rls_${tableSlug(table)}`],
        up: together(context, 'up', 'strong', protect(tenancy)),
        down: together(context, 'down', 'strong', [...dropPolicies(tenancy), `${alter} NO FORCE ROW LEVEL SECURITY;`, `${alter} DISABLE ROW LEVEL SECURITY;`]),
        deployBefore: `deploy code that runs SET LOCAL ${tenancy.setting} = '…' in each of its transactions: without it every query on ${written(table)} fails.`,
        notes: [
          'Superusers and roles with BYPASSRLS see all rows as before.',
          ...(column.notNull ? [] : [`Rows whose ${quoteIdentifier(column.name)} is null are seen by nobody.`]),
          'The down opens the table to every tenant again.',
        ],
      },
    ]);
  },
});

function initialColumn(table: TableFacts | null, context: TemplateContext): string | null {
  const usual = usualTenantColumn(context);
  return table?.columns.some((each) => each.name === usual) === true ? quoteIdentifier(usual) : null;
}
