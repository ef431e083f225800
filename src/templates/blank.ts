import { defineTemplate } from './define-template.ts';
import { built } from './support/steps.ts';

const nothing = { statements: [], outsideTransaction: false };

/** An empty pair under a name of the user's. */
export const blank = defineTemplate({
  id: 'blank',
  title: 'Blank',
  detail: 'An empty up and down.',
  inputs: [{ kind: 'text', id: 'name', prompt: 'What does the migration do?', placeholder: 'add_status_to_orders' }],
  build: (answers, context) => built(context, [{ names: [String(answers['name'])], up: nothing, down: nothing }]),
});
