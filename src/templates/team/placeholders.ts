import { quoteIdentifier, quoteLiteral } from '../../sql/names.ts';
import { tokens, type Token } from '../../sql/tokens.ts';
import type { Answer, TemplateInput } from '../define-template.ts';
import { readIdentifier, readObjectName, written } from '../support/identifiers.ts';
import { slug } from '../support/steps.ts';

/** `{{table}}` or `{{table.name}}` in a text. */
export interface Placeholder {
  readonly id: string;
  /** What stands behind the dot, or null. */
  readonly part: string | null;
  readonly start: number;
  readonly end: number;
}

const grammar = /\{\{\s*([A-Za-z]\w*)(?:\.(\w+))?\s*\}\}/g;

export function placeholdersOf(text: string): readonly Placeholder[] {
  return [...text.matchAll(grammar)].map((match) => ({ id: match[1] ?? '', part: match[2] ?? null, start: match.index, end: match.index + match[0].length }));
}

/** Why a placeholder cannot be filled by the questions, or null. */
export function refusePlaceholder({ id, part }: Placeholder, inputs: readonly TemplateInput[]): string | null {
  const input = inputs.find((each) => each.id === id);
  if (input === undefined) return `No question is called ${id}.`;
  if (part === null) return null;
  const isTable = input.kind === 'table' || input.kind === 'new table';
  return isTable && (part === 'name' || part === 'schema') ? null : `{{${id}.${part}}} means nothing: of tables there are {{${id}.name}} and {{${id}.schema}}.`;
}

/** Where the braces of a placeholder that is none begin, or null. */
export function brokenPlaceholder(text: string): number | null {
  const rest = text.replaceAll(grammar, (match) => ' '.repeat(match.length));
  const at = rest.indexOf('{{');
  return at < 0 ? null : at;
}

/** What fills the placeholders: the value of a question and how it is written. */
export type Filling = (placeholder: Placeholder) => { readonly input: TemplateInput; readonly value: Answer };

/**
 * The SQL with its placeholders filled. Names are quoted where they must be, together with the letters that stand directly around
 * them (`{{column}}_idx`); inside a string the value is part of the string; text becomes a string.
 */
export function fillSql(sql: string, filling: Filling): string {
  return fillTokens(sql, filling, tokens(mask(sql)));
}

/** A migration's name with its placeholders filled. */
export function fillName(name: string, filling: Filling): string {
  return slug(replaced(name, (placeholder) => slug(plain(placeholder, filling).replaceAll(/[".]/g, ' '))));
}

/** A sentence with its placeholders filled. */
export function fillWords(text: string, filling: Filling): string {
  return replaced(text, (placeholder) => plain(placeholder, filling).replaceAll(/\s+/g, ' '));
}

/** The text of the same length in which placeholders are letters, so that the words of SQL around them can be read. */
function mask(sql: string): string {
  return sql.replaceAll(grammar, (match) => 'x'.repeat(match.length));
}

function fillTokens(sql: string, filling: Filling, all: readonly Token[]): string {
  let text = '';
  let at = 0;
  for (const token of all) {
    const source = sql.slice(token.start, token.end);
    if (placeholdersOf(source).length === 0) continue;
    text += sql.slice(at, token.start) + fillToken(source, token, filling);
    at = token.end;
  }
  return text + sql.slice(at);
}

function fillToken(source: string, { kind }: Token, filling: Filling): string {
  switch (kind) {
    case 'string':
      return replaced(source, (each) => plain(each, filling).replaceAll("'", "''"));
    case 'identifier':
      return replaced(source, (each) => bare(each, filling).replaceAll('"', '""'));
    case 'comment':
      return fillWords(source, filling);
    case 'dollar string': {
      const tag = /^\$\w*\$/.exec(source)?.[0] ?? '$$';
      const body = source.slice(tag.length, source.length - tag.length);
      return `${tag}${fillSql(body, filling)}${tag}`;
    }
    default:
      return fillWord(source, filling);
  }
}

/** A word made of one placeholder, or of several with letters between them. */
function fillWord(source: string, filling: Filling): string {
  const all = placeholdersOf(source);
  const [first] = all;
  if (first === undefined) return source;
  if (all.length === 1 && first.start === 0 && first.end === source.length) return alone(first, filling);
  const joined = quoteIdentifier(replaced(source, (each) => bare(each, filling)));
  const { input, value } = filling(first);
  const isQualified = (input.kind === 'table' || input.kind === 'new table') && first.part === null && first.start === 0;
  const schema = isQualified ? readObjectName(String(value))?.schema : undefined;
  return schema === undefined || schema === 'public' ? joined : `${quoteIdentifier(schema)}.${joined}`;
}

function alone(placeholder: Placeholder, filling: Filling): string {
  const { input, value } = filling(placeholder);
  switch (input.kind) {
    case 'table':
    case 'new table': {
      const name = readObjectName(String(value));
      if (name === null) return String(value);
      return placeholder.part === null ? written(name) : quoteIdentifier(placeholder.part === 'schema' ? name.schema : name.name);
    }
    case 'columns':
      return (Array.isArray(value) ? value : [String(value)]).map((each) => quoteIdentifier(readIdentifier(String(each)) ?? String(each))).join(', ');
    case 'column':
    case 'new column':
    case 'name':
    case 'role':
      return quoteIdentifier(readIdentifier(String(value)) ?? String(value));
    case 'text':
      return quoteLiteral(String(value));
    default:
      return String(value);
  }
}

/** As part of a name: without quotes and without the schema. */
function bare(placeholder: Placeholder, filling: Filling): string {
  const { input, value } = filling(placeholder);
  if (input.kind === 'table' || input.kind === 'new table') {
    const name = readObjectName(String(value));
    return (placeholder.part === 'schema' ? name?.schema : name?.name) ?? String(value);
  }
  if (Array.isArray(value)) return value.map((each) => readIdentifier(String(each)) ?? String(each)).join('_');
  return ['column', 'new column', 'name', 'role'].includes(input.kind) ? (readIdentifier(String(value)) ?? String(value)) : String(value);
}

/** As a reader or a string has it. */
function plain(placeholder: Placeholder, filling: Filling): string {
  const { input, value } = filling(placeholder);
  if (input.kind === 'table' || input.kind === 'new table' || input.kind === 'columns') return alone(placeholder, filling);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return bare(placeholder, filling);
}

function replaced(text: string, write: (placeholder: Placeholder) => string): string {
  let result = '';
  let at = 0;
  for (const each of placeholdersOf(text)) {
    result += text.slice(at, each.start) + write(each);
    at = each.end;
  }
  return result + text.slice(at);
}
