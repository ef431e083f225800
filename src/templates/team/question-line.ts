import type { Answer, TemplateInput } from '../define-template.ts';

/** A question line of a team template, or what is wrong with it. */
export type ReadQuestion = { readonly kind: 'question'; readonly input: TemplateInput } | { readonly kind: 'problem'; readonly message: string };

/** What the questions before it asked. */
export type Asked = ReadonlyMap<string, TemplateInput>;

/** The kinds as a team writes them, for messages and the documentation. */
export const questionKinds = [
  'table', 'new table', 'column of <question>', 'columns of <question>', 'new column of <question>', 'name', 'type', 'expression',
  'one of <a> | <b>', 'yes or no', 'role', 'text', 'number <least> to <most>',
] as const;

/** `ask days: number 1 to 365, default 30. How many days?`, without the `ask`. */
export function readQuestion(id: string, rest: string, asked: Asked): ReadQuestion {
  if (!/^[a-z][a-zA-Z0-9]*$/.test(id)) return problem(`“${id}” cannot be what a question is called: begin with a small letter, then letters and digits.`);
  if (asked.has(id)) return problem(`There is a question ${id} already.`);
  const parts = /^(?<what>[^]*?)\.\s+(?<prompt>\S[^]*)$/.exec(rest)?.groups;
  if (parts === undefined) return problem(`The question ${id} has no words: write “-- ask ${id}: table. Which table?”.`);
  const [what = '', ...options] = (parts['what'] ?? '').split(/,\s+(?=default\s|optional$)/).map((each) => each.trim());
  const kind = readKind(what, asked);
  if (typeof kind === 'string') return problem(kind);
  const initial = options.find((each) => each.startsWith('default '))?.slice('default '.length).trim() ?? null;
  const value = initial === null ? null : readDefault(kind, initial);
  if (value !== null && typeof value === 'object' && 'problem' in value) return problem(`The default of ${id}: ${value.problem}`);
  const question = { id, prompt: (parts['prompt'] ?? '').trim(), ...(value === null ? {} : { initial: () => value }), ...(options.includes('optional') ? { optional: true as const } : {}) };
  return { kind: 'question', input: { ...question, ...kind } };
}

type Kind =
  | { readonly kind: 'table' | 'new table' | 'name' | 'type' | 'expression' | 'yes or no' | 'role' | 'text' }
  | { readonly kind: 'column' | 'columns' | 'new column'; readonly of: string }
  | { readonly kind: 'choice'; choices(): readonly { readonly value: string; readonly label: string; readonly detail: string }[] }
  | { readonly kind: 'number'; readonly least: number; readonly most: number };

/** The kind, or what is wrong with it. */
function readKind(what: string, asked: Asked): Kind | string {
  switch (what) {
    case 'table':
    case 'new table':
    case 'name':
    case 'type':
    case 'expression':
    case 'yes or no':
    case 'role':
    case 'text':
      return { kind: what };
  }
  const ofTable = /^(column|columns|new column) of (\S+)$/.exec(what);
  if (ofTable !== null) return ofQuestion(ofTable[1] ?? '', ofTable[2] ?? '', asked);
  if (what.startsWith('one of ')) return choice(what.slice('one of '.length));
  const range = /^number (-?\d+) to (-?\d+)$/.exec(what);
  if (range !== null) {
    const [least, most] = [Number(range[1]), Number(range[2])];
    return least <= most ? { kind: 'number', least, most } : `${String(least)} to ${String(most)} has no number in it.`;
  }
  return `“${what}” is no kind of question. There are ${questionKinds.join(', ')}.`;
}

function ofQuestion(kind: string, of: string, asked: Asked): Kind | string {
  const other = asked.get(of);
  if (other === undefined) return `No question before it is called ${of}.`;
  if (other.kind !== 'table') return `The question ${of} does not ask for a table.`;
  return kind === 'column' ? { kind: 'column', of } : kind === 'columns' ? { kind: 'columns', of } : { kind: 'new column', of };
}

function choice(list: string): Kind | string {
  const values = list.split('|').map((each) => each.trim());
  if (values.length < 2 || values.includes('')) return 'Write the choices with a bar between them: one of open | paid.';
  if (new Set(values).size < values.length) return 'A choice is there twice.';
  return { kind: 'choice', choices: () => values.map((value) => ({ value, label: value, detail: '' })) };
}

function readDefault(kind: Kind, text: string): Answer | { readonly problem: string } {
  switch (kind.kind) {
    case 'yes or no':
      return text === 'yes' || text === 'no' ? text === 'yes' : { problem: 'it is yes or no.' };
    case 'number': {
      const value = Number(text);
      return Number.isInteger(value) && value >= kind.least && value <= kind.most ? value : { problem: `it is a whole number from ${String(kind.least)} to ${String(kind.most)}.` };
    }
    case 'choice':
      return kind.choices().some((each) => each.value === text) ? text : { problem: `it is one of ${kind.choices().map((each) => each.value).join(', ')}.` };
    case 'columns':
      return { problem: 'columns of a table that is not known yet have none.' };
    default:
      return text;
  }
}

function problem(message: string): ReadQuestion {
  return { kind: 'problem', message };
}
