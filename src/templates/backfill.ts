import { quoteIdentifier } from '../sql/names.ts';
import { defineTemplate, type TemplateContext } from './define-template.ts';
import { backfillDown, backfillNotes, backfillUp, comparable, refuseWithoutKey, usualBatch, type Backfill } from './support/backfill.ts';
import { given } from './support/given.ts';
import { findColumn, findTable } from './support/identifiers.ts';
import { forgetDraft, isUnkept, keptTable } from './support/kept.ts';
import { built, tableSlug } from './support/steps.ts';

/** New values for many rows, without holding any of them long. */
export const backfill = defineTemplate({
  id: 'backfill',
  title: 'Backfill a column in batches',
  detail: 'Resumable: batches along the primary key, each committed by itself where the tool allows that, with progress, a count at the end and a down that puts the old values back.',
  inputs: [
    { kind: 'table', id: 'table', prompt: 'Of which table?', refuse: (value, _, context) => refuseWithoutKey(value, context) },
    { kind: 'column', id: 'column', of: 'table', prompt: 'Which column?', refuse: (value, answers, context) => refuseTarget(answers['table'], value, context) },
    { kind: 'expression', id: 'value', prompt: 'Which value does it get? An expression over the row.', placeholder: 'lower(email)' },
    { kind: 'expression', id: 'where', optional: true, prompt: 'In which rows? Leave it empty for all.', placeholder: 'email IS NOT NULL' },
    { kind: 'number', id: 'batch', prompt: 'How many rows are a batch?', least: 1, most: 100_000, initial: () => usualBatch },
    { kind: 'yes or no', id: 'drop', prompt: 'Write the migration that drops the old values in the end as well?', initial: () => true },
  ],
  build(answers, context) {
    const ask = given(answers, context);
    const table = ask.table('table');
    const column = ask.column(table, 'column');
    const [value, chosen, name] = [ask.text('value'), ask.optionalText('where'), quoteIdentifier(column.name)];
    const keptIn = keptTable(table, [column.name], context);
    const undone = `${comparable(name, column.type)} IS DISTINCT FROM ${comparable(`(${value})`, column.type)} AND ${isUnkept(table, keptIn)}`;
    const rows: Backfill & { readonly keptIn: typeof keptIn } = {
      table, sets: [{ name: column.name, type: column.type, value }], where: chosen === null ? undone : `(${chosen}) AND ${undone}`, keptIn, sync: 'none', batch: ask.number('batch'),
    };
    return built(context, [
      {
        names: [`backfill_${column.name}_in_${tableSlug(table)}`, `migrate_${column.name}_in_${tableSlug(table)}`],
        up: backfillUp(rows, context),
        down: backfillDown(rows, context),
        notes: backfillNotes(table, keptIn),
      },
      ...(ask.isYes('drop') ? [forgetDraft(table, rows.sets, keptIn, context)] : []),
    ]);
  },
});

function refuseTarget(tableText: unknown, value: unknown, { schema }: TemplateContext): string | null {
  const table = findTable(schema, String(tableText));
  const column = table === null ? null : findColumn(table, String(value));
  if (table === null || column === null) return null;
  if (table.primaryKey?.includes(column.name) === true) return `${quoteIdentifier(column.name)} is part of the primary key, along which the backfill walks.`;
  return column.generated === null ? null : `PostgreSQL itself writes ${quoteIdentifier(column.name)}.`;
}
