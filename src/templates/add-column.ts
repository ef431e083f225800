import { quoteIdentifier } from '../sql/names.ts';
import { defineTemplate } from './define-template.ts';
import { given } from './support/given.ts';
import { written } from './support/identifiers.ts';
import { asDefault, isVolatile } from './support/pieces.ts';
import { together } from './support/scripts.ts';
import { built, tableSlug } from './support/steps.ts';

/** A nullable column, with a default or without. */
export const addColumn = defineTemplate({
  id: 'add-column',
  title: 'Add a column',
  detail: 'A nullable column, with or without a default; a default that differs from row to row is given to new rows alone, so that nothing is rewritten.',
  inputs: [
    { kind: 'table', id: 'table', prompt: 'To which table?' },
    { kind: 'new column', id: 'column', of: 'table', prompt: 'What is the column called?', placeholder: 'status' },
    { kind: 'type', id: 'type', prompt: 'Of which type?', placeholder: 'text' },
    { kind: 'expression', id: 'default', optional: true, prompt: 'Which default? Leave it empty for none.', placeholder: "'open'" },
  ],
  build(answers, context) {
    const ask = given(answers, context);
    const table = ask.table('table');
    const column = ask.name('column');
    const wanted = ask.optionalText('default');
    const value = wanted === null ? null : asDefault(wanted);
    const alter = `ALTER TABLE ${written(table)}`;
    const add = `${alter} ADD COLUMN ${quoteIdentifier(column)} ${ask.text('type')}`;
    const isPerRow = value !== null && isVolatile(value);
    const up = value === null ? [`${add};`] : isPerRow ? [`${add};`, `${alter} ALTER COLUMN ${quoteIdentifier(column)} SET DEFAULT ${value};`] : [`${add} DEFAULT ${value};`];
    return built(context, [{
      names: [`add_${column}_to_${tableSlug(table)}`],
      up: together(context, 'up', 'strong', up),
      down: together(context, 'down', 'strong', [`${alter} DROP COLUMN IF EXISTS ${quoteIdentifier(column)};`]),
      notes: [
        ...(isPerRow ? ['Rows that are there already keep null: the default may give each row a value of its own, and writing all of them at once would block the table.'] : []),
        'The down drops the column with whatever was written into it since.',
      ],
    }]);
  },
});
