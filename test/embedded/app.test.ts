import assert from 'node:assert/strict';
import { dryRun } from '../../src/app/dry-run.ts';
import { locate, openProject } from '../../src/app/project.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { UserError } from '../../src/model/errors.ts';
import type { DryRunReport } from '../../src/model/report.ts';
import { scratchFolder } from '../support/migrations.ts';
import { engineFor } from './engine.ts';

const { target } = engineFor('app');

interface Given {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly run: string;
  readonly unsaved?: Readonly<Record<string, string>>;
}

/** Runs one migration of a folder that exists only for it; `progress` gathers what the user would read. */
async function report({ files, run, unsaved = {} }: Given, progress: (message: string, fraction: number) => void = () => undefined): Promise<DryRunReport> {
  const folder = scratchFolder(files);
  try {
    const project = await openProject(nodeFiles, folder.path);
    const located = locate(project, folder.at(run));
    assert.ok(located !== null, `${run} is no migration`);
    return await dryRun({ files: nodeFiles, targets: { of: () => target, lacking: () => Promise.resolve(null) }, now: () => new Date('2026-11-20') }, {
      project,
      located,
      overrides: new Map(Object.entries(unsaved).map(([name, text]) => [folder.at(name), text])),
      signal: new AbortController().signal,
      progress: ({ message, fraction }) => { progress(message, fraction); },
    });
  } finally {
    folder.remove();
  }
}

const base = { '0001_create_people.sql': 'CREATE TABLE people (id int PRIMARY KEY, name text);', '0001_create_people_rollback.sql': 'DROP TABLE IF EXISTS people;' };

describe('a dry run of a folder', () => {
  it('runs what the editor has not saved', async () => {
    const files = { ...base, '0002_add_age.sql': 'SELECT broken', '0002_add_age_rollback.sql': 'SELECT 1;' };
    const unsaved = { '0002_add_age.sql': 'ALTER TABLE people ADD COLUMN age int;', '0002_add_age_rollback.sql': 'ALTER TABLE people DROP COLUMN IF EXISTS age;' };
    const { verdict, scripts } = await report({ files, run: '0002_add_age.sql', unsaved });
    assert.equal(verdict, 'exact');
    assert.equal(scripts[0]?.text, unsaved['0002_add_age.sql']);
  });

  it('runs from either side, with the findings of both and what the run says of them', async () => {
    const files = { ...base, '0002_require_name.sql': 'ALTER TABLE people ALTER COLUMN name SET NOT NULL;', '0002_require_name_rollback.sql': '\nALTER TABLE people ALTER COLUMN name DROP NOT NULL;' };
    const { verdict, findings } = await report({ files, run: '0002_require_name_rollback.sql' });
    assert.equal(verdict, 'exact');
    const scan = findings.find((each) => each.finding.rule === 'set-not-null-scan');
    assert.deepEqual([scan?.side, scan?.line, scan?.confirmation], ['up', 1, 'confirmed']);
    assert.match(scan?.evidence ?? '', /4 rows/);
  });

  it('tells that there is no down, also when it is an empty file', async () => {
    const files = { ...base, '0002_add_age.sql': 'ALTER TABLE people ADD COLUMN age int;', '0002_add_age_rollback.sql': '-- nothing yet\n' };
    assert.equal((await report({ files, run: '0002_add_age.sql' })).verdict, 'no down');
  });

  it('keeps places right behind a byte order mark, CRLF and emoji', async () => {
    const text = '\uFEFF-- 😀 people\r\nALTER TABLE people\r\n  ADD COLUMN naïve nosuchtype;\r\n';
    const { trace, scripts } = await report({ files: { ...base, '0002_add_x.sql': text, '0002_add_x_rollback.sql': '' }, run: '0002_add_x.sql' });
    const span = trace.legs[0]?.statements[0]?.error?.span;
    assert.equal(scripts[0]?.text.slice(span?.start, span?.end), 'nosuchtype');
  });

  it('shows progress that only grows and ends before the report', async () => {
    const seen: number[] = [];
    const words: string[] = [];
    await report({ files: base, run: '0001_create_people.sql' }, (message, fraction) => { seen.push(fraction); words.push(message); });
    assert.deepEqual(seen, [...seen].sort((a, b) => a - b));
    assert.ok(seen.every((fraction) => fraction >= 0 && fraction <= 1));
    assert.equal(words[0], 'Starting PostgreSQL');
    assert.ok(words.includes('Running the down: statement 1 of 1'));
  });

  it('knows how each tool runs a script', async () => {
    const files = {
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"',
      'prisma/migrations/20260101000000_create_people/migration.sql': 'CREATE TABLE people (id int PRIMARY KEY, name text);',
      'prisma/migrations/20260102000000_add_index_name_people/migration.sql': 'CREATE INDEX CONCURRENTLY people_name ON people (name);',
      'prisma/migrations/20260102000000_add_index_name_people/down.sql': 'DROP INDEX CONCURRENTLY IF EXISTS people_name;',
    };
    const alone = await report({ files, run: 'prisma/migrations/20260102000000_add_index_name_people/migration.sql' });
    assert.equal(alone.verdict, 'exact');
    assert.equal(alone.layout, 'Prisma');
  });

  it('runs a sqitch script in the transaction that stands in it, and tells what psql would have done besides', async () => {
    const { verdict, trace } = await report({
      files: {
        'sqitch.plan': '%syntax-version=1.0.0\n%project=shop\n\nusers 2026-11-20T11:00:32Z Ada <ada@example.com> # n\n',
        'deploy/users.sql': '\\set ON_ERROR_STOP on\n\\! date\nBEGIN;\nCREATE TABLE users (id int PRIMARY KEY);\nCOMMIT;\n',
        'revert/users.sql': 'BEGIN;\nDROP TABLE users;\nCOMMIT;\n',
      },
      run: 'deploy/users.sql',
    });
    assert.equal(verdict, 'exact');
    assert.deepEqual(trace.target.notes?.filter((note) => note.startsWith('users.sql')), ['users.sql:2: psql runs `\\!` when sqitch does: what it does was not checked, and a dry run leaves it out.']);
  });

  it('runs a changeset of Liquibase with the rollback in its comments, and refuses what nobody filled in', async () => {
    const changelog = '--liquibase formatted sql\n--changeset ada:1\nCREATE TABLE users (id int PRIMARY KEY);\n--rollback DROP TABLE users;\n--changeset ada:2\nALTER TABLE users ADD COLUMN name text;\n/* liquibase rollback\nALTER TABLE users\n DROP COLUMN name;\n*/\n';
    assert.equal((await report({ files: { 'changelog.sql': changelog }, run: 'changelog.sql' })).verdict, 'exact');
    await assert.rejects(report({ files: { 'V1__a.sql': 'CREATE TABLE ${schema}.a (id int);' }, run: 'V1__a.sql' }), (error) => error instanceof UserError && error.code === 'script-unreadable' && error.message.includes('${schema}'));
  });

  it('is plain data: a report read back from JSON is the same', async () => {
    const made = await report({ files: base, run: '0001_create_people.sql' });
    assert.deepEqual(JSON.parse(JSON.stringify(made)), made);
  });

  it('names the file of the history that cannot be read', async () => {
    const files = { ...base, '0002_add_age.sql': 'SELECT 1;', '0001_create_people.sql': new Uint8Array([0xff, 0xfe, 0x00, 0x80]) };
    await assert.rejects(report({ files, run: '0002_add_age.sql' }), (error) => error instanceof UserError && error.code === 'file-unreadable' && /0001_create_people\.sql/.test(error.message));
  });

  it('names the migration of the history that fails, with file and line', async () => {
    const files = { ...base, '0002_break.sql': '-- one\n\nALTER TABLE nobody ADD COLUMN x int;', '0003_add_age.sql': 'SELECT 1;' };
    await assert.rejects(report({ files, run: '0003_add_age.sql' }), (error) => error instanceof UserError && error.code === 'history-failed' && /0002_break fails at .*0002_break\.sql:3: relation "nobody"/.test(error.message));
  });

  it('carries a hostile name to the report unchanged', async () => {
    const name = '"""><img src=x onerror=alert(1)>\n\'"';
    const files = { '0001_create_it.sql': `CREATE TABLE ${name} (id int PRIMARY KEY);`, '0001_create_it_rollback.sql': `DROP TABLE IF EXISTS ${name};` };
    const { verdict, changes } = await report({ files, run: '0001_create_it.sql' });
    assert.equal(verdict, 'exact');
    assert.ok(changes.some((change) => change.change === 'added' && change.after.name === `public.${name}`));
  });

  it('runs ten megabytes of INSERT', async () => {
    const rows = Array.from({ length: 100_000 }, (_, n) => `(${String(n)}, '${'x'.repeat(90)}')`).join(',\n');
    const files = { ...base, '0002_seed_people.sql': `INSERT INTO people VALUES\n${rows.replaceAll(/\((\d)/g, '(9$1')};`, '0002_seed_people_rollback.sql': 'TRUNCATE people;' };
    const { trace } = await report({ files, run: '0002_seed_people.sql' });
    assert.equal(trace.legs[0]?.statements[0]?.rows ?? trace.legs[0]?.statements[0]?.error?.message, 100_000);
  });
});
