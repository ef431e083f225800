import assert from 'node:assert/strict';
import { drift } from '../../src/app/drift.ts';
import { openProject } from '../../src/app/project.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import type { DriftReport } from '../../src/model/drift.ts';
import { UserError } from '../../src/model/errors.ts';
import { changedObject } from '../../src/report/wording.ts';
import { scratchFolder } from '../support/migrations.ts';
import { withDatabase } from '../support/postgres.ts';
import { serverTarget } from '../support/server-target.ts';

const files = {
  'migrations/0001_create_people.sql': 'CREATE TABLE people (id int PRIMARY KEY, name text NOT NULL, email text);',
  'migrations/0001_create_people_rollback.sql': 'DROP TABLE people;',
  'migrations/0002_add_index_email_people.sql': 'CREATE INDEX people_email ON people (lower(email));',
  'migrations/0002_add_index_email_people_rollback.sql': 'DROP INDEX people_email;',
};

const deployed = `${files['migrations/0001_create_people.sql']} ${files['migrations/0002_add_index_email_people.sql']}
  CREATE TABLE schema_migrations (version text PRIMARY KEY);`;

const noNeon = { connect: () => Promise.reject(new Error('Neon is asked')) };

/** Compares the folder with a database that holds what the SQL makes of it. */
async function compared(sql: string): Promise<DriftReport> {
  const folder = scratchFolder(files);
  try {
    return await withDatabase(17, async ({ client, url }) => {
      await client.query(sql);
      const project = await openProject(nodeFiles, folder.path);
      const [found] = project.folders;
      assert.ok(found !== undefined);
      const target = serverTarget(17);
      const ports = { files: nodeFiles, processes: nodeProcesses, neon: noNeon, targets: { of: () => target, lacking: () => Promise.resolve(null) }, secrets: { read: (name: string) => Promise.resolve(name === 'THE_SERVER' ? url : null) } };
      const report = await drift(ports, { project, folder: found, other: { kind: 'server', variable: 'THE_SERVER' }, signal: new AbortController().signal, progress: () => undefined });
      assert.ok(!JSON.stringify(report).includes(url));
      return report;
    });
  } finally {
    folder.remove();
  }
}

const names = ({ differences }: DriftReport): readonly string[] => differences.map((change) => `${change.change} ${changedObject(change).kind} ${changedObject(change).name}`);

describe('drift of a server, on PostgreSQL 17', () => {
  it('is none where the history was deployed; the tables of tools do not count', async () => {
    const report = await compared(deployed);
    assert.deepEqual([report.differences, report.toOther.statements, report.toHistory.statements], [[], [], []]);
    assert.match(report.other.title, /^PostgreSQL 17\.\d+ by THE_SERVER$/);
  });

  it('says what was done by hand, as DDL in both directions that leads there', async () => {
    const byHand = `DROP INDEX people_email; ALTER TABLE people ALTER COLUMN name TYPE varchar(80); CREATE TABLE hotfix (id int PRIMARY KEY);`;
    const report = await compared(`${deployed} ${byHand}`);
    assert.deepEqual([...names(report)].sort(), ['added column public.hotfix.id', 'added constraint public.hotfix.hotfix_pkey', 'added table public.hotfix', 'altered column public.people.name', 'removed index public.people_email']);
    // The DDL back to the history mends the server.
    assert.deepEqual((await compared(`${deployed} ${byHand} ${report.toHistory.statements.join(';\n')};`)).differences, []);
    // And the DDL from the history makes another deployment like it.
    assert.deepEqual(names(await compared(`${deployed} ${report.toOther.statements.join(';\n')};`)), names(report));
  });

  it('reads the server and nothing else', async () => {
    const folder = scratchFolder(files);
    try {
      await withDatabase(17, async ({ client, url, server }) => {
        await client.query(deployed);
        // A role that may only read is enough, so nothing can have been written.
        await client.query('DROP ROLE IF EXISTS lockstep_only_reads; CREATE ROLE lockstep_only_reads LOGIN; ALTER ROLE lockstep_only_reads SET default_transaction_read_only = on');
        const project = await openProject(nodeFiles, folder.path);
        const reader = url.replace(`//${server.user}@`, '//lockstep_only_reads@');
        const target = serverTarget(17);
        const ports = { files: nodeFiles, processes: nodeProcesses, neon: noNeon, targets: { of: () => target, lacking: () => Promise.resolve(null) }, secrets: { read: () => Promise.resolve(reader) } };
        const [found] = project.folders;
        assert.ok(found !== undefined);
        const report = await drift(ports, { project, folder: found, other: { kind: 'server', variable: 'ANY' }, signal: new AbortController().signal, progress: () => undefined });
        assert.deepEqual(report.differences, []);
        await client.query('DROP ROLE lockstep_only_reads');
      });
    } finally {
      folder.remove();
    }
  });

  it('says which variable is missing', async () => {
    const folder = scratchFolder(files);
    try {
      const project = await openProject(nodeFiles, folder.path);
      const [found] = project.folders;
      assert.ok(found !== undefined);
      const ports = { files: nodeFiles, processes: nodeProcesses, neon: noNeon, targets: { of: () => serverTarget(17), lacking: () => Promise.resolve(null) }, secrets: { read: () => Promise.resolve(null) } };
      await assert.rejects(
        drift(ports, { project, folder: found, other: { kind: 'server', variable: 'NOT_SET' }, signal: new AbortController().signal, progress: () => undefined }),
        (error) => error instanceof UserError && /NOT_SET is not set/.test(error.message),
      );
    } finally {
      folder.remove();
    }
  });
});
