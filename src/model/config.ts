import type { Severity } from './finding.ts';

/** What a team decided; every part can be left out. Read from `lockstep.json`. */
export interface Config {
  /** Major version of the servers that the migrations will run on. */
  readonly postgres: PostgresMajor;
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
  /** Schemas whose tables must have row-level security; `*` means every schema. */
  readonly protectedSchemas: readonly string[];
  /** Whether every migration needs a down: `required`, `optional` or `forbidden`. */
  readonly down: 'required' | 'optional' | 'forbidden';
  /** The lock_timeout that the runner sets by itself, e.g. `5s`; null when it sets none. */
  readonly runnerLockTimeout: string | null;
  /** The lock_timeout that fixes insert, e.g. `5s`. */
  readonly lockTimeout: string;
  readonly naming: NamingPolicy;
  /** Folders pinned to a layout, relative to the config file. */
  readonly layouts: Readonly<Record<string, string>>;
  /** How plain pairs are run, for a project whose runner is its own. */
  readonly plainTransaction: 'transaction' | 'implicit' | 'autocommit';
}

export interface NamingPolicy {
  /** Words that say nothing: a name made of these alone is vague. */
  readonly vagueWords: readonly string[];
  /** Regular expressions over the description; when any are given, one must match. */
  readonly patterns: readonly string[];
  /** What New Migration does with a name that says too little: shows the reason, or keeps it from being accepted. */
  readonly enforce: 'warn' | 'refuse';
}

export type PostgresMajor = 14 | 15 | 16 | 17 | 18;

export const postgresMajors: readonly PostgresMajor[] = [14, 15, 16, 17, 18];

export const defaultConfig: Config = {
  postgres: 17,
  rules: {},
  protectedSchemas: [],
  down: 'required',
  runnerLockTimeout: null,
  lockTimeout: '5s',
  naming: {
    vagueWords: ['update', 'change', 'changes', 'fix', 'fixes', 'misc', 'migration', 'schema', 'temp', 'tmp', 'test', 'wip', 'new', 'stuff', 'db', 'database', 'sql', 'tables', 'final'],
    patterns: [],
    enforce: 'warn',
  },
  layouts: {},
  plainTransaction: 'transaction',
};
