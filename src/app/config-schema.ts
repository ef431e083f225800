import { layouts } from '../layouts/detect.ts';
import { defaultConfig, postgresMajors, type Config, type NamingPolicy } from '../model/config.ts';
import { severities } from '../model/finding.ts';
import { rules } from '../rules/index.generated.ts';

/** The part of JSON Schema (draft 7) that the configuration needs; `patternWords` says the pattern in words. */
export interface Schema {
  readonly type: readonly ('object' | 'array' | 'string' | 'number' | 'boolean' | 'null')[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly patternWords?: string;
  readonly format?: 'regex';
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}

const duration = { pattern: '^\\d+(ms|s|min)$', patternWords: 'a duration such as "5s" or "500ms"' } as const;

const naming: Readonly<Record<keyof NamingPolicy, Schema>> = {
  vagueWords: {
    type: ['array'],
    description: 'Words that say nothing: a name made of these alone is called vague.',
    default: defaultConfig.naming.vagueWords,
    items: { type: ['string'] },
  },
  patterns: {
    type: ['array'],
    description: 'Regular expressions over the description; when any are given, one must match.',
    default: defaultConfig.naming.patterns,
    items: { type: ['string'], format: 'regex' },
  },
  enforce: {
    type: ['string'],
    enum: ['warn', 'refuse'],
    description: 'What New Migration does with a vague or unmatched name: shows the reason, or keeps it from being accepted.',
    default: defaultConfig.naming.enforce,
  },
};

const keys: Readonly<Record<keyof Config, Schema>> = {
  postgres: {
    type: ['number'],
    enum: postgresMajors,
    description: 'Major version of the servers that the migrations will run on.',
    default: defaultConfig.postgres,
  },
  rules: {
    type: ['object'],
    description: 'A severity for a rule by its id, or "off".',
    default: defaultConfig.rules,
    properties: Object.fromEntries(rules.map((rule): [string, Schema] => [rule.id, { type: ['string'], enum: [...severities, 'off'], description: rule.title }])),
  },
  protectedSchemas: {
    type: ['array'],
    description: 'Schemas whose tables must have row-level security; "*" means every schema.',
    default: defaultConfig.protectedSchemas,
    items: { type: ['string'] },
  },
  down: {
    type: ['string'],
    enum: ['required', 'optional', 'forbidden'],
    description: 'Whether every migration needs a down.',
    default: defaultConfig.down,
  },
  runnerLockTimeout: {
    type: ['string', 'null'],
    ...duration,
    description: 'The lock_timeout that the runner sets by itself, for example "5s"; null when it sets none.',
    default: defaultConfig.runnerLockTimeout,
  },
  lockTimeout: {
    type: ['string'],
    ...duration,
    description: 'The lock_timeout that fixes insert.',
    default: defaultConfig.lockTimeout,
  },
  naming: { type: ['object'], description: 'How migrations are named.', properties: naming },
  layouts: {
    type: ['object'],
    description: 'Folders pinned to a layout, relative to this file.',
    default: defaultConfig.layouts,
    additionalProperties: { type: ['string'], enum: layouts.map((layout) => layout.id) },
  },
  plainTransaction: {
    type: ['string'],
    enum: ['transaction', 'implicit', 'autocommit'],
    description: 'How the project’s own runner runs SQL pairs: each file in a transaction, each file as one message, or each statement by itself.',
    default: defaultConfig.plainTransaction,
  },
};

/** What `lockstep.json` may hold: the reader checks against it, and editors complete from it. */
export const configSchema: Schema = {
  type: ['object'],
  description: 'What the team decided about its PostgreSQL migrations. Everything can be left out.',
  properties: { $schema: { type: ['string'], description: 'Address of this schema.' }, ...keys },
};
