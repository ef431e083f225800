import picomatch from 'picomatch';
import type { Config, RuleLevels } from '../model/config.ts';
import type { Migration } from '../model/migration.ts';
import { relative } from './paths.ts';
import type { MigrationFolder } from './project.ts';

/** A configuration and the folder it speaks of, which its paths start from. */
export interface PlacedConfig {
  readonly at: string;
  readonly config: Config;
  /** The file that it stands in; null for the defaults of a project without one. */
  readonly file: string | null;
}

/** The configuration of one file of a folder. */
export function configOf({ config, configFolder }: Pick<MigrationFolder, 'config' | 'configFolder'>, path: string): Config {
  return configAt({ at: configFolder, config }, path);
}

/** Whether the migration belongs to the history that `startAfter` leaves in peace. */
export function isHistory({ config, migrations }: Pick<MigrationFolder, 'config' | 'migrations'>, migration: Migration): boolean {
  if (config.startAfter === null) return false;
  const last = migrations.findIndex(({ id }) => id === config.startAfter);
  return migrations.indexOf(migration) <= last;
}

/** By configuration, then by which of its overrides hold: equal answers are one object, which what was computed of it is kept by. */
const resolved = new WeakMap<Config, Map<string, Config>>();

/** The configuration as it holds for one file: overrides for other files are gone, and those for all its tables are in `rules`. */
function configAt({ at, config }: Pick<PlacedConfig, 'at' | 'config'>, path: string): Config {
  if (config.overrides.length === 0) return config;
  const inside = relative(at, path);
  const holds = config.overrides.filter(({ paths }) => paths === undefined || paths.some((pattern) => picomatch.isMatch(inside, pattern, { dot: true })));
  const key = holds.map((override) => config.overrides.indexOf(override)).join(' ');
  const kept = resolved.get(config) ?? new Map<string, Config>();
  resolved.set(config, kept);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const whole = holds.filter(({ tables }) => tables === undefined);
  const made: Config = { ...config, rules: whole.reduce<RuleLevels>((all, { rules }) => ({ ...all, ...rules }), config.rules), overrides: holds.filter(({ tables }) => tables !== undefined) };
  kept.set(key, made);
  return made;
}
