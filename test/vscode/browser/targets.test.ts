import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { podmanSettings } from '../../../scripts/podman.mjs';
import { openFile, runCommand, webviewFrame } from '../../support/browser.ts';
import { scratchFolder } from '../../support/migrations.ts';
import { podmanHere } from '../../support/podman.ts';
import { sharedServer } from '../../support/postgres.ts';
import { shoot, useWorkbench } from '../../support/workbench.ts';

const files = {
  'migrations/0001_create_orders.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY, status text);\n',
  'migrations/0001_create_orders_rollback.sql': 'DROP TABLE IF EXISTS orders;\n',
  'migrations/0002_index_status.sql': "SET LOCAL lock_timeout = '5s';\n\nCREATE INDEX orders_status_idx ON orders (status);\n",
  'migrations/0002_index_status_rollback.sql': "SET LOCAL lock_timeout = '5s';\n\nDROP INDEX IF EXISTS orders_status_idx;\n",
};

describe('the target, chosen in the workbench', function () {
  this.timeout(240_000);

  const workbench = useWorkbench({
    folder: () => scratchFolder(files),
    async server() {
      const url = (await sharedServer(17)).url('postgres');
      return { settings: { 'editor.minimap.enabled': false, 'window.commandCenter': false }, env: { CONTAINERS_CONF: podmanSettings, LOCKSTEP_DATABASE_URL: url } };
    },
    size: { width: 1280, height: 900 },
    opens: { file: '0002_index_status.sql', shows: 'a finding' },
  });

  before(() => runCommand(workbench.page, 'View: Toggle Primary Side Bar Visibility'));

  if (podmanHere) {
    it('a container: the report says which', async () => {
      const { page } = workbench;
      const words = await reportOn(page, 'Container');
      assert.match(words, /PostgreSQL 17\.\d+ in a container \(Podman/);
      await shootReport(page, 'report-container');
    });
  }

  it('a server: a scratch database is made there, and dropped', async () => {
    const { page } = workbench;
    const words = await reportOn(page, 'Server');
    assert.match(words, /PostgreSQL 17\.\d+ at 127\.0\.0\.1/);
    await shootReport(page, 'report-server');
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

async function shootReport(page: Page, name: string): Promise<void> {
  await page.locator('.notifications-toasts .notification-toast').first().waitFor({ state: 'detached' });
  await shoot(page, name, { of: 'the readme' });
}
