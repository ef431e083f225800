import type { ColumnFacts, TableFacts } from '../model/schema.ts';
import { conversion, isBuiltIn } from '../sql/effects/types.ts';
import { quoteIdentifier } from '../sql/names.ts';
import { defineTemplate, type Answers, type TemplateContext } from './define-template.ts';
import { refuseWithoutKey } from './support/backfill.ts';
import { expandContract, expansionQuestions, refuseReplaced } from './support/expand-contract.ts';
import { given, type Given } from './support/given.ts';
import { findColumn, findTable, madeName, numbered, written } from './support/identifiers.ts';
import { readType } from './support/pieces.ts';
import { despite, together } from './support/scripts.ts';
import { built, tableSlug, type Draft } from './support/steps.ts';

/** Another type for a column: at once where that costs nothing, else in steps. */
export const changeType = defineTemplate({
  id: 'change-type',
  title: 'Change the type of a column',
  detail: 'At once where the catalog says that nothing is rewritten (a longer varchar, varchar to text …); else by expand and contract: a column of the new type beside the old one, a trigger, a backfill in batches, and a swap of names.',
  inputs: [
    { kind: 'table', id: 'table', prompt: 'Of which table?' },
    { kind: 'column', id: 'column', of: 'table', prompt: 'Which column?' },
    { kind: 'type', id: 'type', prompt: 'What is its type to be?', placeholder: 'bigint', refuse: refuseCostly },
    { kind: 'expression', id: 'forth', when: isCostly, prompt: 'How does the new value come of the old one?', placeholder: 'total::bigint', initial: ({ column, type }) => `${String(column)}::${String(type)}` },
    {
      kind: 'expression', id: 'back', when: isCostly, prompt: 'And the old value of the new one, for code that still knows the old type?', placeholder: 'total::integer',
      initial: (answers, context) => `${String(answers['column'])}::${columnOf(answers, context)?.column.type ?? 'text'}`,
    },
    ...expansionQuestions.map((question) => ({ ...question, when: isCostly })),
  ],
  build(answers, context) {
    const ask = given(answers, context);
    const table = ask.table('table');
    const column = ask.column(table, 'column');
    if (!isCostly(answers, context)) return built(context, [atOnce(ask, table, column, context)]);
    const name = numbered((number) => madeName([column.name, 'as'], `${readType(ask.text('type'))?.name.split('.').at(-1) ?? 'new'}${number === 1 ? '' : String(number)}`), (each) => table.columns.some((other) => other.name === each));
    const yes = (id: string): 'yes' | 'no' => (ask.isYes(id) ? 'yes' : 'no');
    return built(context, expandContract({
      table, old: column, fresh: [{ name, type: ask.text('type'), value: ask.text('forth') }], back: ask.text('back'),
      ending: 'swapped', trigger: yes('trigger'), keep: yes('keep'), drop: yes('drop'), subject: name,
    }, context));
  },
});

function columnOf(answers: Answers, { schema }: TemplateContext): { readonly table: TableFacts; readonly column: ColumnFacts } | null {
  const table = findTable(schema, String(answers['table']));
  const column = table === null ? null : findColumn(table, String(answers['column']));
  return table === null || column === null ? null : { table, column };
}

/** Whether PostgreSQL would write the table anew. */
function isCostly(answers: Answers, context: TemplateContext): boolean {
  const from = readType(columnOf(answers, context)?.column.type ?? '');
  const to = readType(String(answers['type']));
  if (from === null || to === null) return false;
  if ((!isBuiltIn(from) || !isBuiltIn(to)) && from.name !== to.name) return true;
  return conversion(from, to) !== 'free';
}

function refuseCostly(type: unknown, answers: Answers, context: TemplateContext): string | null {
  const asked = columnOf(answers, context);
  if (asked !== null && asked.column.type === type) return `${quoteIdentifier(asked.column.name)} has this type already.`;
  if (!isCostly({ ...answers, type: String(type) }, context)) return null;
  return refuseWithoutKey(answers['table'], context) ?? refuseReplaced(answers['table'], answers['column'], context);
}

function atOnce(ask: Given, table: TableFacts, { name, type }: ColumnFacts, context: TemplateContext): Draft {
  const change = (to: string): string => `ALTER TABLE ${written(table)} ALTER COLUMN ${quoteIdentifier(name)} TYPE ${to};`;
  return {
    names: [`change_type_of_${name}_in_${tableSlug(table)}`, `change_${name}_in_${tableSlug(table)}`, `migrate_${name}_in_${tableSlug(table)}`],
    up: together(context, 'up', 'strong', [change(ask.text('type'))]),
    down: together(context, 'down', 'strong', [despite('alter-column-type-rewrite', 'the narrower type has to be checked against every row', change(type))]),
    notes: ['The up writes nothing anew. The down reads every row, and is refused where a value no longer fits.'],
  };
}
