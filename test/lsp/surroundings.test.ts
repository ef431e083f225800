import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Refusal, ScriptsParams } from '../../src/app/editor-protocol.ts';
import { LspClient } from '../support/lsp-client.ts';
import { scratchFolder, type ScratchFolder } from '../support/migrations.ts';

const files = {
  'drizzle/meta/_journal.json': JSON.stringify({ version: '7', dialect: 'postgresql', entries: [{ idx: 0, version: '7', when: 1, tag: '0000_create_orders', breakpoints: true }] }),
  'drizzle/0000_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n',
  'drizzle/0000_create_orders.down.sql': 'DROP TABLE IF EXISTS orders;\n',
};

describe('what lies around the open documents', () => {
  let folder: ScratchFolder;
  let client: LspClient;

  beforeEach(async () => {
    folder = scratchFolder(files);
    client = await LspClient.start({ folder: folder.path, initializationOptions: { scripts: true } });
  });

  afterEach(async () => {
    await client.stop();
    folder.remove();
  });

  const changed = (name: string): void => client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: pathToFileURL(folder.at(name)).href, type: 2 }] });
  const scripts = (): readonly string[] => (client.received('lockstep/scripts').at(-1) as ScriptsParams | undefined)?.scripts ?? [];

  it('tells which files are migrations, again when that changes', async () => {
    await client.until(() => (scripts().length === 2 ? true : null), 'both scripts');
    rmSync(folder.at('drizzle/0000_create_orders.down.sql'));
    changed('drizzle/0000_create_orders.down.sql');
    await client.until(() => (scripts().length === 1 ? true : null), 'the up alone');
  });

  it('a broken journal is told at the journal, and is forgotten when it is mended', async () => {
    folder.write('drizzle/meta/_journal.json', '<<<<<<< HEAD\n{}\n=======\n');
    changed('drizzle/meta/_journal.json');
    const problem = await client.until(() => client.published(folder.at('drizzle/meta/_journal.json'))[0] ?? null, 'the problem');
    assert.match(problem.message, /merge-conflict markers/);
    folder.write('drizzle/meta/_journal.json', files['drizzle/meta/_journal.json']);
    changed('drizzle/meta/_journal.json');
    await client.until(() => (client.published(folder.at('drizzle/meta/_journal.json')).length === 0 ? true : null), 'no problem');
  });

  it('a down that disappears is missed at the up, without an edit', async () => {
    const up = folder.at('drizzle/0000_create_orders.sql');
    client.open(up);
    assert.deepEqual((await client.diagnostics(up)).map((each) => each.code), []);
    rmSync(folder.at('drizzle/0000_create_orders.down.sql'));
    changed('drizzle/0000_create_orders.down.sql');
    await client.until(() => client.published(up).find((each) => each.code === 'down-missing') ?? null, 'down-missing');
  });

  it('a configuration that cannot be read is said once, in words, and the next good one counts', async () => {
    const up = folder.at('drizzle/0000_create_orders.sql');
    folder.write('lockstep.config.json', '{\n  "postgres": 3,\n  "rules": { "drop-tabel": "off" }\n}');
    changed('lockstep.config.json');
    const shown = (): readonly string[] => client.received('window/showMessage').map((each) => (each as { message: string }).message);
    await client.until(() => shown()[0] ?? null, 'the complaint');
    changed('lockstep.config.json');
    const refused = await client.request<Refusal>('lockstep/otherSide', { uri: pathToFileURL(up).href });
    assert.equal(refused.code, 'config-invalid');
    assert.equal(shown().length, 1);
    const told = (): ReturnType<LspClient['published']> => client.published(folder.at('lockstep.config.json'));
    assert.deepEqual(told().map(({ range, message }) => [range.start.line, range.start.character, range.end.character, message.slice(0, 30)]), [
      [1, 14, 15, '"postgres" must be one of 14, '],
      [2, 13, 25, '"rules.drop-tabel" means nothi'],
    ]);
    folder.write('lockstep.config.json', '{ "down": "optional" }');
    changed('lockstep.config.json');
    await client.until(() => (told().length === 0 ? true : null), 'no mistakes');
    client.open(up, 'CREATE TABLE orders (id bigint PRIMARY KEY);\n');
    rmSync(folder.at('drizzle/0000_create_orders.down.sql'));
    changed('drizzle/0000_create_orders.down.sql');
    assert.deepEqual((await client.diagnostics(up)).filter((each) => each.code === 'down-missing'), []);
  });
});
