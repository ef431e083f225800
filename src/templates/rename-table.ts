import type { ObjectName, TableFacts } from '../model/schema.ts';
import { quoteIdentifier } from '../sql/names.ts';
import { defineTemplate, type TemplateContext } from './define-template.ts';
import { given } from './support/given.ts';
import { columnList, findTable, readIdentifier, refuseLength, sameName, written } from './support/identifiers.ts';
import { together } from './support/scripts.ts';
import { built, tableSlug } from './support/steps.ts';

/** The first whose views can read with the rights of whoever asks (manual, CREATE VIEW). */
const firstWithInvoker = 15;

/** A table under a new name, with a view as a bridge under the old one. */
export const renameTable = defineTemplate({
  id: 'rename-table',
  title: 'Rename a table without an outage',
  detail: 'The table gets its new name, and in the same transaction a view gets the old one: it can be read and written like the table until no code uses it. A later migration drops it.',
  inputs: [
    { kind: 'table', id: 'table', prompt: 'Which table?', refuse: (value, _, context) => refuseUnderView(findTable(context.schema, String(value)), context) },
    {
      kind: 'name', id: 'name', prompt: 'What is it to be called?', placeholder: 'customers',
      refuse(value, answers, { schema }) {
        const table = findTable(schema, String(answers['table']));
        const name = readIdentifier(String(value));
        if (table === null || name === null) return null;
        return schema.taken.some((each) => sameName(each, { schema: table.schema, name })) ? `${String(value)} exists already.` : refuseLength(name);
      },
    },
  ],
  build(answers, context) {
    const ask = given(answers, context);
    const table = ask.table('table');
    const renamed: ObjectName = { schema: table.schema, name: ask.name('name') };
    const view = createView(table, renamed, context);
    const drop = `DROP VIEW IF EXISTS ${written(table)};`;
    return built(context, [
      {
        names: [`rename_${tableSlug(table)}_to_${renamed.name}`],
        up: together(context, 'up', 'strong', [`ALTER TABLE ${written(table)} RENAME TO ${quoteIdentifier(renamed.name)};`, view]),
        down: together(context, 'down', 'strong', [drop, `ALTER TABLE ${written(renamed)} RENAME TO ${quoteIdentifier(table.name)};`]),
        notes: [
          `${written(table)} can be read and written as before, but no longer altered, truncated or copied into; what other sessions need beyond SELECT, INSERT, UPDATE and DELETE has to be deployed first.`,
          `Grant on the view what roles had on the table: GRANT SELECT, INSERT, UPDATE, DELETE ON ${written(table)} TO …`,
          'Indexes, constraints and sequences keep their names.',
        ],
      },
      {
        names: [`drop_view_${tableSlug(table)}`, `remove_${tableSlug(table)}_view`],
        up: together(context, 'up', 'strong', [drop]),
        down: together(context, 'down', 'none', [view]),
        deployBefore: `deploy code that says ${written(renamed)} and no longer ${written(table)}.`,
      },
    ]);
  },
});

/** A view of all columns by name is updatable (manual, CREATE VIEW), and what is added to the table later does not change it. */
function createView(table: TableFacts, renamed: ObjectName, { config }: TemplateContext): string {
  const options = config.postgres >= firstWithInvoker ? ' WITH (security_invoker = true)' : '';
  return `CREATE VIEW ${written(table)}${options} AS\n  SELECT ${columnList(table.columns.map((each) => each.name))} FROM ${written(renamed)};`;
}

/** A view of PostgreSQL 14 reads with the rights of its owner: policies would not hold for whoever asks. */
function refuseUnderView(table: TableFacts | null, { config }: TemplateContext): string | null {
  if (table === null || table.rowSecurity === 'off' || config.postgres >= firstWithInvoker) return null;
  return `${written(table)} has row-level security, and a view of PostgreSQL 14 would go around it.`;
}
