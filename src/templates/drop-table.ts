import type { TableFacts } from '../model/schema.ts';
import { quoteIdentifier, quoteLiteral } from '../sql/names.ts';
import { defineTemplate, type TemplateContext } from './define-template.ts';
import { given } from './support/given.ts';
import { freeName, sameName, written } from './support/identifiers.ts';
import { despite, together } from './support/scripts.ts';
import { built, tableSlug, type Draft } from './support/steps.ts';

/** A table goes in two steps, the first of which loses nothing. */
export const dropTable = defineTemplate({
  id: 'drop-table',
  title: 'Drop a table, with its rows kept aside',
  detail: 'First it gets another name, which the down undoes in an instant with all rows; a later migration drops it, after the foreign keys that point to it.',
  inputs: [
    { kind: 'table', id: 'table', prompt: 'Which table?' },
    { kind: 'yes or no', id: 'drop', prompt: 'Write the migration that drops it in the end as well?', initial: () => true },
  ],
  build(answers, context) {
    const ask = given(answers, context);
    const table = ask.table('table');
    const aside = { schema: table.schema, name: freeName(context.schema, table.schema, [table.name, ''], 'kept') };
    const first: Draft = {
      names: [`remove_${tableSlug(table)}`, `drop_${tableSlug(table)}`],
      up: together(context, 'up', 'strong', [despite('rename-table', 'no code uses it any more', `ALTER TABLE IF EXISTS ${written(table)} RENAME TO ${quoteIdentifier(aside.name)};`)]),
      down: together(context, 'down', 'strong', [`ALTER TABLE IF EXISTS ${written(aside)} RENAME TO ${quoteIdentifier(table.name)};`]),
      deployBefore: `deploy code that does not use ${written(table)}.`,
      notes: ['Views and foreign keys follow the new name and go on working.'],
    };
    return built(context, ask.isYes('drop') ? [first, finish(table, aside, context)] : [first]);
  },
});

function finish(table: TableFacts, aside: { readonly schema: string; readonly name: string }, context: TemplateContext): Draft {
  const pointing = context.schema.tables.filter((each) => !sameName(each, table) && !each.partition).flatMap((each) => each.foreignKeys.filter((key) => sameName(key.references, table)).map((key) => ({ from: each, key })));
  const refusal = `The rows of ${written(aside)} are gone. Restore the table from a backup, then go on with the downs.`;
  return {
    names: [`drop_${tableSlug(table)}`, `remove_${tableSlug(aside)}`],
    up: together(context, 'up', 'strong', [
      ...pointing.map(({ from, key }) => `ALTER TABLE ${written(from)} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(key.name)};`),
      despite('drop-table', 'nothing has used it since it got this name', `DROP TABLE IF EXISTS ${written(aside)};`),
    ]),
    down: together(context, 'down', 'none', [`-- irreversible: the rows are gone, and a table without them would look as if there had never been any.\nDO $refusal$\nBEGIN\n  RAISE EXCEPTION ${quoteLiteral('%')}, ${quoteLiteral(refusal)};\nEND\n$refusal$;`]),
    deployBefore: 'wait until nobody wants to go back. After this the rows are gone.',
    notes: ['Take a backup first: the down refuses, because nothing could bring the rows back.'],
  };
}
