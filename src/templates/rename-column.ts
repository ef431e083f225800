import { quoteIdentifier } from '../sql/names.ts';
import { defineTemplate } from './define-template.ts';
import { refuseWithoutKey } from './support/backfill.ts';
import { expandContract, expansionQuestions, refuseReplaced } from './support/expand-contract.ts';
import { given } from './support/given.ts';
import { built } from './support/steps.ts';

/** A column under a new name, in steps that neither old nor new code notices. */
export const renameColumn = defineTemplate({
  id: 'rename-column',
  title: 'Rename a column without an outage',
  detail: 'Expand and contract: a new column beside the old one, a trigger that keeps both alike, a backfill in batches, the change of code, and at the end the drop.',
  inputs: [
    { kind: 'table', id: 'table', prompt: 'Of which table?', refuse: (value, _, context) => refuseWithoutKey(value, context) },
    { kind: 'column', id: 'column', of: 'table', prompt: 'Which column?', refuse: (value, answers, context) => refuseReplaced(answers['table'], value, context) },
    { kind: 'new column', id: 'name', of: 'table', prompt: 'What is it to be called?', placeholder: 'full_name' },
    ...expansionQuestions,
  ],
  build(answers, context) {
    const ask = given(answers, context);
    const table = ask.table('table');
    const old = ask.column(table, 'column');
    const name = ask.name('name');
    const yes = (id: string): 'yes' | 'no' => (ask.isYes(id) ? 'yes' : 'no');
    return built(context, expandContract({
      table, old, fresh: [{ name, type: old.type, value: quoteIdentifier(old.name) }], back: quoteIdentifier(name),
      ending: 'own name', trigger: yes('trigger'), keep: yes('keep'), drop: yes('drop'), subject: name,
    }, context));
  },
});
