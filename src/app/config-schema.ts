import { layouts } from '../layouts/detect.ts';
import { defaultConfig, postgresMajors, targetKinds, type Config, type ContainerPolicy, type NamingPolicy, type NeonPolicy, type RowSecurityPolicy, type RuleOverride, type SizePolicy, type UrlPolicy } from '../model/config.ts';
import { severities } from '../model/finding.ts';
import { rules } from '../rules/index.generated.ts';
import { presets } from './presets.ts';

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
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly required?: readonly string[];
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

const container: Readonly<Record<keyof ContainerPolicy, Schema>> = {
  engine: {
    type: ['string'],
    enum: ['auto', 'docker', 'podman'],
    description: 'The container engine; "auto" takes the first of Docker and Podman that answers.',
    default: defaultConfig.container.engine,
  },
  image: {
    type: ['string', 'null'],
    pattern: '^[a-zA-Z0-9][\\w.:/@-]*$',
    patternWords: 'the name of an image such as "postgres:17" or "postgis/postgis:17-3.5"',
    description: 'An image that behaves like the official one, for example with extensions that the migrations need; null means postgres:<major> of "postgres".',
    default: defaultConfig.container.image,
  },
};

/** A name that Neon gives or its user chose; null leaves it to be found out. */
const neonName = (description: string): Schema => ({ type: ['string', 'null'], pattern: '^[^\\s/?#]+$', patternWords: 'a name without spaces', description, default: null });

const neon: Readonly<Record<keyof NeonPolicy, Schema>> = {
  project: neonName('Id of the Neon project; null means the one of the .neon file.'),
  parentBranch: neonName('Name or id of the branch that dry runs branch off from; null means that of the .neon file, else the default branch. It is never written to.'),
  database: neonName('Name of the database; null means the only one, or the first.'),
  role: neonName('Name of the role that runs the migrations; null means the owner of the database.'),
  ttlMinutes: {
    type: ['number'],
    description: 'Minutes after which Neon itself deletes a branch that a crash left behind.',
    default: defaultConfig.neon.ttlMinutes,
  },
};

const url: Readonly<Record<keyof UrlPolicy, Schema>> = {
  environmentVariable: {
    type: ['string'],
    pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
    patternWords: 'the name of an environment variable, never a connection itself',
    description: 'Name of the environment variable (in VS Code also of the secret) that holds the connection of the target "url". Dry runs make a scratch database on that server and drop it.',
    default: defaultConfig.url.environmentVariable,
  },
};

const rowSecurity: Readonly<Record<keyof RowSecurityPolicy, Schema>> = {
  role: { type: ['string'], description: 'The role that the application connects as. One that no migration creates is made for the check.' },
  setting: { type: ['string'], pattern: '^[A-Za-z_][\\w$]*\\.[A-Za-z_][\\w$.]*$', patternWords: 'the name of a setting such as "app.tenant_id"', description: 'The setting that names the tenant.' },
  tenants: { type: ['array'], description: 'Two values of the setting, as different tenants have them.', items: { type: ['string'] }, minItems: 2, maxItems: 2 },
  column: { type: ['string'], description: 'The column that says whose row it is; left out, the last part of the setting, or what a policy compares with the setting.' },
};

const levels: Schema = {
  type: ['object'],
  properties: { '*': { type: ['string'], enum: [...severities, 'off'], description: 'All rules that are not named beside it.' }, ...Object.fromEntries(rules.map((rule): [string, Schema] => [rule.id, { type: ['string'], enum: [...severities, 'off'], description: rule.title }])) },
};

const override: Readonly<Record<keyof RuleOverride, Schema>> = {
  paths: { type: ['array'], description: 'Globs of files, relative to this file: "legacy/**". Left out: all files.', items: { type: ['string'] }, minItems: 1 },
  tables: { type: ['array'], description: 'Names of tables, with their schema or without; * stands for any letters: "audit_*". Left out: all tables.', items: { type: ['string'], pattern: '^[^.]+(\\.[^.]+)?$', patternWords: 'the name of a table such as "orders" or "app.audit_*"' }, minItems: 1 },
  rules: { ...levels, description: 'A severity for a rule by its id, or "off".' },
};

const sizes: Readonly<Record<keyof SizePolicy, Schema>> = {
  smallRows: { type: ['number'], description: 'Below as many rows, what blocks a table while it is worked through weighs less.', default: defaultConfig.sizes.smallRows },
  hugeRows: { type: ['number'], description: 'From as many rows on, it weighs more.', default: defaultConfig.sizes.hugeRows },
};

const keys: Readonly<Record<Exclude<keyof Config, 'postgresIs'>, Schema>> = {
  postgres: {
    type: ['number'],
    enum: postgresMajors,
    description: 'Major version of the servers that the migrations will run on.',
    default: defaultConfig.postgres,
  },
  preset: {
    type: ['string'],
    enum: Object.keys(presets),
    description: `What the rules begin with. ${Object.entries(presets).map(([name, { title }]) => `"${name}": ${title}.`).join(' ')}`,
    default: defaultConfig.preset,
  },
  rules: { ...levels, description: 'A severity for a rule by its id, or "off". It goes before the preset.', default: defaultConfig.rules },
  overrides: {
    type: ['array'],
    description: 'Other severities for some files or some tables; later ones go before earlier ones.',
    default: defaultConfig.overrides,
    items: { type: ['object'], properties: override, required: ['rules'] },
  },
  startAfter: {
    type: ['string', 'null'],
    description: 'The id of the newest migration of the history that is left in peace, for example "0042_orders": it and those before it are not checked.',
    default: defaultConfig.startAfter,
  },
  sizes: { type: ['object'], description: 'How many rows make a table small or huge, where lockstep.stats.json knows its size.', properties: sizes },
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
  runnerStatementTimeout: {
    type: ['string', 'null'],
    ...duration,
    description: 'The statement_timeout that the runner sets by itself, for example "5min"; null when it sets none.',
    default: defaultConfig.runnerStatementTimeout,
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
  mainBranch: {
    type: ['string', 'null'],
    pattern: '^[^-\\s][^\\s]*$',
    patternWords: 'the name of a branch such as "main" or "origin/develop"',
    description: 'The branch whose migrations others may have run; null means the one that git calls the default of the remote, else main or master.',
    default: defaultConfig.mainBranch,
  },
  target: {
    type: ['string'],
    enum: targetKinds,
    description: 'Where dry runs happen: an embedded PostgreSQL, a local container, a throw-away Neon branch, or a scratch database on a server. An editor or the command line can choose another.',
    default: defaultConfig.target,
  },
  container: { type: ['object'], description: 'The target "container": Docker or Podman.', properties: container },
  neon: { type: ['object'], description: 'The target "neon": a branch with a time to live, deleted after the run.', properties: neon },
  url: { type: ['object'], description: 'The target "url": a scratch database on a server of yours.', properties: url },
  rowSecurity: {
    type: ['object', 'null'],
    description: 'How the application tells its tenants apart. A dry run then tries, as either of two tenants, to see and change the rows of the other.',
    default: defaultConfig.rowSecurity,
    properties: rowSecurity,
    required: ['role', 'setting', 'tenants'],
  },
};

/** What `lockstep.config.json` may hold: the reader checks against it, and editors complete from it. */
export const configSchema: Schema = {
  type: ['object'],
  description: 'What the team decided about its PostgreSQL migrations. Everything can be left out.',
  properties: { $schema: { type: ['string'], description: 'Address of this schema.' }, ...keys },
};
