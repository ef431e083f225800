import type { ColumnFacts } from '../model/schema.ts';
import { defineTemplate, type Answers, type TemplateContext } from './define-template.ts';
import { given } from './support/given.ts';
import { findColumn, findTable } from './support/identifiers.ts';
import { indexDraft, refusePartitioned } from './support/indexes.ts';
import { built } from './support/steps.ts';

/** An index, built while reads and writes go on. */
export const addIndex = defineTemplate({
  id: 'add-index',
  title: 'Add an index',
  detail: 'CONCURRENTLY, in a migration that runs outside a transaction; unique, partial, or GIN for jsonb and arrays. Where the tool has no such way, with lock_timeout and the reason.',
  inputs: [
    { kind: 'table', id: 'table', prompt: 'On which table?', refuse: (value, _, { schema }) => refusePartitioned(findTable(schema, String(value))) },
    { kind: 'columns', id: 'columns', of: 'table', prompt: 'On which columns, in which order?' },
    {
      kind: 'choice', id: 'method', prompt: 'Of which kind?', initial: (answers, context) => (chosen(answers, context).some(isDocument) ? 'gin' : 'btree'),
      choices: (answers, context) => [
        ...(chosen(answers, context).some(isDocument) ? [] : [{ value: 'btree', label: 'B-tree', detail: 'for =, <, >, ORDER BY' }]),
        ...(chosen(answers, context).every((each) => isDocument(each) || isArray(each)) ? [{ value: 'gin', label: 'GIN', detail: 'for what is inside a jsonb, an array or a tsvector' }] : []),
      ],
    },
    { kind: 'yes or no', id: 'unique', prompt: 'May no two rows be alike in these columns?', initial: () => false, when: (answers) => answers['method'] === 'btree' },
    { kind: 'expression', id: 'where', optional: true, prompt: 'For which rows? Leave it empty for all.', placeholder: 'deleted_at IS NULL' },
  ],
  build(answers, context) {
    const ask = given(answers, context);
    const table = ask.table('table');
    const columns = ask.columns(table, 'columns').map((each) => each.name);
    const method = ask.text('method') === 'gin' ? 'gin' : 'btree';
    return built(context, [indexDraft({ table, columns, method, kind: ask.isYes('unique') ? 'unique' : 'plain', where: ask.optionalText('where') }, context)]);
  },
});

function chosen(answers: Answers, { schema }: TemplateContext): readonly ColumnFacts[] {
  const table = findTable(schema, String(answers['table']));
  const names = answers['columns'];
  if (table === null || !Array.isArray(names)) return [];
  return names.flatMap((each) => findColumn(table, String(each)) ?? []);
}

/** A B-tree would compare such a value as a whole, which no query asks for. */
function isDocument({ type }: ColumnFacts): boolean {
  return type === 'jsonb' || type === 'tsvector';
}

function isArray({ type }: ColumnFacts): boolean {
  return type.endsWith('[]');
}
