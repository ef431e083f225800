import { quoteIdentifier } from '../sql/names.ts';
import { defineTemplate } from './define-template.ts';
import { backfillDown, backfillNotes, backfillUp, emptyAgain, refuseWithoutKey, usualBatch, type Backfill } from './support/backfill.ts';
import { given } from './support/given.ts';
import { written } from './support/identifiers.ts';
import { forgetDraft, keptTable } from './support/kept.ts';
import { notNullDrafts } from './support/not-null.ts';
import { asDefault } from './support/pieces.ts';
import { together } from './support/scripts.ts';
import { built, tableSlug } from './support/steps.ts';

/** NOT NULL for a table that has rows. */
export const addRequiredColumn = defineTemplate({
  id: 'add-required-column',
  title: 'Add a required column, in steps',
  detail: 'Nullable with a default for new rows, a backfill in batches, then NOT NULL proven by VALIDATE: no table is rewritten, and none is read under a strong lock.',
  inputs: [
    { kind: 'table', id: 'table', prompt: 'To which table?', refuse: (value, _, context) => refuseWithoutKey(value, context) },
    { kind: 'new column', id: 'column', of: 'table', prompt: 'What is the column called?', placeholder: 'status' },
    { kind: 'type', id: 'type', prompt: 'Of which type?', placeholder: 'text' },
    { kind: 'expression', id: 'value', prompt: 'Which value do rows get that are there already? An expression over the row.', placeholder: "'open'" },
    { kind: 'expression', id: 'default', optional: true, prompt: 'Which default do new rows get? Leave it empty where the code gives every row a value.', placeholder: "'open'" },
    { kind: 'yes or no', id: 'keep', prompt: 'Remember which rows the backfill fills, so that its down is exact?', initial: () => true },
  ],
  build(answers, context) {
    const ask = given(answers, context);
    const table = ask.table('table');
    const [column, type, value] = [ask.name('column'), ask.text('type'), ask.optionalText('default')];
    const [alter, name, where] = [`ALTER TABLE ${written(table)}`, quoteIdentifier(column), tableSlug(table)];
    const keptIn = ask.isYes('keep') ? keptTable(table, [column], context) : null;
    const backfill: Backfill = { table, sets: [{ name: column, type, value: ask.text('value') }], where: `${name} IS NULL`, keptIn, sync: 'none', batch: usualBatch };
    return built(context, [
      {
        names: [`add_${column}_to_${where}`],
        // A default given by ADD COLUMN would fill the rows that are there; they have a value of their own.
        up: together(context, 'up', 'strong', [`${alter} ADD COLUMN ${name} ${type};`, ...(value === null ? [] : [`${alter} ALTER COLUMN ${name} SET DEFAULT ${asDefault(value)};`])]),
        down: together(context, 'down', 'strong', [`${alter} DROP COLUMN IF EXISTS ${name};`]),
      },
      {
        names: [`backfill_${column}_in_${where}`, `migrate_${column}_in_${where}`],
        up: backfillUp(backfill, context),
        down: keptIn === null ? emptyAgain(backfill, context) : backfillDown({ ...backfill, keptIn }, context),
        ...(value === null ? { deployBefore: `deploy code that gives every new row of ${written(table)} a ${name}.` } : {}),
        notes: backfillNotes(table, keptIn),
      },
      ...notNullDrafts(table, column, context),
      ...(keptIn === null ? [] : [forgetDraft(table, backfill.sets, keptIn, context)]),
    ]);
  },
});
