import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { LspClient, type WirePosition } from '../support/lsp-client.ts';
import { scratchFolder, type ScratchFolder } from '../support/migrations.ts';

interface Lens {
  readonly range: { readonly start: WirePosition };
  readonly command: { readonly title: string; readonly command: string; readonly arguments: readonly unknown[]; readonly tooltip?: string };
}

const up = 'db/migrations/0002_portal.sql';
const down = 'db/migrations/0002_portal_rollback.sql';
const upText = 'ALTER TABLE orders ADD COLUMN note text, ADD COLUMN shipped boolean;\nCREATE TABLE portals (id bigint PRIMARY KEY);\nCREATE INDEX portals_id ON portals (id);\nCREATE TYPE mood AS ENUM (\'sad\');\n';
const section = 'visits/20260302090000_add_note.sql';
const program = 'knex/20260102000000_note.ts';
const knex = (upSql: string, downSql: string): string =>
  `import type { Knex } from "knex";\nexport async function up(knex: Knex): Promise<void> {\n  await knex.raw(\`${upSql}\`);\n}\nexport async function down(knex: Knex): Promise<void> {\n  await knex.raw(\`${downSql}\`);\n}\n`;

describe('the pair kept in step while typing', () => {
  let folder: ScratchFolder;
  let client: LspClient;

  beforeEach(async () => {
    folder = scratchFolder({
      'db/migrations/0001_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n',
      'db/migrations/0001_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
      [up]: upText,
      [down]: 'DROP TYPE IF EXISTS mood;\nALTER TABLE orders DROP COLUMN IF EXISTS note;\n',
      'visits/20260301090000_create_visits.sql': '-- migrate:up\nCREATE TABLE visits (id bigint PRIMARY KEY);\n\n-- migrate:down\nDROP TABLE IF EXISTS visits;\n',
      [section]: '-- migrate:up\nALTER TABLE visits ADD COLUMN note text, ADD COLUMN seen boolean;\n\n-- migrate:down\nALTER TABLE visits DROP COLUMN IF EXISTS seen;\n',
      'knex/20260101000000_orders.ts': knex('CREATE TABLE orders (id bigint PRIMARY KEY)', 'DROP TABLE IF EXISTS orders'),
      [program]: knex('ALTER TABLE orders ADD COLUMN note text, ADD COLUMN shipped boolean', 'ALTER TABLE orders DROP COLUMN note'),
    });
    client = await LspClient.start({
      folder: folder.path, initializationOptions: { commands: true },
      capabilities: { workspace: { workspaceFolders: true, codeLens: { refreshSupport: true } } },
    });
    // The server asks once by itself, when it has read the folder: what a test waits for comes after that.
    await client.until(() => (refreshes() > 0 ? true : null), 'the folder to be read');
  });

  afterEach(async () => {
    await client.stop();
    folder.remove();
  });

  async function open(name: string, text?: string): Promise<void> {
    client.open(folder.at(name), text);
    await client.diagnostics(folder.at(name));
  }

  async function lenses(name: string): Promise<readonly Lens[]> {
    const all = await client.request<Lens[]>('textDocument/codeLens', { textDocument: { uri: pathToFileURL(folder.at(name)).href } });
    return all.filter(({ command }) => command.command === 'lockstep.completeDown');
  }

  const titles = async (name: string): Promise<readonly string[]> => (await lenses(name)).map(({ command }) => command.title);
  const refreshes = (): number => client.received('workspace/codeLens/refresh').length;

  it('counts over the up and over the down what the down misses, and names it', async () => {
    await open(up);
    await open(down);
    const [lens] = await lenses(up);
    assert.equal(lens?.command.title, '$(warning) Down misses 2 of 4 changes');
    assert.deepEqual(lens.command.arguments, [pathToFileURL(folder.at(up)).href, { line: 0, character: 0 }]);
    assert.equal(lens.command.tooltip, 'Nothing in the down takes back the column orders.shipped, the table portals. Click to see it with what is missing; nothing is written before you apply it.');
    assert.deepEqual(await titles(down), [lens.command.title]);
  });

  it('counts over a down whose up no editor has open', async () => {
    await open(down);
    assert.deepEqual(await titles(down), ['$(warning) Down misses 2 of 4 changes']);
    assert.deepEqual(await titles('db/migrations/0001_orders.sql'), []);
  });

  it('follows what is typed on either side, and says nothing once nothing is missed', async () => {
    await open(up);
    await open(down);
    client.change(folder.at(down), [{ start: { line: 2, character: 0 }, end: { line: 2, character: 0 }, text: 'DROP TABLE portals;\n' }]);
    assert.deepEqual([await titles(up), await titles(down)], [['$(warning) Down misses 1 of 4 changes'], ['$(warning) Down misses 1 of 4 changes']]);
    client.replace(folder.at(up), upText.replace(', ADD COLUMN shipped boolean', ''));
    assert.deepEqual([await titles(up), await titles(down)], [[], []]);
    client.replace(folder.at(down), '-- nothing yet\n');
    assert.deepEqual(await titles(up), ['$(warning) Down misses all 3 changes']);
    client.replace(folder.at(up), 'CREATE TABLE portals (id bigint PRIMARY KEY);\n');
    assert.deepEqual(await titles(up), ['$(warning) Down misses the only change']);
  });

  it('tells the editor to ask again only when the other side changed what is said', async () => {
    await open(up);
    await open(down);
    await titles(up);
    const before = refreshes();
    client.change(folder.at(down), [{ start: { line: 0, character: 0 }, end: { line: 0, character: 0 }, text: '-- a comment\n' }]);
    await client.diagnostics(folder.at(down));
    await titles(up);
    assert.equal(refreshes(), before);
    client.change(folder.at(down), [{ start: { line: 3, character: 0 }, end: { line: 3, character: 0 }, text: 'DROP TABLE portals;\n' }]);
    await client.until(() => (refreshes() === before + 1 ? true : null), 'the editor to be told');
    assert.deepEqual(await titles(up), ['$(warning) Down misses 1 of 4 changes']);
  });

  it('is told when a down comes or goes on the disk', async () => {
    await open(up);
    assert.deepEqual(await titles(up), ['$(warning) Down misses 2 of 4 changes']);
    const change = async (type: number): Promise<void> => {
      const before = refreshes();
      client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: pathToFileURL(folder.at(down)).href, type }] });
      await client.until(() => (refreshes() > before ? true : null), 'the editor to be told');
    };
    rmSync(folder.at(down));
    await change(3);
    assert.deepEqual(await titles(up), []);
    writeFileSync(folder.at(down), 'DROP TABLE portals;\nDROP TYPE mood;\nALTER TABLE orders DROP COLUMN note;\n');
    await change(1);
    assert.deepEqual(await titles(up), ['$(warning) Down misses 1 of 4 changes']);
  });

  it('is silent where a comment says that it is meant so, and where the down runs code', async () => {
    await open(up, `-- lockstep-ignore down-incomplete: the portal stays\n${upText.split('\n')[1] ?? ''}\nALTER TABLE orders ADD COLUMN note text, ADD COLUMN shipped boolean;\n`);
    await open(down);
    assert.deepEqual(await titles(up), ['$(warning) Down misses 1 of 3 changes']);
    client.replace(folder.at(down), "DO $$ BEGIN EXECUTE 'DROP TABLE portals'; END $$;\n");
    assert.deepEqual([await titles(up), await titles(down)], [[], []]);
  });

  it('works for both sides of one file, and for SQL in TypeScript', async () => {
    for (const [name, places] of [[section, [0, 3]], [program, [1, 4]]] as const) {
      await open(name);
      const found = await lenses(name);
      assert.deepEqual(found.map(({ command, range }) => [command.title, range.start.line]), places.map((line) => ['$(warning) Down misses 1 of 2 changes', line]));
    }
  });

  it('is the light bulb of down-incomplete, too', async () => {
    await open(up);
    const diagnostics = client.published(folder.at(up));
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
    const actions = await client.request<readonly { readonly title: string; readonly command?: { readonly command: string } }[]>('textDocument/codeAction', { textDocument: { uri: pathToFileURL(folder.at(up)).href }, range, context: { diagnostics } });
    assert.deepEqual(actions.filter(({ command }) => command !== undefined).map(({ title, command }) => [title, command?.command]), [['Add what the down misses', 'lockstep.completeDown']]);
  });
});
