import assert from 'node:assert/strict';
import { cp } from 'node:fs/promises';
import { check } from '../../src/app/check.ts';
import { newMigration } from '../../src/app/new-migration.ts';
import { openProject } from '../../src/app/project.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import { scratchFolder, type ScratchFolder } from '../support/migrations.ts';
import { fileURLToPath } from 'node:url';

const ports = { files: nodeFiles, processes: nodeProcesses, now: () => new Date('2026-11-20T18:30:05Z') };

const fixture = (path: string): string => fileURLToPath(new URL(`../fixtures/layouts/${path}`, import.meta.url));

describe('the layouts of the tools', () => {
  let folder: ScratchFolder | null = null;
  afterEach(() => folder?.remove());

  const findings = async (files: Readonly<Record<string, string>>): Promise<readonly (readonly [rule: string, line: number])[]> => {
    folder = scratchFolder({ 'package.json': '{}', ...files });
    const { files: reports, problems } = await check(ports, [folder.path]);
    assert.deepEqual(problems, []);
    return reports.flatMap(({ text, findings: found }) => found.map(({ rule, span }) => [rule, text.slice(0, span.start).split('\n').length] as const));
  };

  for (const layout of ['dbmate', 'goose', 'golang-migrate', 'hasura', 'supabase']) {
    it(`finds nothing in a careful ${layout} project`, async () => {
      // A copy: the history of this repository is none of the project's.
      folder = scratchFolder({ 'package.json': '{}' });
      await cp(fixture(layout), folder.path, { recursive: true });
      const report = await check(ports, [folder.path]);
      assert.deepEqual(report.problems, []);
      assert.deepEqual(report.files.flatMap((file) => file.findings.map(({ rule, message }) => `${rule}: ${message}`)), []);
      assert.equal((await openProject(nodeFiles, fixture(layout))).folders[0]?.layout.id, layout);
    });
  }

  it('checks each side as what it is, at its place in the file', async () => {
    const found = await findings({ 'db/migrations/1_a.sql': '-- migrate:up\nCREATE TABLE a (id bigint PRIMARY KEY);\n\n-- migrate:down\nDROP TABLE IF EXISTS a;\nDROP TABLE b;\n' });
    assert.deepEqual(found, [['drop-table', 6], ['lock-timeout-missing', 6], ['missing-if-exists', 6]]);
  });

  it('says once of a section that is missing, and where', async () => {
    assert.deepEqual(await findings({ 'migrations/1_a.sql': '-- +goose Up\nCREATE TABLE a (id bigint PRIMARY KEY);\n' }), [['down-missing', 2]]);
  });

  it('lets a comment at the head of the file silence both sides, and calls it unused only where neither has use for it', async () => {
    const text = (head: string): string => `-- lockstep-ignore-file ${head}: copied before\n-- migrate:up\nCREATE TABLE a (id bigint PRIMARY KEY);\n\n-- migrate:down\nDROP TABLE IF EXISTS a;\nDROP TABLE IF EXISTS b;\n`;
    const about = async (head: string): Promise<readonly string[]> => {
      const found = await findings({ 'db/migrations/1_a.sql': text(head) });
      folder?.remove();
      return found.map(([rule]) => rule).filter((rule) => rule === 'drop-table' || rule === 'unused-suppression');
    };
    assert.deepEqual(await about('drop-table'), []);
    assert.deepEqual(await about('drop-column'), ['unused-suppression', 'drop-table']);
  });

  it('writes one file for a new migration, with a place for each side', async () => {
    folder = scratchFolder({ 'db/migrations/1_a.sql': '-- migrate:up\n\n-- migrate:down\n' });
    const [migrations] = (await openProject(nodeFiles, folder.path)).folders;
    assert.ok(migrations !== undefined);
    const made = await newMigration({ ...ports, processes: nodeProcesses, signal: new AbortController().signal }, migrations, 'add orders');
    assert.equal(made.up.path, folder.at('db/migrations/20261120183005_add_orders.sql'));
    assert.equal(made.down?.path, made.up.path);
    assert.ok(made.down.cursor > made.up.cursor);
  });
});
