import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { podmanSettings } from '../../../scripts/podman.mjs';
import { root } from '../../../scripts/run.mjs';
import { openFile, openWorkbench, runCommand, webviewFrame } from '../../support/browser.ts';
import { scratchFolder, type ScratchFolder } from '../../support/migrations.ts';
import { podmanHere } from '../../support/podman.ts';
import { sharedServer } from '../../support/postgres.ts';
import { startVscodeServer, type VscodeServer } from '../../support/vscode-server.ts';

const files = {
  'migrations/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n',
  'migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
  'migrations/0002_index_status.sql': "SET LOCAL lock_timeout = '5s';\n\nCREATE INDEX orders_status_idx ON orders (status);\n",
  'migrations/0002_index_status_rollback.sql': "SET LOCAL lock_timeout = '5s';\n\nDROP INDEX IF EXISTS orders_status_idx;\n",
};

describe('the target, chosen in the workbench', function () {
  this.timeout(240_000);

  let folder: ScratchFolder;
  let server: VscodeServer;
  let page: Page;

  before(async () => {
    folder = scratchFolder(files);
    const url = (await sharedServer(17)).url('postgres');
    server = await startVscodeServer({ settings: { 'editor.minimap.enabled': false, 'window.commandCenter': false }, env: { CONTAINERS_CONF: podmanSettings, LOCKSTEP_DATABASE_URL: url } });
    page = await openWorkbench(server.url(folder.path), { width: 1280, height: 900 });
    await openFile(page, '0002_index_status.sql');
    await page.locator('.squiggly-warning').first().waitFor({ timeout: 60_000 });
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await page.screenshot({ path: `.cache/failed ${this.currentTest.title}.png` });
  });

  after(async () => {
    await page.context().close();
    await server.stop();
    folder.remove();
  });

  if (podmanHere) {
    it('a container: the report says which', async () => {
      const words = await reportOn(page, 'Container');
      assert.match(words, /PostgreSQL 17\.\d+ in a container \(Podman/);
      await shoot(page, 'report-container');
    });
  }

  it('a server: a scratch database is made there, and dropped', async () => {
    const words = await reportOn(page, 'Server');
    assert.match(words, /PostgreSQL 17\.\d+ at 127\.0\.0\.1/);
    await shoot(page, 'report-server');
  });
});

/** Chooses the target as a user does, dry-runs the open migration there, and gives the words of its report. */
async function reportOn(page: Page, target: string): Promise<string> {
  await openFile(page, '0002_index_status.sql');
  await runCommand(page, 'Lockstep: Choose Target');
  await page.locator('.quick-input-title', { hasText: 'Where dry runs happen' }).waitFor();
  const row = page.locator('.quick-input-list .monaco-list-row', { has: page.locator('.label-name').getByText(target, { exact: true }) });
  assert.doesNotMatch(await row.innerText(), /not ready/);
  await row.click();
  await page.locator('.statusbar-item', { hasText: `Dry runs happen here now: ${target}` }).waitFor();
  await runCommand(page, 'Lockstep: Dry Run');
  const place = target === 'Container' ? 'in a container' : 'at 127.0.0.1';
  const report = await webviewFrame(page, `.circumstances:has-text("${place}")`);
  assert.equal(await report.locator('h1').innerText(), 'The down brings everything back');
  return report.locator('.circumstances').innerText();
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.locator('.notifications-toasts .notification-toast').first().waitFor({ state: 'detached' });
  // Lists settle: two pictures of one state should be alike.
  await page.waitForTimeout(700);
  const folder = join(root, process.env['LOCKSTEP_SCREENSHOTS'] === '1' ? 'media/screenshots' : '.cache/screenshots');
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
}
