import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const runnerPackages = fileURLToPath(new URL('.', import.meta.url));

/** A migration tool that really runs here, in a project of its own: `test/fixtures/runners/<id>`. */
export interface Tool {
  readonly id: string;
  /** Id of the layout that its folder has. */
  readonly layout: string;
  /** As the README says it; the version is that of `versioned`. */
  readonly title: string;
  /** The package that is the tool, or the program that says its version: Debian decides which. */
  readonly versioned: { readonly package: string } | { readonly program: string };
  /** Where its packages are installed: linked into the project as `node_modules`. */
  readonly packages: string;
  /** A program of the machine, with words that it answers only where it has all that the tool needs. */
  readonly needs?: readonly string[];
  /** Of the migrations, relative to the project. */
  readonly folder: string;
  /** Runs everything that is pending. */
  readonly up: Command;
  /** The same as the tool does it unless it is told otherwise: all in one transaction; left out: `up`. */
  readonly together?: Command;
  /** Undoes the newest migration; null: the tool cannot. */
  readonly down: Command | null;
  /** Migrations whose names show how the tool sorts, in the order in which they were once seen to run: each file's text by its name. */
  readonly sorted: Readonly<Record<string, string>>;
  /** Of its books, those that no migration of the project makes it keep. */
  readonly unneeded?: readonly string[];
}

/** Program and arguments; they run in the project, with DATABASE_URL set. */
export type Command = (url: URL) => readonly [program: string, ...args: readonly string[]];

const node = (...args: readonly string[]): Command => () => [process.execPath, ...args];
const dbmate = (...words: readonly string[]): Command => (url) => ['node_modules/@dbmate/linux-x64/bin/dbmate', '--url', `${url.href}?sslmode=disable`, '--no-dump-schema', ...words];

const typescript = (...args: readonly string[]): Command => node('--import', 'tsx', ...args);
const typeorm = (command: string, transaction: 'each' | 'all'): Command => typescript('node_modules/typeorm/cli.js', command, '--dataSource', 'data-source.ts', '--transaction', transaction);
const supabase = (...words: readonly string[]): Command => (url) => ['node_modules/@supabase/cli-linux-x64/bin/supabase', ...words, '--yes', `--remote=${url.href}?sslmode=disable`];

const nodePgMigrate = (command: 'up' | 'down'): Command => node('node_modules/node-pg-migrate/bin/node-pg-migrate.js', command);
const sqitch = (...words: readonly string[]): Command => ({ hostname, port, pathname, username }) => ['sqitch', ...words, '--target', `db:pg://${username}@${hostname}:${port}${pathname}`];

/** Its own script starts Java the same way. The package brings the driver for PostgreSQL. */
const liquibase = (...words: readonly string[]): Command => ({ hostname, port, pathname, username }) => {
  const jars = 'node_modules/liquibase/dist/liquibase/internal/';
  const connection = [`--url=jdbc:postgresql://${hostname}:${port}${pathname}`, `--username=${username}`, '--changelog-file=db/changelog.xml'];
  return ['java', '-cp', `${jars}lib/*:${jars}extensions/*`, 'liquibase.integration.commandline.LiquibaseCommandLine', ...connection, ...words];
};

const dbmateFile = (name: string): string => `-- migrate:up\nINSERT INTO ran (name) VALUES ('${name}');\n-- migrate:down\n`;
const dbmateFirst = '-- migrate:up\nCREATE TABLE ran (id serial PRIMARY KEY, name text NOT NULL);\n-- migrate:down\n';

const liquibaseFile = (id: string, sql = `INSERT INTO ran (name) VALUES ('ada:${id}');`): string => `--liquibase formatted sql\n--changeset ada:${id}\n${sql}\n`;

const ranFile = (name: string): string => `pgm.sql("INSERT INTO ran (name) VALUES ('${name}')")`;

const plainFile = (name: string): string => `INSERT INTO ran (name) VALUES ('${name}');\n`;
const plainFirst = 'CREATE TABLE ran (id serial PRIMARY KEY, name text NOT NULL);\n';

/** Those that this machine can run; `npm test` tells which it cannot. */
export function installedTools(): readonly Tool[] {
  return tools.filter(({ versioned, packages, needs }) => {
    const isThere = 'program' in versioned || existsSync(`${packages}/node_modules/${versioned.package}`);
    const [program, ...words] = needs ?? [];
    return isThere && (program === undefined || spawnSync(program, words).status === 0);
  });
}

const tools: readonly Tool[] = [
  {
    id: 'drizzle',
    layout: 'drizzle',
    title: 'Drizzle',
    versioned: { package: 'drizzle-orm' },
    packages: root,
    folder: 'drizzle',
    up: node('migrate.mjs'),
    down: null,
    sorted: {},
  },
  {
    id: 'drizzle-1',
    layout: 'drizzle-1',
    title: 'Drizzle',
    versioned: { package: 'drizzle-orm' },
    packages: runnerPackages,
    folder: 'drizzle',
    up: node('migrate.mjs'),
    down: null,
    sorted: {},
  },
  {
    id: 'node-pg-migrate',
    layout: 'node-pg-migrate',
    title: 'node-pg-migrate',
    versioned: { package: 'node-pg-migrate' },
    packages: runnerPackages,
    folder: 'migrations',
    up: nodePgMigrate('up'),
    down: nodePgMigrate('down'),
    sorted: {
      '1_first.sql': plainFirst,
      '0009_a.ts': `export const up = (pgm) => ${ranFile('0009_a')};\n`,
      '10_b.sql': plainFile('10_b'),
      '20260301090000000_c.cjs': `exports.up = (pgm) => ${ranFile('20260301090000000_c')};\nexports.down = false;\n`,
      '1795604464670_d.sql': plainFile('1795604464670_d'),
    },
  },
  {
    id: 'node-pg-migrate-sql',
    layout: 'node-pg-migrate',
    title: 'node-pg-migrate',
    versioned: { package: 'node-pg-migrate' },
    packages: runnerPackages,
    folder: 'migrations',
    up: nodePgMigrate('up'),
    down: nodePgMigrate('down'),
    sorted: {},
  },
  {
    id: 'sqitch',
    layout: 'sqitch',
    title: 'sqitch',
    // Its driver comes in a package of its own.
    needs: ['perl', '-MApp::Sqitch', '-MDBD::Pg', '-e', '1'],
    versioned: { program: 'sqitch' },
    packages: runnerPackages,
    folder: '.',
    up: sqitch('deploy'),
    down: sqitch('revert', '--to', '@HEAD^', '-y'),
    sorted: {},
  },
  {
    id: 'liquibase',
    layout: 'liquibase',
    title: 'Liquibase',
    needs: ['java', '--version'],
    versioned: { package: 'liquibase' },
    packages: runnerPackages,
    folder: 'db/changes',
    up: liquibase('update'),
    down: liquibase('rollback-count', '1'),
    sorted: { '01_first.sql': liquibaseFile('first', 'CREATE TABLE ran (id serial PRIMARY KEY, name text NOT NULL);'), '9_a.sql': liquibaseFile('a'), '10_b.sql': liquibaseFile('b') },
  },
  {
    id: 'dbmate',
    layout: 'dbmate',
    title: 'dbmate',
    versioned: { package: '@dbmate/linux-x64' },
    packages: runnerPackages,
    folder: 'db/migrations',
    up: dbmate('migrate'),
    down: dbmate('rollback'),
    sorted: { '07_first.sql': dbmateFirst, '10_b.sql': dbmateFile('10_b'), '9_a.sql': dbmateFile('9_a') },
  },
  {
    id: 'supabase',
    layout: 'supabase',
    title: 'Supabase',
    versioned: { package: '@supabase/cli-linux-x64' },
    packages: runnerPackages,
    folder: 'supabase/migrations',
    up: supabase('migration', 'up'),
    down: null,
    sorted: { '07_first.sql': plainFirst, '10_b.sql': plainFile('10_b'), '9_a.sql': plainFile('9_a') },
  },
  {
    id: 'knex',
    layout: 'knex',
    title: 'Knex',
    versioned: { package: 'knex' },
    packages: runnerPackages,
    folder: 'migrations',
    up: typescript('node_modules/knex/bin/cli.js', 'migrate:latest'),
    down: typescript('node_modules/knex/bin/cli.js', 'migrate:down'),
    sorted: {},
  },
  {
    id: 'typeorm',
    layout: 'typeorm',
    title: 'TypeORM',
    versioned: { package: 'typeorm' },
    packages: runnerPackages,
    folder: 'migrations',
    up: typeorm('migration:run', 'each'),
    together: typeorm('migration:run', 'all'),
    down: typeorm('migration:revert', 'each'),
    sorted: {},
    // Of views and generated columns, which only the schema of entities brings.
    unneeded: ['typeorm_metadata'],
  },
  {
    id: 'kysely',
    layout: 'kysely',
    title: 'Kysely',
    versioned: { package: 'kysely' },
    packages: runnerPackages,
    folder: 'migrations',
    up: typescript('migrate.ts'),
    down: typescript('migrate.ts', 'down'),
    sorted: {},
  },
  {
    id: 'sequelize',
    layout: 'sequelize',
    title: 'Sequelize',
    versioned: { package: 'sequelize' },
    packages: runnerPackages,
    folder: 'migrations',
    up: node('migrate.js'),
    down: node('migrate.js', 'down'),
    sorted: {},
  },
  {
    id: 'mikro-orm',
    layout: 'mikro-orm',
    title: 'MikroORM',
    versioned: { package: '@mikro-orm/migrations' },
    packages: runnerPackages,
    folder: 'migrations',
    up: typescript('migrate.ts'),
    together: typescript('migrate.ts', 'together'),
    down: typescript('migrate.ts', 'down'),
    sorted: {},
  },
];
