import type { Severity } from './finding.ts';

/** A severity for each rule by its id, or `off`. */
export type RuleLevels = Readonly<Record<string, Severity | 'off'>>;

/** A named choice of rules to begin with; whatever else the configuration says goes before it. */
export type PresetName = 'recommended' | 'zero-downtime' | 'reversible' | 'forward-only' | 'additive-only';

/** What a team decided; every part can be left out. Read from `lockstep.config.json`. */
export interface Config {
  /** Major version of the servers that the migrations will run on. */
  readonly postgres: PostgresMajor;
  /** Whether somebody said so, or `postgres` is the mere default. */
  readonly postgresIs: 'chosen' | 'assumed';
  readonly preset: PresetName;
  /** Those of the preset, and over them the team's own. */
  readonly rules: RuleLevels;
  /** Other levels for some files or tables; later ones go before earlier ones. */
  readonly overrides: readonly RuleOverride[];
  /** The id of the newest migration of the history that is left in peace; null: all are checked. */
  readonly startAfter: string | null;
  /** How many rows make a table small or huge where `lockstep.stats.json` knows its size. */
  readonly sizes: SizePolicy;
  /** Schemas whose tables must have row-level security; `*` means every schema. */
  readonly protectedSchemas: readonly string[];
  /** Whether every migration needs a down: `required`, `optional` or `forbidden`. */
  readonly down: 'required' | 'optional' | 'forbidden';
  /** The lock_timeout that the runner sets by itself, e.g. `5s`; null when it sets none. */
  readonly runnerLockTimeout: string | null;
  /** The statement_timeout that the runner sets by itself; null when it sets none. */
  readonly runnerStatementTimeout: string | null;
  /** The lock_timeout that fixes insert, e.g. `5s`. */
  readonly lockTimeout: string;
  readonly naming: NamingPolicy;
  /** Folders pinned to a layout, relative to the config file. */
  readonly layouts: Readonly<Record<string, string>>;
  /** How plain pairs are run, for a project whose runner is its own. */
  readonly plainTransaction: 'transaction' | 'implicit' | 'autocommit';
  /** The branch whose migrations others have run: `main`, `origin/develop`; null: what git knows as the main one. */
  readonly mainBranch: string | null;
  /** Where dry runs happen, unless the one who starts them says otherwise. */
  readonly target: TargetKind;
  readonly container: ContainerPolicy;
  readonly neon: NeonPolicy;
  readonly url: UrlPolicy;
  /** How the application tells its tenants apart; null: their rows are not tried on each other. */
  readonly rowSecurity: RowSecurityPolicy | null;
}

/** Levels that hold for the files and the tables it names; what it does not name it does not narrow. */
export interface RuleOverride {
  /** Globs of files, relative to the configuration: `legacy/**`. */
  readonly paths?: readonly string[];
  /** Names of tables, with their schema or without, `*` for any letters: `audit_*`, `app.orders`. */
  readonly tables?: readonly string[];
  readonly rules: RuleLevels;
}

export interface SizePolicy {
  /** Below it, what blocks a table while it is worked through weighs less. */
  readonly smallRows: number;
  /** From it on, it weighs more. */
  readonly hugeRows: number;
}

/** What is needed to be a tenant in the database. */
export interface RowSecurityPolicy {
  /** The role that the application connects as. */
  readonly role: string;
  /** The setting that names the tenant: `app.tenant_id`. */
  readonly setting: string;
  /** Two values of it. */
  readonly tenants: readonly string[];
  /** The column that says whose row it is; left out: the setting's last part, or what a policy compares with the setting. */
  readonly column?: string;
}

export type TargetKind = 'embedded' | 'container' | 'neon' | 'url';

export const targetKinds: readonly TargetKind[] = ['embedded', 'container', 'neon', 'url'];

export interface ContainerPolicy {
  /** `auto` takes the first of Docker and Podman that answers. */
  readonly engine: 'auto' | 'docker' | 'podman';
  /** Null means the official image of `postgres`, for example `postgres:17`. */
  readonly image: string | null;
}

/** What is null is found out: the project by the `.neon` file, the rest by Neon's own defaults. */
export interface NeonPolicy {
  readonly project: string | null;
  readonly parentBranch: string | null;
  readonly database: string | null;
  readonly role: string | null;
  /** Minutes after which Neon itself deletes a branch that was left behind. */
  readonly ttlMinutes: number;
}

export interface UrlPolicy {
  /** Name of the environment variable (in VS Code also of the secret) that holds the connection. Never the connection itself. */
  readonly environmentVariable: string;
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
  postgresIs: 'assumed',
  preset: 'recommended',
  rules: {},
  overrides: [],
  startAfter: null,
  sizes: { smallRows: 1000, hugeRows: 10_000_000 },
  protectedSchemas: [],
  down: 'required',
  runnerLockTimeout: null,
  runnerStatementTimeout: null,
  lockTimeout: '5s',
  naming: {
    vagueWords: ['update', 'change', 'changes', 'fix', 'fixes', 'misc', 'migration', 'schema', 'temp', 'tmp', 'test', 'wip', 'new', 'stuff', 'db', 'database', 'sql', 'tables', 'final'],
    patterns: [],
    enforce: 'warn',
  },
  layouts: {},
  plainTransaction: 'transaction',
  mainBranch: null,
  target: 'embedded',
  container: { engine: 'auto', image: null },
  neon: { project: null, parentBranch: null, database: null, role: null, ttlMinutes: 60 },
  url: { environmentVariable: 'LOCKSTEP_DATABASE_URL' },
  rowSecurity: null,
};
