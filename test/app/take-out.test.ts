import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { applyChanges } from '../../src/app/file-changes.ts';
import { newFromTemplate, type WrittenMigrations } from '../../src/app/from-template.ts';
import { openProject } from '../../src/app/project.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import { loadParser } from '../../src/sql/parse.ts';
import { defineTemplate, type TemplateScript } from '../../src/templates/define-template.ts';
import { contextOf } from '../templates/around.ts';
import { facts } from '../templates/facts.ts';
import { removeFolder, temporaryFolder } from './temporary.ts';

const ports = { files: nodeFiles, processes: nodeProcesses, now: () => new Date('2026-11-20T18:30:05Z'), signal: new AbortController().signal };
const context = contextOf({ layout: 'plain', config: {}, schema: facts });
const script = (sql: string): TemplateScript => ({ statements: [sql], outsideTransaction: false });

const inTwoReleases = defineTemplate({
  id: 'in-two-releases', title: '', detail: '', inputs: [],
  build: () => ({
    problems: [],
    steps: ['add_note_to_orders', 'require_note_of_orders'].map((name, index) => ({ name, up: script(`SELECT ${String(index)};`), down: script('SELECT 2;'), deployBefore: index === 0 ? null : 'deploy.', notes: [] })),
  }),
});

const projects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'SQL pairs': { 'db/0001_a.sql': 'SELECT 1;\n', 'db/0001_a_rollback.sql': 'SELECT 1;\n' },
  Prisma: { 'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n', 'prisma/migrations/20260101000000_a/migration.sql': 'SELECT 1;\n' },
  Liquibase: { 'db/changelog.sql': '--liquibase formatted sql\n\n--changeset ada:1\nSELECT 1;\n--rollback SELECT 1;\n' },
  sqitch: { 'sqitch.plan': '%syntax-version=1.0.0\n%project=shop\n\na 2026-01-01T00:00:00Z Ada <ada@example.com> # a\n', 'deploy/a.sql': 'SELECT 1;\n', 'revert/a.sql': 'SELECT 1;\n', 'verify/a.sql': 'SELECT 1;\n' },
};

describe('migrations that a template wrote, taken out again', () => {
  let root = '';
  before(loadParser);
  afterEach(() => removeFolder(root));

  async function everything(): Promise<Readonly<Record<string, string>>> {
    const paths = await nodeFiles.list(root, 9);
    return Object.fromEntries<string>(await Promise.all(paths.map(async (path): Promise<[string, string]> => [path, await readFile(`${root}/${path}`, 'latin1')])));
  }

  async function written(project: Readonly<Record<string, string>>): Promise<WrittenMigrations> {
    root = await temporaryFolder(project);
    const [folder] = (await openProject(nodeFiles, root)).folders;
    assert.ok(folder !== undefined);
    return newFromTemplate(ports, folder, { template: inTwoReleases, answers: {}, context });
  }

  for (const [title, project] of Object.entries(projects)) {
    it(`leave a folder of ${title} as it was, to the byte`, async () => {
      const { created, undo } = await written(project);
      assert.equal(created.length, 2);
      assert.notDeepEqual(await everything(), project);
      await applyChanges(nodeFiles, undo.changes);
      assert.deepEqual(await everything(), project);
    });
  }

  it('are told with what their files hold, so that nobody’s work goes with them', async () => {
    const { created, undo } = await written(projects['SQL pairs'] ?? {});
    assert.deepEqual(undo.written.map(({ path }) => path).sort(), created.flatMap(({ up, down }) => [up.path, down?.path ?? '']).sort());
    for (const { path, text } of undo.written) assert.equal(text, await readFile(path, 'utf8'));
  });
});
