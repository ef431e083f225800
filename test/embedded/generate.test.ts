import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acceptGenerated, generateFromSchema, type Generated } from '../../src/app/generate.ts';
import type { Question } from '../../src/app/drizzle-prompts.ts';
import { openProject } from '../../src/app/project.ts';
import { nodeFiles } from '../../src/host/files.ts';
import { nodeProcesses } from '../../src/host/processes.ts';
import { copyExample, type Workspace } from '../support/workspace.ts';
import { engineFor } from './engine.ts';

const { target } = engineFor('generate');
const ports = { files: nodeFiles, processes: nodeProcesses, targets: { of: () => target, lacking: () => Promise.resolve(null) }, now: () => new Date('2026-11-20T18:30:05Z') };

describe('a migration generated from the declared schema', function () {
  this.timeout(180_000);
  let workspace: Workspace;
  beforeEach(() => { workspace = copyExample('shop'); });
  afterEach(() => { workspace.remove(); });

  /** The schema with one thing written otherwise. */
  function declare(before: string, after: string): void {
    const path = join(workspace.path, 'src/schema.ts');
    const text = readFileSync(path, 'utf8');
    assert.ok(text.includes(before), before);
    writeFileSync(path, text.replace(before, after));
  }

  function everything(): Readonly<Record<string, string>> {
    const paths = readdirSync(workspace.path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
    return Object.fromEntries(paths.map((path) => [path.slice(workspace.path.length + 1), readFileSync(path, 'latin1')]));
  }

  async function generate(answers: readonly (number | null)[] = [], asked: Question[] = [], name = 'follow the schema'): Promise<Generated> {
    const project = await openProject(nodeFiles, workspace.path);
    const [folder] = project.folders;
    assert.ok(folder !== undefined);
    const choose = (question: Question): Promise<number | null> => Promise.resolve(answers[asked.push(question) - 1] ?? null);
    return generateFromSchema(ports, { project, folder, name, choose, signal: new AbortController().signal, progress: () => undefined });
  }

  it('is shown with its down and a dry run, and is written only when it is accepted', async () => {
    declare("displayName: text('display_name').notNull(),", "displayName: text('display_name').notNull(),\n    nickname: text(),");
    const before = everything();
    const made = await generate();
    assert.deepEqual(everything(), before);
    assert.ok(made.kind === 'generated');
    assert.match(made.up.text, /^-- Migration: follow the schema\n[^]*ADD COLUMN "nickname" text;\n$/);
    assert.match(made.down?.text ?? '', /DROP COLUMN "nickname"/);
    assert.equal(made.report.verdict, 'exact');
    assert.equal(made.report.scripts[0]?.path, join(workspace.path, 'drizzle', `${made.id}.sql`));
    await acceptGenerated(ports, made);
    const after = everything();
    const written = Object.keys(after).filter((path) => after[path] !== before[path]);
    assert.deepEqual(written, [`drizzle/${made.id}.down.sql`, `drizzle/${made.id}.sql`, 'drizzle/meta/0015_snapshot.json', 'drizzle/meta/_journal.json']);
    assert.deepEqual(await generate([], [], 'once more'), { kind: 'nothing' });
    await assert.rejects(acceptGenerated(ports, made), /_journal\.json has changed since/);
    assert.deepEqual(everything(), after);
  });

  it('asks what drizzle-kit asks, and nothing is guessed', async () => {
    declare("unitPriceCents: bigint('unit_price_cents'", "unitPriceCents: bigint('unit_cost_cents'");
    const asked: Question[] = [];
    const renamed = await generate([1], asked);
    assert.deepEqual(asked, [{ question: 'Is unit_cost_cents column in order_items table created or renamed from another column?', options: ['+ unit_cost_cents create column', '~ unit_price_cents › unit_cost_cents rename column'] }]);
    assert.ok(renamed.kind === 'generated');
    assert.match(renamed.up.text, /RENAME COLUMN "unit_price_cents" TO "unit_cost_cents"/);
    assert.equal(renamed.report.verdict, 'exact');
    const before = everything();
    await assert.rejects(generate([null]), /cancelled/);
    assert.deepEqual(everything(), before);
  });

  it('says what is wrong with a schema or a configuration that throws', async () => {
    declare('import ', "throw new Error('not today');\nimport ");
    await assert.rejects(generate(), /drizzle-kit generate failed[^]*not today/);
    writeFileSync(join(workspace.path, 'drizzle.config.ts'), "throw new Error('no config today');\nexport default {};\n");
    await assert.rejects(generate(), /no config today/);
  });
});
