import type { ColumnFacts } from '../model/schema.ts';
import { quoteIdentifier } from '../sql/names.ts';
import { defineTemplate } from './define-template.ts';
import { asideName } from './support/expand-contract.ts';
import { given } from './support/given.ts';
import { findColumn, findTable, written } from './support/identifiers.ts';
import { despite, together } from './support/scripts.ts';
import { built, tableSlug } from './support/steps.ts';

/** A column goes in two steps, the first of which loses nothing. */
export const dropColumn = defineTemplate({
  id: 'drop-column',
  title: 'Drop a column, with its values kept aside',
  detail: 'First it gets another name, which the down undoes in an instant with all values; a later migration drops it.',
  inputs: [
    { kind: 'table', id: 'table', prompt: 'Of which table?' },
    {
      kind: 'column', id: 'column', of: 'table', prompt: 'Which column?',
      refuse(value, answers, { schema }) {
        const table = findTable(schema, String(answers['table']));
        const column = table === null ? null : findColumn(table, String(value));
        return column !== null && table?.primaryKey?.includes(column.name) === true ? `${quoteIdentifier(column.name)} is part of the primary key.` : null;
      },
    },
    { kind: 'yes or no', id: 'drop', prompt: 'Write the migration that drops it in the end as well?', initial: () => true },
  ],
  build(answers, context) {
    const ask = given(answers, context);
    const table = ask.table('table');
    const column = ask.column(table, 'column');
    const [alter, aside, where] = [`ALTER TABLE ${written(table)}`, asideName(table, column.name), tableSlug(table)];
    const rename = (from: string, to: string): string => `${alter} RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(to)};`;
    const isNeeded = needsValue(column);
    return built(context, [
      {
        names: [`remove_${column.name}_from_${where}`, `drop_${column.name}_from_${where}`],
        up: together(context, 'up', 'strong', [
          despite('rename-column', 'no code uses it any more; under another name its values stay for the way back', rename(column.name, aside)),
          ...(isNeeded ? [`${alter} ALTER COLUMN ${quoteIdentifier(aside)} DROP NOT NULL;`] : []),
        ]),
        down: together(context, 'down', 'strong', [
          rename(aside, column.name),
          ...(isNeeded ? [despite('set-not-null-scan', 'rows written since have no value; they have to be seen to first', `${alter} ALTER COLUMN ${quoteIdentifier(column.name)} SET NOT NULL;`)] : []),
        ]),
        deployBefore: `deploy code that neither reads nor writes ${quoteIdentifier(column.name)}${isNeeded ? ', in the same moment as this: until this ran, new rows need a value' : ''}.`,
        notes: isNeeded ? [`Rows written meanwhile have no ${quoteIdentifier(column.name)}: give them one before the down, else SET NOT NULL refuses.`] : [],
      },
      ...(ask.isYes('drop') ? [{
        names: [`drop_${aside}_from_${where}`, `remove_${aside}_from_${where}`] as const,
        up: together(context, 'up', 'strong', [despite('drop-column', 'nothing has used it since it got this name', `${alter} DROP COLUMN IF EXISTS ${quoteIdentifier(aside)};`)]),
        down: together(context, 'down', 'strong', [`-- irreversible: the values are gone; the column comes back empty, at the end of the table.\n${alter} ADD COLUMN ${quoteIdentifier(aside)} ${column.type};`]),
        deployBefore: 'wait until nobody wants to go back. After this the values are gone.',
        notes: ['Take a backup first: the down brings the column back without its values.', 'Indexes, constraints and defaults of the column go with it.'],
      }] : []),
    ]);
  },
});

/** Whether an INSERT that does not name it would fail. */
function needsValue({ notNull, default: value, generated }: ColumnFacts): boolean {
  return notNull && value === null && generated === null;
}
