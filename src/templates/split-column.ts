import { quoteIdentifier } from '../sql/names.ts';
import { defineTemplate, type Answers } from './define-template.ts';
import { refuseWithoutKey } from './support/backfill.ts';
import { expandContract, expansionQuestions, refuseReplaced } from './support/expand-contract.ts';
import { given } from './support/given.ts';
import { readIdentifier } from './support/identifiers.ts';
import { built, refused } from './support/steps.ts';

/** One column becomes two, in the steps of expand and contract. */
export const splitColumn = defineTemplate({
  id: 'split-column',
  title: 'Split a column into two',
  detail: 'Expand and contract: two new columns beside the old one, a trigger that keeps them alike, a backfill in batches, the change of code, and at the end the drop.',
  inputs: [
    { kind: 'table', id: 'table', prompt: 'Of which table?', refuse: (value, _, context) => refuseWithoutKey(value, context) },
    { kind: 'column', id: 'column', of: 'table', prompt: 'Which column?', refuse: (value, answers, context) => refuseReplaced(answers['table'], value, context) },
    { kind: 'new column', id: 'first', of: 'table', prompt: 'What is the first new column called?', placeholder: 'first_name' },
    { kind: 'expression', id: 'firstValue', prompt: 'What of the old value does it get?', placeholder: "split_part(full_name, ' ', 1)", initial: (answers) => `split_part(${column(answers)}, ' ', 1)` },
    { kind: 'new column', id: 'second', of: 'table', prompt: 'What is the second new column called?', placeholder: 'last_name', refuse: (value, answers) => (readIdentifier(String(value)) === readIdentifier(String(answers['first'])) ? 'The first column is called so.' : null) },
    { kind: 'expression', id: 'secondValue', prompt: 'What of the old value does it get?', placeholder: "nullif(split_part(full_name, ' ', 2), '')", initial: (answers) => `nullif(substr(${column(answers)}, length(split_part(${column(answers)}, ' ', 1)) + 2), '')` },
    { kind: 'type', id: 'type', prompt: 'Of which type are both?', initial: () => 'text' },
    { kind: 'expression', id: 'joined', prompt: 'How does the old value come of both?', placeholder: "concat_ws(' ', first_name, last_name)", initial: (answers) => `concat_ws(' ', ${String(answers['first'])}, ${String(answers['second'])})` },
    ...expansionQuestions,
  ],
  build(answers, context) {
    const ask = given(answers, context);
    const table = ask.table('table');
    const old = ask.column(table, 'column');
    const [first, second, type] = [ask.name('first'), ask.name('second'), ask.text('type')];
    if (first === second) return refused(`Both new columns are called ${quoteIdentifier(first)}.`);
    const yes = (id: string): 'yes' | 'no' => (ask.isYes(id) ? 'yes' : 'no');
    return built(context, expandContract({
      table, old, fresh: [{ name: first, type, value: ask.text('firstValue') }, { name: second, type, value: ask.text('secondValue') }], back: ask.text('joined'),
      ending: 'own name', trigger: yes('trigger'), keep: yes('keep'), drop: yes('drop'), subject: `${first}_and_${second}`,
    }, context));
  },
});

function column(answers: Answers): string {
  return String(answers['column']);
}
