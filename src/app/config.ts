import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import { defaultConfig, type Config, type RuleLevels } from '../model/config.ts';
import { UserError } from '../model/errors.ts';
import type { Span } from '../model/span.ts';
import { rules } from '../rules/index.generated.ts';
import { configSchema, type Schema } from './config-schema.ts';
import { presets } from './presets.ts';

export const configFile = 'lockstep.config.json';

/** Where a configuration can stand, the first before the second; in `package.json` under the key `lockstep`. */
export const configFiles = [configFile, 'package.json'] as const;

/** One mistake in a configuration. */
export interface ConfigMistake {
  readonly path: string;
  readonly start: TextPlace;
  readonly end: TextPlace;
  readonly message: string;
}

/** Line and character, both from zero, in UTF-16 units. */
interface TextPlace {
  readonly line: number;
  readonly character: number;
}

/** A configuration that cannot be meant as it stands, with every mistake in it. */
export class ConfigError extends UserError {
  readonly mistakes: readonly ConfigMistake[];

  constructor(mistakes: readonly ConfigMistake[]) {
    super('config-invalid', mistakes.map(({ path, start, message }) => `${path}:${start.line + 1}: ${message}`).join('\n'), configNext);
    this.mistakes = mistakes;
  }
}

/** What to do about a mistake. */
export const configNext = 'Mend it; the editor completes keys and values from the schema.';

/**
 * Reads a file that can hold a configuration, whose name decides where in it: JSON with comments and trailing commas; what is left out has its default.
 * Null for a `package.json` that holds none. Throws a `ConfigError` with every mistake: half a policy must not pass for the whole.
 */
export function parseConfig(text: string, path: string): Config | null {
  const isPackage = path.endsWith('package.json');
  if (isPackage && !text.includes('"lockstep"')) return null;
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [first] = errors;
  // A broken package.json is its own tools' to tell.
  if (first !== undefined && isPackage) return null;
  if (first !== undefined) throw new ConfigError([mistakeAt(text, path, { start: first.offset, end: first.offset + first.length, message: `${spoken(printParseErrorCode(first.error))}.` })]);
  const root = isPackage && tree !== undefined ? findNodeAtLocation(tree, ['lockstep']) : tree;
  if (root === undefined) return isPackage ? null : defaultConfig;
  const mistakes = check(root, configSchema, '').map((mistake) => mistakeAt(text, path, mistake));
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return merge(root);
}

function mistakeAt(text: string, path: string, { start, end, message }: Mistake): ConfigMistake {
  return { path, start: placeOf(text, start), end: placeOf(text, end), message };
}

function merge(tree: Node): Config {
  // The schema has been checked: what is given has the types of Config, and what is left out of an inner object has its default too.
  const given = valueOf(tree) as Partial<Config>;
  const inner = <K extends 'naming' | 'container' | 'neon' | 'url' | 'sizes'>(key: K): Config[K] => ({ ...defaultConfig[key], ...given[key] });
  const preset = presets[given.preset ?? defaultConfig.preset];
  return {
    ...defaultConfig,
    down: preset.down,
    ...given,
    rules: { ...preset.rules, ...spelledOut(given.rules) },
    overrides: (given.overrides ?? []).map((override) => ({ ...override, rules: spelledOut(override.rules) })),
    postgresIs: given.postgres === undefined ? 'assumed' : 'chosen',
    naming: inner('naming'),
    container: inner('container'),
    neon: inner('neon'),
    url: inner('url'),
    sizes: inner('sizes'),
  };
}

/** `*` stands for every rule that is not named. */
function spelledOut(levels: RuleLevels = {}): RuleLevels {
  const { '*': all, ...named } = levels;
  return all === undefined ? named : { ...Object.fromEntries(rules.map(({ id }) => [id, all])), ...named };
}

function valueOf(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(valueOf);
  if (node.type !== 'object') return node.value;
  const entries = members(node).filter(({ name }) => name !== '$schema');
  return Object.fromEntries(entries.map(({ name, value }) => [name, valueOf(value)]));
}

interface Mistake extends Span {
  readonly message: string;
}

function check(node: Node, schema: Schema, name: string): readonly Mistake[] {
  const wrong = (message: string): readonly Mistake[] => [{ ...spanOf(node), message }];
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
    if (given < minItems || given > maxItems) return wrong(`${where} must hold ${minItems === maxItems ? '' : given < minItems ? 'at least ' : 'at most '}${String(given < minItems ? minItems : maxItems)} values, not ${String(given)}.`);
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
  if (missing.length > 0) return [{ ...spanOf(node), message: `"${name}" also needs ${missing.map((key) => `"${key}"`).join(' and ')}.` }];
  return given.flatMap((member) => {
    const known = schema.properties?.[member.name];
    const full = name === '' ? member.name : `${name}.${member.name}`;
    if (seen.has(member.name)) return [{ ...member.span, message: `"${full}" is given twice.` }];
    seen.add(member.name);
    if (known !== undefined) return check(member.value, known, full);
    if (schema.additionalProperties !== undefined) return check(member.value, schema.additionalProperties, full);
    const keys = Object.keys(schema.properties ?? {}).filter((key) => key !== '$schema');
    return [{ ...member.span, message: `"${full}" means nothing to Lockstep; here it knows ${keys.join(', ')}.` }];
  });
}

interface Member {
  readonly name: string;
  /** Of the key. */
  readonly span: Span;
  readonly value: Node;
}

function members(node: Node): readonly Member[] {
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    return key === undefined || value === undefined ? [] : [{ name: String(key.value), span: spanOf(key), value }];
  });
}

function spanOf({ offset, length }: Node): Span {
  return { start: offset, end: offset + length };
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

function placeOf(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

/** `PropertyNameExpected` → `property name expected`. */
function spoken(code: string): string {
  return code.replaceAll(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
