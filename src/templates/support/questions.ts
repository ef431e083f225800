import type { TableFacts } from '../../model/schema.ts';
import { quoteIdentifier } from '../../sql/names.ts';
import type { Answer, Answers, BuiltTemplate, Choice, Template, TemplateContext, TemplateInput } from '../define-template.ts';
import { findColumn, findTable, qualified, readIdentifier, readObjectName, refuseLength, refuseNewName, sameName, written } from './identifiers.ts';
import { refuseExpression, refuseType } from './pieces.ts';

/** The first question that the answers leave open and that applies; null when all is said. What is optional counts as open until `passed` names it. */
export function nextQuestion(template: Template, answers: Answers, context: TemplateContext, passed: ReadonlySet<string> = new Set()): TemplateInput | null {
  return template.inputs.find((input) => isAsked(input, answers, context) && !(input.id in answers) && !passed.has(input.id)) ?? null;
}

export function isAsked(input: TemplateInput, answers: Answers, context: TemplateContext): boolean {
  return input.when?.(answers, context) ?? true;
}

/** What a picker lists; null where the answer is typed. A typed answer that is not listed is still checked by `refuseAnswer`. */
export function choicesOf(input: TemplateInput, answers: Answers, context: TemplateContext): readonly Choice[] | null {
  switch (input.kind) {
    case 'table':
      return context.schema.tables.filter((each) => refuse(input, written(each), answers, context) === null).map(tableChoice);
    case 'column':
    case 'columns':
      return (tableOf(input.of, answers, context)?.columns ?? [])
        .map((each) => ({ value: quoteIdentifier(each.name), label: each.name, detail: `${each.type}${each.notNull ? ' NOT NULL' : ''}` }))
        .filter(({ value }) => refuse(input, input.kind === 'columns' ? [value] : value, answers, context) === null);
    case 'choice':
      return input.choices(answers, context);
    case 'yes or no':
      return [{ value: 'yes', label: 'Yes', detail: '' }, { value: 'no', label: 'No', detail: '' }];
    case 'role':
      return context.schema.roles.map((name) => ({ value: quoteIdentifier(name), label: name, detail: '' }));
    case 'type':
      return [...usualTypes, ...context.schema.enums.map((each) => ({ value: written(each), label: written(each), detail: each.values.join(', ') }))]
        .filter(({ value }) => refuse(input, value, answers, context) === null);
    default:
      return null;
  }
}

/** Any other can be typed. */
const usualTypes: readonly Choice[] = [
  ['text', 'of any length'], ['bigint', '8 bytes'], ['integer', '4 bytes'], ['numeric(12, 2)', 'exact, with two decimals'], ['boolean', ''], ['timestamptz', 'a moment'], ['date', ''], ['uuid', ''], ['jsonb', ''],
].map(([value = '', detail = '']) => ({ value, label: value, detail }));

/** Why a question that only the schema can answer has nothing to choose from; null where something can be chosen, or typed. */
export function whyNothing(input: TemplateInput, answers: Answers, context: TemplateContext): string | null {
  if (choicesOf(input, answers, context)?.length !== 0) return null;
  switch (input.kind) {
    case 'table':
      return fitting('table', context.schema.tables.map((each) => refuse(input, written(each), answers, context)));
    case 'column':
    case 'columns':
      return fitting('column', (tableOf(input.of, answers, context)?.columns ?? []).map(({ name }) => refuse(input, input.kind === 'columns' ? [quoteIdentifier(name)] : quoteIdentifier(name), answers, context)));
    case 'choice':
      return 'The history makes none.';
    default:
      return null;
  }
}

const mostReasons = 3;

function fitting(what: string, reasons: readonly (string | null)[]): string {
  if (reasons.length === 0) return `The history makes no ${what}.`;
  const told = [...new Set(reasons.filter((each) => each !== null))];
  return [`No ${what} fits.`, ...told.slice(0, mostReasons), ...(told.length > mostReasons ? ['And so on.'] : [])].join(' ');
}

/** Why an answer is refused, or null. */
export function refuseAnswer(input: TemplateInput, value: Answer, answers: Answers, context: TemplateContext): string | null {
  return refuseKind(input, value, answers, context) ?? refuse(input, value, answers, context);
}

/** Everything that is wrong with the answers, in the order of the questions; empty: `build` can have them. */
export function checkAnswers(template: Template, answers: Answers, context: TemplateContext): readonly string[] {
  const problems: string[] = [];
  const asked: Record<string, Answer> = {};
  for (const input of template.inputs) {
    if (!isAsked(input, asked, context)) continue;
    const value = answers[input.id];
    if (value === undefined) {
      if (input.optional !== true) problems.push(`${input.id}: no answer. ${input.prompt}`);
      continue;
    }
    asked[input.id] = value;
    const reason = refuseAnswer(input, value, asked, context);
    if (reason !== null) problems.push(`${input.id}: ${reason}`);
  }
  const known = new Set(template.inputs.map((each) => each.id));
  return [...problems, ...Object.keys(answers).filter((id) => !known.has(id)).map((id) => `${id}: ${template.id} asks nothing of this name. It asks ${[...known].join(', ')}.`)];
}

/** The steps of a template; answers that are wrong come back as problems. `loadParser()` has to have finished. */
export function buildTemplate(template: Template, answers: Answers, context: TemplateContext): BuiltTemplate {
  const problems = checkAnswers(template, answers, context);
  if (problems.length > 0) return { steps: [], problems };
  const applying = Object.fromEntries(Object.entries(answers).filter(([id]) => template.inputs.some((input) => input.id === id && isAsked(input, answers, context))));
  return template.build(applying, context);
}

/** What the command line gives as text, as the kind of the question has it; lists are separated by commas. */
export function readAnswer(input: TemplateInput, text: string): Answer {
  if (input.kind === 'columns') return splitList(text);
  if (input.kind === 'number') return Number(text);
  if (input.kind === 'yes or no' && /^(y|yes|true|n|no|false)$/i.test(text)) return /^[yt]/i.test(text);
  return text;
}

function splitList(text: string): readonly string[] {
  return (text.match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? []).map((part) => part.trim());
}

function refuse(input: TemplateInput, value: Answer, answers: Answers, context: TemplateContext): string | null {
  return input.refuse?.(value, answers, context) ?? null;
}

/** Whether the value is one of its kind. */
function refuseKind(input: TemplateInput, value: Answer, answers: Answers, context: TemplateContext): string | null {
  if (input.kind === 'yes or no') return typeof value === 'boolean' ? null : 'Answer yes or no.';
  if (input.kind === 'number') return refuseNumber(input, value);
  if (input.kind === 'columns') return refuseColumns(input.of, value, answers, context);
  if (typeof value !== 'string') return 'This takes one text.';
  if (value.trim() === '') return 'It is empty.';
  switch (input.kind) {
    case 'table':
      return findTable(context.schema, value) === null ? `The history makes no table ${value}. ${spelling(value)}` : null;
    case 'new table':
      return refuseNewTable(value, context);
    case 'column':
      return refuseColumns(input.of, [value], answers, context);
    case 'new column':
      return refuseNewName(value) ?? refuseExistingColumn(input.of, value, answers, context);
    case 'name':
      return refuseNewName(value);
    case 'role':
      return readIdentifier(value) === null ? `“${value}” is not one name.` : null;
    case 'type':
      return refuseType(value);
    case 'expression':
      return refuseExpression(value);
    case 'choice':
      return refuseChoice(input.choices(answers, context), value);
    case 'text':
      return null;
  }
}

function refuseNumber(input: TemplateInput & { readonly kind: 'number' }, value: Answer): string | null {
  const isRight = typeof value === 'number' && Number.isInteger(value) && value >= input.least && value <= input.most;
  return isRight ? null : `Answer with a whole number from ${String(input.least)} to ${String(input.most)}.`;
}

function refuseChoice(choices: readonly Choice[], value: string): string | null {
  return choices.some((each) => each.value === value) ? null : `“${value}” is none of ${choices.map((each) => each.value).join(', ')}.`;
}

function refuseColumns(of: string, value: Answer, answers: Answers, context: TemplateContext): string | null {
  const table = tableOf(of, answers, context);
  if (table === null) return null;
  const names = Array.isArray(value) ? value.map(String) : [];
  if (names.length === 0) return 'Name at least one column.';
  const unknown = names.find((each) => findColumn(table, each) === null);
  if (unknown !== undefined) return `${written(table)} has no column ${unknown}. It has ${table.columns.map((each) => quoteIdentifier(each.name)).join(', ')}.`;
  return new Set(names).size < names.length ? 'A column is named twice.' : null;
}

function refuseExistingColumn(of: string, value: string, answers: Answers, context: TemplateContext): string | null {
  const table = tableOf(of, answers, context);
  return table !== null && findColumn(table, value) !== null ? `${written(table)} has a column ${value} already.` : null;
}

function refuseNewTable(value: string, { schema }: TemplateContext): string | null {
  const name = readObjectName(value);
  if (name === null) return `“${value}” is not the name of a table: write name or schema.name, with double quotes around anything but letters, digits and _.`;
  if (schema.taken.some((each) => sameName(each, name))) return `${qualified(name)} exists already.`;
  if (!schema.schemas.includes(name.schema)) return `There is no schema ${quoteIdentifier(name.schema)}. There is ${schema.schemas.map(quoteIdentifier).join(', ')}.`;
  return refuseLength(name.name);
}

function tableOf(id: string, answers: Answers, context: TemplateContext): TableFacts | null {
  const value = answers[id];
  return typeof value === 'string' ? findTable(context.schema, value) : null;
}

function tableChoice(table: TableFacts): Choice {
  return { value: written(table), label: written(table), detail: table.columns.map((each) => each.name).join(', ') };
}

function spelling(value: string): string {
  return /[A-Z]/.test(value) && !value.includes('"') ? 'Capitals need double quotes.' : 'Check the spelling; a table outside public needs its schema.';
}
