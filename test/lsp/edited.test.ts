import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { LspClient, type WireDiagnostic } from '../support/lsp-client.ts';
import { scratchFolder, type ScratchFolder } from '../support/migrations.ts';
import { repository } from '../support/repository.ts';

const edited = 'migration-edited-after-merge';

interface Action {
  readonly title: string;
  readonly command?: { readonly command: string; readonly arguments: readonly unknown[] };
}

describe('a merged migration in an editor', () => {
  let folder: ScratchFolder;
  let client: LspClient;

  beforeEach(() => {
    folder = scratchFolder({
      'db/0001_users.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n', 'db/0001_users_rollback.sql': 'DROP TABLE IF EXISTS users;\n',
      'db/0002_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n', 'db/0002_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
    });
    const repo = repository(folder.path);
    repo.git('init', '-qb', 'main');
    repo.commit();
  });

  afterEach(async () => {
    await client.stop();
    folder.remove();
  });

  const start = async (trusted: boolean): Promise<void> => {
    client = await LspClient.start({ folder: folder.path, initializationOptions: { commands: true, scripts: true, trusted } });
  };
  const found = (name: string): Promise<WireDiagnostic> => client.until(() => client.published(folder.at(name)).find(({ code }) => code === edited) ?? null, `${edited} in ${name}`);
  const actions = (name: string, diagnostic: WireDiagnostic): Promise<readonly Action[]> =>
    client.request<readonly Action[]>('textDocument/codeAction', { textDocument: { uri: pathToFileURL(folder.at(name)).href }, range: diagnostic.range, context: { diagnostics: [diagnostic] } });

  it('is underlined as soon as its statements change, with the way out and without a suppression', async () => {
    await start(true);
    const up = folder.at('db/0001_users.sql');
    client.open(up);
    client.replace(up, 'CREATE TABLE users (id bigint PRIMARY KEY, name text);\n');
    const finding = await found('db/0001_users.sql');
    assert.match(finding.message, /is on main already/);
    const offered = await actions('db/0001_users.sql', finding);
    const action = offered.find(({ title }) => title === 'Open a new migration with the difference');
    assert.deepEqual(action?.command, { title: action?.title, command: 'lockstep.openDifference', arguments: [pathToFileURL(up).href, finding.range.start] });
    assert.ok(!offered.some(({ title }) => title.includes(`Suppress ${edited}`)));
    client.replace(up, '-- All users\nCREATE TABLE users (id bigint PRIMARY KEY);\n');
    await client.until(() => (client.published(up).some(({ code }) => code === edited) ? null : true), 'nothing more to say');
  });

  it('that is gone is told at its neighbour, and can be restored from there', async () => {
    rmSync(folder.at('db/0001_users.sql'));
    rmSync(folder.at('db/0001_users_rollback.sql'));
    await start(true);
    client.open(folder.at('db/0002_orders.sql'));
    const problem = await found('db/0002_orders.sql');
    const action = (await actions('db/0002_orders.sql', problem)).find(({ title }) => title.startsWith('Restore 0001_users'));
    assert.deepEqual(action?.command?.arguments, [pathToFileURL(folder.at('db')).href, { gone: '0001_users' }]);
  });

  it('is not looked for before the workspace is trusted', async () => {
    folder.write('db/0001_users.sql', 'SELECT 1;\n');
    await start(false);
    const up = folder.at('db/0001_users.sql');
    client.open(up);
    assert.ok(!(await client.diagnostics(up)).some(({ code }) => code === edited));
    client.notify('lockstep/trusted', {});
    await found('db/0001_users.sql');
  });
});
