import assert from 'node:assert/strict';
import { check } from '../../src/app/check.ts';
import { newMigration } from '../../src/app/new-migration.ts';
import { openFolderAt, openProject } from '../../src/app/project.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import { scratchFolder, type ScratchFolder } from '../support/migrations.ts';

const ports = { files: nodeFiles, processes: nodeProcesses, now: () => new Date('2026-11-20T18:30:05Z') };

describe('projects with migrations in TypeScript and JavaScript', () => {
  let folder: ScratchFolder | null = null;
  afterEach(() => folder?.remove());

  const findings = async (files: Readonly<Record<string, string>>): Promise<readonly (readonly [rule: string, at: string])[]> => {
    folder?.remove();
    folder = scratchFolder({ 'package.json': '{}', ...files });
    const { files: reports, problems } = await check(ports, [folder.path]);
    assert.deepEqual(problems, []);
    return reports.flatMap(({ text, findings: found }) => found.map(({ rule, span }) => [rule, text.slice(span.start, span.end)] as const));
  };

  it('are checked in both sides, in the light of their history', async () => {
    const first = "import { sql } from 'drizzle-orm';\nexport async function up(db) {\n  await db.execute(sql`CREATE TABLE a (id bigint PRIMARY KEY, n integer)`);\n}\nexport async function down(db) {\n  await db.execute(sql`DROP TABLE IF EXISTS a`);\n}\n";
    const second = "import { sql } from 'drizzle-orm';\nexport async function up(db) {\n  await db.execute(sql`SET LOCAL lock_timeout = '5s'`);\n  await db.execute(sql`ALTER TABLE a ALTER COLUMN n TYPE bigint`);\n}\nexport async function down(db) {\n  await db.execute(sql`DROP TABLE b`);\n}\n";
    const found = await findings({ 'drizzle/migrations/202601010000_a.ts': first, 'drizzle/migrations/202601020000_b.ts': second });
    assert.deepEqual(found.map(([rule]) => rule).sort(), ['alter-column-type-rewrite', 'drop-table', 'lock-timeout-missing', 'missing-if-exists']);
  });

  it('a down of builder calls is a down, and what it leaves is not guessed', async () => {
    const text = "exports.up = async (knex) => {\n  await knex.raw('CREATE TABLE a (id bigint PRIMARY KEY)');\n};\nexports.down = async (knex) => {\n  await knex.schema.dropTable('a');\n};\n";
    assert.deepEqual(await findings({ 'migrations/1_a.js': text }), [['dynamic-sql-unchecked', 'knex.schema.dropTable']]);
  });

  it('a function that does nothing is no down', async () => {
    const text = "exports.up = async (knex) => {\n  await knex.raw('CREATE TABLE a (id bigint PRIMARY KEY)');\n};\n";
    for (const down of ['', 'exports.down = async () => {};\n', 'exports.down = function(knex) {\n  \n};\n']) {
      assert.deepEqual((await findings({ 'migrations/1_a.js': text + down })).map(([rule]) => rule), ['down-missing'], down);
    }
  });

  it('what both sides say of one constant, or of one broken line, is said once', async () => {
    const text = "const SQL = 'DROP TABLE b';\nexports.up = async (knex) => {\n  await knex.raw(\"SET LOCAL lock_timeout = '5s'\");\n  await knex.raw(SQL);\n  await knex.raw(SQL);\n};\nexports.down = async (knex) => {\n  await knex.raw(\"SET LOCAL lock_timeout = '5s'\");\n  await knex.raw(SQL);\n};\n";
    assert.deepEqual((await findings({ 'migrations/1_a.js': text })).filter(([rule]) => rule === 'drop-table').length, 1);
    const broken = "exports.up = async (knex) => {\n  await knex.raw('SELECT 1';\n};\nexports.down = async (knex) => {\n  await knex.raw('SELECT 2');\n};\n";
    assert.deepEqual((await findings({ 'migrations/1_a.js': broken })).map(([rule]) => rule), ['tool-reads-otherwise']);
  });

  it('a comment of the file silences a rule for the statement below it, and is unused when it silences none', async () => {
    const text = (rule: string): string => `exports.up = async (knex) => {\n  await knex.raw("SET LOCAL lock_timeout = '5s'");\n  // lockstep-ignore ${rule}: nobody reads it\n  await knex.raw('DROP TABLE IF EXISTS b');\n};\nexports.down = async (knex) => {\n  await knex.raw('SELECT 1');\n};\n`;
    assert.deepEqual(await findings({ 'migrations/1_a.js': text('drop-table') }), []);
    assert.deepEqual((await findings({ 'migrations/1_a.js': text('drop-column') })).map(([rule]) => rule).sort(), ['drop-table', 'unused-suppression']);
  });

  it('a source and what was compiled from it beside it are one migration', async () => {
    folder = scratchFolder({ 'package.json': '{}', 'migrations/1_a.ts': 'import type { Knex } from "knex";\nexport const up = (knex: Knex) => knex.raw(`SELECT 1`);\n', 'migrations/1_a.js': '"use strict";\nexports.up = (knex) => knex.raw(`SELECT 1`);\n', 'migrations/1_a.d.ts': 'export const up: unknown;\n' });
    const { folders } = await openProject(nodeFiles, folder.path);
    assert.deepEqual(folders.map(({ layout, migrations }) => [layout.id, migrations.map(({ id }) => id)]), [['knex', ['1_a']]]);
  });

  it('the first migration of a folder is written for the tool whose file lies above it', async () => {
    const configs: readonly (readonly [string, string, string])[] = [
      ['knexfile.ts', 'knex', '20261120183005_add_a.js'],
      ['knexfile.js', 'knex', '20261120183005_add_a.js'],
      ['.sequelizerc', 'sequelize', '20261120183005-add_a.js'],
      ['mikro-orm.config.ts', 'mikro-orm', 'Migration20261120183005_add_a.ts'],
      ['kysely.config.ts', 'kysely', '1795199405000_add_a.ts'],
      ['ormconfig.json', 'typeorm', '1795199405000-add_a.ts'],
    ];
    for (const [config, layout, file] of configs) {
      folder?.remove();
      folder = scratchFolder({ 'package.json': '{}', [config]: '', 'db/migrations/.keep': '' });
      const project = await openProject(nodeFiles, folder.path);
      const opened = await openFolderAt(nodeFiles, project, folder.at('db/migrations'));
      assert.equal(opened.layout.id, layout);
      const { up } = await newMigration({ ...ports, processes: nodeProcesses, signal: new AbortController().signal }, opened, 'add_a', { up: 'CREATE TABLE a (id bigint PRIMARY KEY);', down: 'DROP TABLE IF EXISTS a;', transaction: 'tool' });
      assert.equal(up.path, folder.at(`db/migrations/${file}`));
      const report = await check(ports, [folder.path]);
      assert.deepEqual(report.files.flatMap(({ findings: found }) => found.map(({ rule }) => rule)), [], config);
      assert.equal(report.statements, 2);
    }
  });
});
