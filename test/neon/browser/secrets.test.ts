import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openFile, runCommand, webviewFrame } from '../../support/browser.ts';
import { scratchFolder } from '../../support/migrations.ts';
import { outputsHere } from '../../support/vscode-server.ts';
import { useWorkbench } from '../../support/workbench.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { sharedEmulator, withParent } from '../support.ts';

const password = 'canary-3b8e1f-password';
const history = 'CREATE TABLE orders (id bigint PRIMARY KEY);\n';

describe('what VS Code keeps of a session with secrets', function () {
  this.timeout(300_000);

  let emulator: Emulator;
  const workbench = useWorkbench({
    folder: () => scratchFolder({
      '.neon': JSON.stringify({ projectId: emulator.project.id }),
      'lockstep.config.json': '{ "postgres": 15, "runnerLockTimeout": "5s" }\n',
      'migrations/0001_create_orders.sql': history,
      'migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
      'migrations/0002_total_of_orders.sql': 'ALTER TABLE orders ADD COLUMN total int;\n',
      'migrations/0002_total_of_orders_rollback.sql': 'ALTER TABLE orders DROP COLUMN IF EXISTS total;\n',
    }),
    // Every message between editor and language server is written down.
    async server() {
      emulator = await sharedEmulator();
      return { log: 'trace', settings: { 'lockstep.trace.server': 'verbose' }, env: { NEON_API_HOST: emulator.apiHost } };
    },
    opens: { file: '0002_total_of_orders.sql', shows: 'a lens' },
  });

  after(() => emulator.reset());

  it('a connection and a Neon key are used for dry runs, sizes and drift', async () => {
    const { page } = workbench;
    const url = new URL(emulator.project.server.url('postgres'));
    // The server trusts everybody, so the password is of no use but to be found.
    url.password = password;
    await keepConnection(page, 'LOCKSTEP_DATABASE_URL', url.href);
    url.port = '1';
    await keepConnection(page, 'NOBODY_LISTENS', url.href);
    await runCommand(page, 'Lockstep: Set Neon API Key');
    await answer(page, 'Neon API key', emulator.apiKey);
    await page.locator('.notification-toast', { hasText: 'The Neon API key is kept' }).waitFor();

    await withParent(emulator, `${history} ALTER TABLE orders OWNER TO neon_owner`, async () => {
      for (const [target, place] of [['Server', 'at 127.0.0.1'], ['Neon branch', 'on a Neon branch of main']] as const) {
        await openFile(page, '0002_total_of_orders.sql');
        await choose(page, target);
        await runCommand(page, 'Lockstep: Dry Run');
        const report = await webviewFrame(page, `.circumstances:has-text("${place}")`);
        keepsSecrets(await report.locator('body').innerHTML(), `the report ${place}`);
      }
      await openFile(page, '0002_total_of_orders.sql');
      await runCommand(page, 'Lockstep: Drift');
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Neon branch' }).click();
      await answer(page, 'Drift: the Neon branch', 'main');
      await page.locator('.tab.active', { hasText: 'Drift of migrations.sql' }).waitFor({ timeout: 120_000 });
    });
    for (const [name, words] of [['LOCKSTEP_DATABASE_URL', 'tables were captured'], ['NOBODY_LISTENS', 'nothing listens there']] as const) {
      await runCommand(page, 'Lockstep: Capture Table Sizes');
      await answer(page, 'Capture table sizes', name);
      // There it stays, however soon its toast goes.
      await runCommand(page, 'Notifications: Show Notifications');
      await page.locator('.notifications-center', { hasText: words }).waitFor();
      await runCommand(page, 'Notifications: Clear All Notifications');
    }
  });

  it('and stand nowhere but in its secret storage', async () => {
    const { page, server, folder } = workbench;
    keepsSecrets(await page.content(), 'the workbench');
    keepsSecrets(server.log(), 'what the server says');
    keepsSecrets(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8', maxBuffer: 2 ** 26 }), 'the arguments of a process');
    const read = [...filesOf(server.data), ...filesOf(folder.path)];
    for (const file of read) keepsSecrets(readFileSync(file, 'latin1'), file);
    assert.ok(read.some((file) => file.endsWith('lockstep.stats.json')));
    // VS Code's storage of the extension: the reports.
    assert.ok(read.some((file) => /lockstep\.lockstep\/reports\/\w+\.json$/.test(file)), read.join('\n'));
    if (!outputsHere) return;
    // The search means something: the log is there, and it does hold the exchange of the secrets.
    const logs = read.filter((file) => /\/logs\/.*Lockstep.*\.log$/.test(file)).map((file) => readFileSync(file, 'utf8')).join('\n');
    assert.match(logs, /lockstep\/secret/);
    assert.match(logs, /lockstep\/dryRun/);
  });

  function keepsSecrets(text: string, where: string): void {
    for (const secret of [password, emulator.apiKey, emulator.project.password]) {
      const at = text.indexOf(secret);
      assert.equal(at, -1, `a secret stands in ${where}: ${text.slice(Math.max(0, at - 200), at)}…`);
    }
  }
});

async function keepConnection(page: Page, name: string, value: string): Promise<void> {
  await runCommand(page, 'Lockstep: Set the Connection of the Server Target');
  await answer(page, 'Keep a connection', name);
  await answer(page, `Connection for ${name}`, value);
  await page.locator('.notification-toast', { hasText: `The connection ${name} is kept` }).waitFor();
}

/** Types into the box with this title, which closes once the answer is checked; the palette would close it before. */
async function answer(page: Page, title: string, value: string): Promise<void> {
  const box = page.locator('.quick-input-title', { hasText: title });
  await box.waitFor();
  const input = page.locator('.quick-input-widget input').first();
  await input.fill(value);
  await input.press('Enter');
  await box.waitFor({ state: 'hidden' });
}

async function choose(page: Page, target: string): Promise<void> {
  await runCommand(page, 'Lockstep: Choose Target');
  await page.locator('.quick-input-title', { hasText: 'Where dry runs happen' }).waitFor();
  await page.locator('.quick-input-list .monaco-list-row', { has: page.locator('.label-name').getByText(target, { exact: true }) }).click();
  await page.locator('.statusbar-item', { hasText: `Dry runs happen here now: ${target}` }).waitFor();
}

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
}
