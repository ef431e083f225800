import { parse, TomlError } from 'smol-toml';
import { defaultConfig, postgresMajors, type Config, type PostgresMajor, type RuleLevels, type RuleOverride } from '../model/config.ts';
import { UserError } from '../model/errors.ts';
import { rules } from '../rules/index.generated.ts';
import { squawkNames } from '../rules/support/squawk-names.ts';
import { ConfigError } from './config.ts';
import { join } from './paths.ts';
import type { FilePort } from './ports.ts';

export const squawkFile = '.squawk.toml';

/** What squawk's configuration means here. */
export interface SquawkPolicy {
  readonly postgres: PostgresMajor | null;
  readonly rules: RuleLevels;
  readonly overrides: readonly RuleOverride[];
  /** What has no counterpart, one sentence each. */
  readonly notes: readonly string[];
}

/** A configuration that counts where a project has none of Lockstep's own. Throws a `ConfigError`. */
export function parseSquawk(text: string, path: string): Config {
  const { postgres, rules: levels, overrides } = readSquawk(text, path);
  return { ...defaultConfig, rules: levels, overrides, ...(postgres === null ? {} : { postgres, postgresIs: 'chosen' }) };
}

export interface Imported {
  readonly path: string;
  readonly notes: readonly string[];
}

/** Writes `lockstep.config.json` beside the `.squawk.toml` of a folder. Throws `file-unreadable` without one, `file-exists` where the team has decided already, and a `ConfigError`. */
export async function importSquawk(files: FilePort, folder: string): Promise<Imported> {
  const source = join(folder, squawkFile);
  const text = await files.read(source);
  if (text === null) throw new UserError('file-unreadable', `There is no ${squawkFile} in ${folder}.`, 'Name the folder that holds it.');
  const policy = readSquawk(text, source);
  const path = join(folder, 'lockstep.config.json');
  if (await files.exists(path)) throw new UserError('file-exists', `${path} exists already, and goes before ${squawkFile}.`, 'Remove it first, or write into it what is missing.');
  await files.write(path, textOf(policy), 'create');
  return { path, notes: policy.notes };
}

/** Tables and rules that squawk knows and we do not are notes, never mistakes: its configuration is its own. */
export function readSquawk(text: string, path: string): SquawkPolicy {
  const table = parsed(text, path);
  const excluded = words(table['excluded_rules']);
  const included = words(table['included_rules']);
  const paths = words(table['excluded_paths']);
  const version = typeof table['pg_version'] === 'string' ? Number(/^\d+/.exec(table['pg_version'])?.[0]) : null;
  const postgres = postgresMajors.find((major) => major === version) ?? null;
  const unknown = [...excluded, ...included].filter((name) => squawkNames[name] === undefined);
  return {
    postgres,
    rules: { ...levelsOf(included, 'warning'), ...levelsOf(excluded, 'off') },
    overrides: paths.length === 0 ? [] : [{ paths: paths.map((each) => each.replace(/^\.\//, '')), rules: Object.fromEntries(rules.map(({ id }) => [id, 'off'] as const)) }],
    notes: [
      ...unknown.map((name) => `${name} has no counterpart here.`),
      ...(version === null || postgres !== null ? [] : [`PostgreSQL ${String(table['pg_version'])} is not one that Lockstep knows; it takes ${String(defaultConfig.postgres)}.`]),
      ...(table['assume_in_transaction'] === undefined ? [] : ['assume_in_transaction is not needed: how the project’s tool runs a file is known, and for a runner of your own "plainTransaction" says it.']),
    ],
  };
}

function parsed(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const start = { line: error.line - 1, character: Math.max(0, error.column - 1) };
    throw new ConfigError([{ path, start, end: { ...start, character: start.character + 1 }, message: `${(error.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '').replace(/\.?$/, '.')}` }]);
  }
}

function words(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** A rule of ours that stands for several of theirs is off only where each of them is. */
function levelsOf(names: readonly string[], level: 'off' | 'warning'): RuleLevels {
  const meant = (id: string): boolean => Object.entries(squawkNames).every(([name, ids]) => !ids.includes(id) || names.includes(name));
  const ids = new Set(names.flatMap((name) => squawkNames[name] ?? []));
  return Object.fromEntries([...ids].filter((id) => level !== 'off' || meant(id)).map((id) => [id, level]));
}

function textOf({ postgres, rules: levels, overrides, notes }: SquawkPolicy): string {
  const off = overrides.map(({ paths }) => ({ paths, rules: { '*': 'off' } }));
  const content = { ...(postgres === null ? {} : { postgres }), ...(Object.keys(levels).length === 0 ? {} : { rules: levels }), ...(off.length === 0 ? {} : { overrides: off }) };
  return `${[`// From ${squawkFile}.`, ...notes.map((note) => `// ${note}`)].join('\n')}\n${JSON.stringify(content, null, 2)}\n`;
}
