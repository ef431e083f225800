import assert from 'node:assert/strict';
import { dryRun } from '../../src/app/dry-run.ts';
import { locate, openProject } from '../../src/app/project.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { UserError } from '../../src/model/errors.ts';
import type { DryRunReport } from '../../src/model/report.ts';
import { scratchFolder } from '../support/migrations.ts';
import { engineFor } from './engine.ts';

const { target } = engineFor('programs');

async function report(files: Readonly<Record<string, string>>, run: string): Promise<DryRunReport> {
  const folder = scratchFolder(files);
  try {
    const project = await openProject(nodeFiles, folder.path);
    const located = locate(project, folder.at(run));
    assert.ok(located !== null, `${run} is no migration`);
    return await dryRun({ files: nodeFiles, targets: { of: () => target, lacking: () => Promise.resolve(null) }, now: () => new Date('2026-11-20') }, {
      project, located, overrides: new Map(), signal: new AbortController().signal, progress: () => undefined,
    });
  } finally {
    folder.remove();
  }
}

const knex = (up: string, down: string): string => `exports.up = async function (knex) {\n${up}\n};\n\nexports.down = async function (knex) {\n${down}\n};\n`;
const base = { 'db/migrations/20260101000000_people.js': knex('  await knex.raw(`CREATE TABLE people (id int PRIMARY KEY, name text)`);', '  await knex.raw(`DROP TABLE people`);') };
const second = 'db/migrations/20260102000000_age.js';

describe('a dry run of TypeScript and JavaScript migrations', () => {
  it('runs their SQL and judges the pair', async () => {
    const { verdict, layout, scripts } = await report({ ...base, [second]: knex("  await knex.raw('ALTER TABLE people ADD age int');\n  await knex.raw('COMMENT ON COLUMN people.age IS ?', []);", '  await knex.raw(`ALTER TABLE people DROP COLUMN age`);').replace("IS ?', []", "IS \\'years\\''") }, second);
    assert.deepEqual([verdict, layout, scripts.length], ['exact', 'Knex', 2]);
  });

  it('places an error at its character of the template, behind escapes, emoji and CRLF', async () => {
    const text = knex("  await knex.raw('COMMENT ON TABLE people IS \\'it\\'\\'s 😀\\'');\n  await knex.raw(`\n    ALTER TABLE people\n      ADD COLUMN \"a\\`ü\" nosuchtype\n  `);", '  await knex.raw(`SELECT 1`);').replaceAll('\n', '\r\n');
    const { trace, scripts } = await report({ ...base, [second]: text }, second);
    const error = trace.legs[0]?.statements[1]?.error;
    assert.equal(error?.sqlstate, '42704');
    assert.equal(scripts[0]?.text.slice(error.span?.start, error.span?.end), 'nosuchtype');
    const statement = trace.legs[0]?.statements[1]?.span;
    assert.match(text.slice(statement?.start, statement?.end), /^ALTER TABLE people[^]*nosuchtype$/);
  });

  it('runs what the file puts into a transaction in one', async () => {
    const up = "    await queryInterface.sequelize.query('CREATE INDEX CONCURRENTLY people_name ON people (name)');\n    await queryInterface.sequelize.transaction(async (transaction) => {\n      await queryInterface.sequelize.query('ALTER TABLE people ADD age int', { transaction });\n      await queryInterface.sequelize.query('ALTER TABLE people ADD size int', { transaction });\n    });";
    const text = `module.exports = {\n  async up(queryInterface) {\n${up}\n  },\n  async down(queryInterface) {\n    await queryInterface.sequelize.query('ALTER TABLE people DROP COLUMN age, DROP COLUMN size');\n    await queryInterface.sequelize.query('DROP INDEX people_name');\n  },\n};\n`;
    const first = base['db/migrations/20260101000000_people.js'].replaceAll('knex.raw', 'queryInterface.sequelize.query').replaceAll('knex', 'queryInterface');
    const { verdict, trace, layout } = await report({ 'db/migrations/20260101000000-people.js': first, 'db/migrations/20260102000000-age.js': text }, 'db/migrations/20260102000000-age.js');
    assert.deepEqual([verdict, layout], ['exact', 'Sequelize']);
    const [index, begin, age, size] = trace.legs[0]?.statements.map(({ transaction }) => transaction) ?? [];
    assert.ok(begin === age && age === size && index !== age, JSON.stringify([index, begin, age, size]));
  });

  it('notes a loop and runs its SQL once', async () => {
    const text = knex("  for (let i = 0; i < 3; i += 1) {\n    await knex.raw(`CREATE INDEX IF NOT EXISTS people_name ON people (name)`);\n  }", '  await knex.raw(`DROP INDEX people_name`);');
    const { verdict, findings } = await report({ ...base, [second]: text }, second);
    assert.equal(verdict, 'exact');
    assert.match(findings.find(({ finding }) => finding.rule === 'dynamic-sql-unchecked')?.finding.message ?? '', /runs any number of times; it was checked as if it ran once/);
  });

  const refused: readonly (readonly [what: string, files: Readonly<Record<string, string>>, message: RegExp, next: RegExp])[] = [
    ['a builder call of the migration', { ...base, [second]: knex("  await knex.raw('SELECT 1');\n  await knex.schema.dropTable('people');", '') }, /20260102000000_age\.js:3: `knex\.schema\.dropTable\('people'\)` makes its SQL when the migration runs/, /as SQL that stands in the file/],
    ['a builder call of its history', { 'db/migrations/20260101000000_people.js': knex("  await knex.schema.createTable('people', () => {});", ''), [second]: knex('  await knex.raw(`SELECT 1`);', '') }, /20260101000000_people\.js:2: `knex\.schema\.createTable/, /as SQL that stands in the file/],
    ['an interpolation', { ...base, [second]: knex('  await knex.raw(`GRANT SELECT ON people TO ${process.env.READER}`);', '') }, /20260102000000_age\.js:2: The value of `\$\{process\.env\.READER\}`/, /a constant of this file/],
    ['SQL of another file', { ...base, [second]: `const { sql } = require('./sql');\n${knex('  await knex.raw(sql);', '')}` }, /20260102000000_age\.js:3: The SQL that `sql` gives/, /stand in this file/],
    ['a file that cannot be parsed', { ...base, [second]: knex('  await knex.raw(`SELECT 1`;', '') }, /20260102000000_age\.js:2: The file cannot be parsed/, /./],
  ];
  for (const [what, files, message, next] of refused) {
    it(`refuses ${what}, with its place`, async () => {
      await assert.rejects(report(files, second), (error: unknown) => {
        assert.ok(error instanceof UserError, String(error));
        assert.equal(error.code, 'script-unreadable');
        assert.match(error.message, message);
        assert.match(error.next, next);
        return true;
      });
    });
  }
});
