import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { defaultConfig, type Config } from '../model/config.ts';
import { UserError } from '../model/errors.ts';
import { configSchema, type Schema } from './config-schema.ts';

export const configFile = 'lockstep.config.json';

/**
 * Reads `lockstep.config.json`: JSON with comments and trailing commas; what is left out has its default.
 * Throws `config-invalid` naming file, line and every mistake: half a policy must not pass for the whole.
 */
export function parseConfig(text: string, path: string): Config {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [first] = errors;
  if (first !== undefined) throw invalid([`${path}:${lineAt(text, first.offset)}: ${spoken(printParseErrorCode(first.error))}.`]);
  if (tree === undefined) return defaultConfig;
  const mistakes = check(tree, configSchema, '').map((mistake) => `${path}:${lineAt(text, mistake.offset)}: ${mistake.message}`);
  if (mistakes.length > 0) throw invalid(mistakes);
  return merge(tree);
}

function invalid(mistakes: readonly string[]): UserError {
  return new UserError('config-invalid', mistakes.join('\n'), `Mend ${configFile}; the editor completes its keys and values from the schema.`);
}

function merge(tree: Node): Config {
  // The schema has been checked: what is given has the types of Config, and what is left out of an inner object has its default too.
  const inner = <K extends 'naming' | 'container' | 'neon' | 'url'>(key: K): Config[K] => {
    const node = findNodeAtLocation(tree, [key]);
    return { ...defaultConfig[key], ...(node === undefined ? {} : (valueOf(node) as Partial<Config[K]>)) }; // As above.
  };
  return {
    ...defaultConfig,
    ...(valueOf(tree) as Partial<Config>), // As above.
    postgresIs: findNodeAtLocation(tree, ['postgres']) === undefined ? 'assumed' : 'chosen',
    naming: inner('naming'),
    container: inner('container'),
    neon: inner('neon'),
    url: inner('url'),
  };
}

function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value;
  const entries = members(node).filter(({ name }) => name !== '$schema');
  return Object.fromEntries(entries.map(({ name, value }) => [name, valueOf(value)]));
}

interface Mistake {
  readonly offset: number;
  readonly message: string;
}

function check(node: Node, schema: Schema, name: string): readonly Mistake[] {
  const wrong = (message: string): readonly Mistake[] => [{ offset: node.offset, message }];
  const where = name === '' ? 'The configuration' : `"${name}"`;
  if (schema.enum !== undefined) {
    const known = schema.enum.some((value) => value === node.value);
    return known ? [] : wrong(`${where} must be one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}.`);
  }
  if (!schema.type.some((type) => type === node.type)) return wrong(`${where} must be ${schema.type.map((type) => typeNames[type]).join(' or ')}.`);
  if (node.type === 'object') return checkMembers(node, schema, name);
  if (node.type === 'array' && schema.items !== undefined) {
    const { items, minItems = 0, maxItems = Infinity } = schema;
    const given = node.children?.length ?? 0;
    if (given < minItems || given > maxItems) return wrong(`${where} must hold ${String(given < minItems ? minItems : maxItems)} values, not ${String(given)}.`);
    return (node.children ?? []).flatMap((item) => check(item, items, name));
  }
  if (node.type === 'string' && typeof node.value === 'string') {
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(node.value)) return wrong(`${where} is ${JSON.stringify(node.value)}, but must be ${schema.patternWords ?? schema.pattern}.`);
    if (schema.format === 'regex' && !isRegularExpression(node.value)) return wrong(`${where} holds ${JSON.stringify(node.value)}, which is not a regular expression.`);
  }
  return [];
}

function checkMembers(node: Node, schema: Schema, name: string): readonly Mistake[] {
  const seen = new Set<string>();
  const given = members(node);
  const missing = (schema.required ?? []).filter((key) => given.every((member) => member.name !== key));
  if (missing.length > 0) return [{ offset: node.offset, message: `"${name}" also needs ${missing.map((key) => `"${key}"`).join(' and ')}.` }];
  return given.flatMap((member) => {
    const known = schema.properties?.[member.name];
    const full = name === '' ? member.name : `${name}.${member.name}`;
    if (seen.has(member.name)) return [{ offset: member.offset, message: `"${full}" is given twice.` }];
    seen.add(member.name);
    if (known !== undefined) return check(member.value, known, full);
    if (schema.additionalProperties !== undefined) return check(member.value, schema.additionalProperties, full);
    const keys = Object.keys(schema.properties ?? {}).filter((key) => key !== '$schema');
    return [{ offset: member.offset, message: `"${full}" means nothing to Lockstep; here it knows ${keys.join(', ')}.` }];
  });
}

interface Member {
  readonly name: string;
  readonly offset: number;
  readonly value: Node;
}

function members(node: Node): readonly Member[] {
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    return key === undefined || value === undefined ? [] : [{ name: String(key.value), offset: key.offset, value }];
  });
}

const typeNames: Readonly<Record<Schema['type'][number], string>> = { object: 'an object', array: 'a list', string: 'a text', number: 'a number', boolean: 'true or false', null: 'null' };

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** `PropertyNameExpected` → `property name expected`. */
function spoken(code: string): string {
  return code.replaceAll(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
