import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { chooseBlank, openFile, openWorkbench, runCommand, webviewFrame } from '../../support/browser.ts';
import { scratchFolder, type ScratchFolder } from '../../support/migrations.ts';
import { startVscodeServer, type VscodeServer } from '../../support/vscode-server.ts';
import { quickMessage } from '../../support/workbench.ts';

const files = {
  'apps/api/migrations/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n',
  'apps/api/migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
  'apps/web/prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
  'apps/web/prisma/migrations/20260101000000_create_users/migration.sql': 'CREATE TABLE users (id bigint PRIMARY KEY);\n',
  'apps/web/prisma/migrations/20260101000000_create_users/down.sql': 'DROP TABLE IF EXISTS users;\n',
  'notes.md': 'nothing\n',
};

describe('a monorepo in the workbench', function () {
  this.timeout(240_000);

  let folder: ScratchFolder;

  beforeEach(() => {
    folder = scratchFolder(files);
  });

  afterEach(() => folder.remove());

  it('asks for the folder, unless the active editor answers', async () => {
    await withWorkbench(await startVscodeServer(), async (page) => {
      // The palette lists what is possible when it opens; by the time Lockstep answers, VS Code knows that the folder is trusted.
      await openFile(page, '0001_create_orders.sql');
      await page.locator('.codelens-decoration', { hasText: 'Dry Run' }).waitFor({ timeout: 60_000 });
      await openFile(page, 'notes.md');
      await runCommand(page, 'Lockstep: New Migration');
      const rows = page.locator('.quick-input-list .monaco-list-row');
      await rows.filter({ hasText: 'apps/api/migrations' }).waitFor();
      await rows.filter({ hasText: 'Prisma · 1 migration' }).waitFor();
      await page.keyboard.press('Escape');
      await openFile(page, '0001_create_orders.sql');
      await page.locator('.editor-instance .view-line').first().waitFor();
      await runCommand(page, 'Lockstep: New Migration');
      await page.locator('.quick-input-title', { hasText: 'New Migration in apps/api/migrations (SQL pairs)' }).waitFor();
      await page.keyboard.press('Escape');
    });
  });

  it("the explorer's menu has New Migration on the folder and on what is in it", async () => {
    await withWorkbench(await startVscodeServer(), async (page) => {
      await openFile(page, 'migration.sql');
      // A menu keeps the entries it was opened with, so the server has to have told which files are migrations.
      await page.locator('.editor-actions .action-label[aria-label*="Dry Run"]').first().waitFor({ timeout: 60_000 });
      const tree = page.locator('.explorer-folders-view');
      await tree.locator('.monaco-list-row', { hasText: 'migration.sql' }).click({ button: 'right' });
      await page.locator('.context-view .action-label', { hasText: 'Dry Run' }).waitFor();
      // VS Code ignores a click in the first tenth of a second of a menu, but no key.
      await page.locator('.context-view .action-label', { hasText: 'New Migration' }).hover();
      await page.locator('.context-view .action-item.focused', { hasText: 'New Migration' }).waitFor();
      await page.keyboard.press('Enter');
      await page.locator('.quick-input-title', { hasText: 'New Migration in apps/web/prisma/migrations (Prisma)' }).waitFor();
      await chooseBlank(page);
      await page.locator('.quick-input-widget input[type="text"]').first().fill('add_email_to_users');
      await quickMessage(page, 'Will write');
      await page.keyboard.press('Enter');
      await page.locator('.tab', { hasText: 'down.sql' }).first().waitFor();
    });
  });

  it('in Restricted Mode checks, and neither writes nor runs', async () => {
    const server = await startVscodeServer({ trust: 'asked', settings: { 'security.workspace.trust.startupPrompt': 'never' } });
    await withWorkbench(server, async (page) => {
      folder.write('apps/api/migrations/0002_index.sql', 'CREATE INDEX i ON orders (id);\n');
      await page.locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
      await openFile(page, '0002_index.sql');
      await page.locator('.squiggly-warning').first().waitFor({ timeout: 60_000 });
      await page.keyboard.press('F1');
      await page.locator('.quick-input-widget input[type="text"]').first().fill('>Lockstep:');
      await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Open the Other Side' }).waitFor();
      assert.equal(await page.locator('.quick-input-list .monaco-list-row', { hasText: /New Migration|Dry Run|Generate Down|Choose Target|Capture|Delete|Drift/ }).count(), 0);
      await page.keyboard.press('Escape');
      assert.deepEqual([processes(server, 'server.cjs').length, processes(server, 'database.cjs')], [1, []]);
    });
  });

  it('a language server that crashes is started again, and says so', async () => {
    const server = await startVscodeServer();
    await withWorkbench(server, async (page) => {
      folder.write('apps/api/migrations/0002_index.sql', 'CREATE INDEX i ON orders (id);\n');
      await openFile(page, '0002_index.sql');
      await page.locator('.squiggly-warning').first().waitFor({ timeout: 60_000 });
      process.kill(processes(server, 'server.cjs')[0] ?? 0, 'SIGKILL');
      await page.locator('.notification-list-item-message', { hasText: 'crashed and was started again' }).waitFor();
      await page.locator('.editor-instance .view-line').first().click();
      await page.keyboard.type('CREATE TABEL x;');
      await page.locator('.squiggly-error').first().waitFor();
    });
  });

  it('an extension host that is killed in a dry run leaves no process, and the next one works', async () => {
    const server = await startVscodeServer();
    await withWorkbench(server, async (page) => {
      folder.write('apps/api/migrations/0002_wait.sql', 'SELECT pg_sleep(25);\n');
      folder.write('apps/api/migrations/0002_wait_rollback.sql', 'SELECT 1;\n');
      await openFile(page, '0002_wait.sql');
      // As above: the palette lists what is possible when it opens.
      await page.locator('.codelens-decoration', { hasText: 'Dry Run' }).waitFor({ timeout: 60_000 });
      await runCommand(page, 'Lockstep: Dry Run');
      const running = await webviewFrame(page, 'vscode-progress-bar');
      await running.locator('.progress-message', { hasText: 'Running the up' }).waitFor({ timeout: 60_000 });
      const [languageServer] = processes(server, 'server.cjs');
      assert.ok(languageServer !== undefined && processes(server, 'database.cjs').length > 0);
      process.kill(Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(languageServer)], { encoding: 'utf8' })), 'SIGKILL');
      await gone(() => processes(server, 'database.cjs'));
      await gone(() => processes(server, 'server.cjs').filter((pid) => pid === languageServer));
      // VS Code starts another extension host by itself, and that one another language server. The page of the run says what became of it.
      const interrupted = await webviewFrame(page, '.stopped-message:has-text("The dry run was interrupted")');
      await gone(() => page.locator('.tab', { hasText: 'Dry Run: 0002_wait' }).count().then((count) => (count === 1 ? [] : [count])));
      await interrupted.getByRole('button', { name: 'Run Again' }).click();
      const again = await webviewFrame(page, 'vscode-progress-bar');
      await again.locator('.progress-message', { hasText: 'Running the up' }).waitFor({ timeout: 60_000 });
      await again.getByRole('button', { name: 'Cancel' }).click();
      await webviewFrame(page, '.stopped-message:has-text("cancelled")');
      await openFile(page, '0001_create_orders.sql');
      await runCommand(page, 'Lockstep: Dry Run');
      await webviewFrame(page, 'h1:has-text("The down brings everything back")');
      assert.equal(readFileSync(join(folder.path, 'apps/api/migrations/0002_wait.sql'), 'utf8'), 'SELECT pg_sleep(25);\n');
    });
  });

  async function withWorkbench(server: VscodeServer, use: (page: Page) => Promise<void>): Promise<void> {
    const page = await openWorkbench(server.url(folder.path));
    try {
      await use(page);
    } catch (error) {
      await page.screenshot({ path: '.cache/failed folders.png' });
      throw error;
    } finally {
      await page.context().close();
      await server.stop();
    }
  }
});

/** Process ids of one of the extension's programs; the folder of this very VS Code is in their paths, so no other can match. */
function processes(server: VscodeServer, program: string): readonly number[] {
  const { stdout } = spawnSync('pgrep', ['-f', join(server.extensions, `.*${program.replace('.', '\\.')}`)], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '').map(Number);
}

/** Waits until a list of processes is empty. */
async function gone(list: () => readonly number[] | Promise<readonly number[]>): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (let left = await list(); left.length > 0; left = await list()) {
    assert.ok(Date.now() < deadline, `still there: ${left.join(', ')}`);
    await setTimeout(100);
  }
}
