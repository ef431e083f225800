import { defaultConfig } from '../../model/config.ts';
import { nothingKnown } from '../../model/schema.ts';
import type { Answer, TemplateContext, TemplateInput } from '../define-template.ts';
import type { Filling } from './placeholders.ts';

/** Values of the right kinds: enough to see whether the SQL around the placeholders can be read. */
export function sampleFilling(inputs: readonly TemplateInput[]): Filling {
  return ({ id }) => {
    const input = inputs.find((each) => each.id === id);
    if (input === undefined) throw new Error(`placeholders are checked before they are filled: ${id}`);
    return { input, value: sample(input) };
  };
}

function sample(input: TemplateInput): Answer {
  switch (input.kind) {
    case 'columns':
      return ['a'];
    case 'type':
      return 'text';
    case 'expression':
      return '1';
    case 'choice':
      return input.choices({}, anywhere)[0]?.value ?? 'a';
    case 'yes or no':
      return true;
    case 'number':
      return input.least;
    default:
      return 'a';
  }
}

/** Choices of a team's template are words of its file and depend on nothing. */
const anywhere: TemplateContext = {
  schema: nothingKnown, config: defaultConfig, takenNames: [],
  runners: { up: { tool: 'any tool', outside: 'never' }, down: { tool: 'any tool', outside: 'never' } },
};
